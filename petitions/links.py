"""Petitions in what people type and paste, and in deep links."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from petitions.petition import PetitionRef, Site

PUBLIC_HOSTS: Final[Mapping[str, Site]] = {"petition.parliament.uk": Site.UK}
"""Where the legislatures serve their petitions to everybody."""

MAX_REFERENCES: Final = 20
"""How many petitions are taken from one text."""

_NUMBER = re.compile(r"#?([0-9]{1,9})")
_MARKDOWN_LINK = re.compile(r"\[[^\[\]]*\]\(\s*<?([^\s()<>]+)>?\s*\)")
_PAYLOAD = re.compile(r"f_([a-z]{2,10})_([0-9]{1,9})")
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


def known_hosts(addresses: Mapping[Site, str]) -> dict[str, Site]:
    """Return the hosts (with an unusual port) whose links are petitions: the public ones and those configured.

    `addresses` are the base URLs of the sites as the settings name them.
    """
    hosts = {host: site for host, site in PUBLIC_HOSTS.items() if site in addresses}
    for site, address in addresses.items():
        parts = urlsplit(address if "//" in address else f"//{address}")
        if parts.hostname:
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            hosts[host if parts.port in {None, 80, 443} else f"{host}:{parts.port}"] = site
    return hosts


def parse_references(text: str, hosts: Mapping[str, Site], *, numbers: Site = Site.UK) -> Asked:
    """Sort what somebody typed: petitions if every word of it is a number or a petition's URL, otherwise words.

    `hosts` is what `known_hosts` returns; a plain number is a petition of the site `numbers`.
    """
    text = "".join(character for character in text if unicodedata.category(character) != "Cf")  # nobody sees these
    link = _link_pattern(hosts)
    refs: list[PetitionRef] = []
    for chunk in _MARKDOWN_LINK.sub(r" \1 ", text).split():
        found = _all_of_chunk(chunk, link, hosts, numbers)
        if found is None:
            return Words(text=" ".join(text.split()))
        refs += found
    distinct = tuple(dict.fromkeys(refs))
    if not distinct:
        return Nothing()
    return References(refs=distinct[:MAX_REFERENCES], dropped=max(0, len(distinct) - MAX_REFERENCES))


def find_links(text: str, hosts: Mapping[str, Site]) -> tuple[PetitionRef, ...]:
    """Return the petitions whose URLs stand anywhere in a text, in order, each once, at most `MAX_REFERENCES`."""
    found = (_ref_of(match, hosts) for match in _link_pattern(hosts).finditer(text))
    return tuple(dict.fromkeys(ref for ref in found if ref is not None))[:MAX_REFERENCES]


def payload_for(ref: PetitionRef) -> str:
    """Return the payload of a deep link that follows the petition, such as `f_uk_700143`."""
    return f"f_{ref.site}_{ref.number}"


def parse_payload(payload: str) -> PetitionRef | None:
    """Read the payload of a deep link, or return `None` when it is none of ours."""
    match = _PAYLOAD.fullmatch(payload.strip())
    if match is None or match[1] not in set(Site):
        return None
    return _numbered(Site(match[1]), match[2])


def _all_of_chunk(
    chunk: str, link: re.Pattern[str], hosts: Mapping[str, Site], numbers: Site
) -> list[PetitionRef] | None:
    """Read a chunk without white space as one petition or several with commas between; `None` if any of it is not."""
    parts = [part for part in (part.strip(_AROUND) for part in re.split("[,;]", chunk)) if part]
    refs = [_ref_of_token(part, link, hosts, numbers) for part in parts]
    petitions = [ref for ref in refs if ref is not None]
    if len(petitions) == len(parts):
        return petitions
    # The comma may belong to the URL's query.
    whole = _ref_of_token(chunk.strip(_AROUND), link, hosts, numbers)
    return None if whole is None else [whole]


def _ref_of_token(token: str, link: re.Pattern[str], hosts: Mapping[str, Site], numbers: Site) -> PetitionRef | None:
    if number := _NUMBER.fullmatch(token):
        return _numbered(numbers, number[1])
    match = link.match(token)
    if match is None or (match.end() < len(token) and token[match.end()] not in "/.?#&"):
        return None
    return _ref_of(match, hosts)


def _ref_of(match: re.Match[str], hosts: Mapping[str, Site]) -> PetitionRef | None:
    named = match["host"].lower()
    return next((_numbered(site, match["number"]) for host, site in hosts.items() if host.lower() == named), None)


def _numbered(site: Site, digits: str) -> PetitionRef | None:
    """Return the petition of that number without leading zeros; there is no petition 0."""
    number = digits.lstrip("0")
    return PetitionRef(site=site, number=number) if number else None


def _link_pattern(hosts: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for the start of a petition's URL, up to its number.

    What stands before it must not make it the tail of another host, of a path or of an e-mail address.
    """
    names = "|".join(re.escape(host) for host in sorted(hosts, key=len, reverse=True)) or r"(?!)"
    return re.compile(
        rf"(?<![\w.@/-])(?:(?:https?:)?//)?(?:www\.)?(?P<host>{names})\.?(?::(?:80|443))?"
        rf"/+(?:archived/+)?petitions/+(?P<number>[0-9]{{1,9}})(?![\w-])",
        re.IGNORECASE | re.ASCII,
    )
