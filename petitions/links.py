"""Petitions in what people type and paste, and in deep links."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from petitions.legislature import Legislature, Legislatures
from petitions.petition import PetitionRef, Site

MAX_REFERENCES: Final = 20
"""How many petitions are taken from one text."""

_MARKDOWN_LINK = re.compile(r"\[[^\[\]]*\]\(\s*<?([^\s()<>]+)>?\s*\)")
_PAYLOAD = re.compile(r"f_([a-z]{2,10})_([0-9A-Za-z]{1,12})")
_AROUND = "<>()[]{}«»\"'“”‘’*_`|.,;:!?…"


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Nothing but petitions, in the order given and each once. `dropped` more were beyond `MAX_REFERENCES`."""

    refs: tuple[PetitionRef, ...]
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Something to search for: the text with its white space put in order."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """No words and no petitions."""


Asked = References | Words | Nothing


def parse_references(text: str, sites: Legislatures) -> Asked:
    """Sort what somebody typed: petitions if every word of it is a number or a petition's URL, otherwise words.

    A plain number is a petition of the first site that numbers petitions so.
    """
    text = "".join(character for character in text if unicodedata.category(character) != "Cf")  # nobody sees these
    reader = _Reader(sites)
    refs: list[PetitionRef] = []
    for chunk in _MARKDOWN_LINK.sub(r" \1 ", text).split():
        found = reader.all_of_chunk(chunk)
        if found is None:
            return Words(text=" ".join(text.split()))
        refs += found
    distinct = tuple(dict.fromkeys(refs))
    if not distinct:
        return Nothing()
    return References(refs=distinct[:MAX_REFERENCES], dropped=max(0, len(distinct) - MAX_REFERENCES))


def find_links(text: str, sites: Legislatures) -> tuple[PetitionRef, ...]:
    """Return the petitions whose URLs stand anywhere in a text, in order, each once, at most `MAX_REFERENCES`."""
    found = (_ref_of(match) for match in _link_pattern(sites).finditer(text))
    return tuple(dict.fromkeys(found))[:MAX_REFERENCES]


def payload_for(ref: PetitionRef) -> str:
    """Return the payload of a deep link that follows the petition, such as `f_uk_700143`."""
    return f"f_{ref.site}_{ref.number}"


def parse_payload(payload: str, sites: Legislatures) -> PetitionRef | None:
    """Read the payload of a deep link, or return `None` when it is none of ours."""
    match = _PAYLOAD.fullmatch(payload.strip())
    legislature = next((each for site, each in sites.items() if match and match[1] == site), None)
    if match is None or legislature is None or not re.fullmatch(legislature.number, match[2]):
        return None
    return PetitionRef(site=legislature.site, number=match[2])


class _Reader:
    """Reads the petitions in words without white space."""

    def __init__(self, sites: Legislatures) -> None:
        self._link = _link_pattern(sites)
        self._numbers = [(each.site, re.compile(f"#?0*({each.number})")) for each in sites.values()]

    def all_of_chunk(self, chunk: str) -> list[PetitionRef] | None:
        """Read a chunk as one petition or several with commas between; `None` if any of it is not."""
        parts = [part for part in (part.strip(_AROUND) for part in re.split("[,;]", chunk)) if part]
        refs = [self._ref_of_token(part) for part in parts]
        petitions = [ref for ref in refs if ref is not None]
        if len(petitions) == len(parts):
            return petitions
        # The comma may belong to the URL's query.
        whole = self._ref_of_token(chunk.strip(_AROUND))
        return None if whole is None else [whole]

    def _ref_of_token(self, token: str) -> PetitionRef | None:
        for site, pattern in self._numbers:
            if number := pattern.fullmatch(token):
                return PetitionRef(site=site, number=number[1])
        match = self._link.match(token)
        if match is None or (match.end() < len(token) and token[match.end()] not in "/.?#&"):
            return None
        return _ref_of(match)


def _ref_of(match: re.Match[str]) -> PetitionRef:
    site = Site(str(match.lastgroup))
    return PetitionRef(site=site, number=match[site])


def _link_pattern(sites: Legislatures) -> re.Pattern[str]:
    """Return a pattern for the start of a petition's URL, up to its number, which is a group named as its site.

    What stands before it must not make it the tail of another host, of a path or of an e-mail address.
    """
    forms = "|".join(
        rf"(?:{'|'.join(map(re.escape, _hosts(each)))})\.?(?::(?:80|443))?{each.path}0*(?P<{each.site}>{each.number})"
        for each in sites.values()
    )
    return re.compile(
        rf"(?<![\w.@/-])(?:(?:https?:)?//)?(?:www\.)?(?:{forms or '(?!)'})(?![\w-])", re.IGNORECASE | re.ASCII
    )


def _hosts(legislature: Legislature) -> list[str]:
    """Return the hosts (with an unusual port) whose links are petitions: the public one and the one configured."""
    address = legislature.address
    parts = urlsplit(address if "//" in address else f"//{address}")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or legislature.public_host
    configured = host if parts.port in {None, 80, 443} else f"{host}:{parts.port}"
    return sorted({legislature.public_host, configured}, key=len, reverse=True)
