"""Telegram's HTML parse mode: markup in, clean text and entities with UTF-16 offsets out."""

import re
from dataclasses import dataclass, field

from sandbox.telegram.errors import ApiError, Json, bad_request
from sandbox.telegram.links import checked_link
from sandbox.telegram.text import clean, utf16_length

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
    "tg-time": "date_time",
}
_CODE = ("code", "pre")

_MARKUP = re.compile(
    r"<(?P<end>/?)(?P<tag>[^ \n>]*)[ \n]*|&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<decimal>[0-9]*)|(?P<name>[A-Za-z]*));?"
)
_ATTRIBUTE = re.compile(
    r"""
    (?P<name>[^ \n=>/"']+)[ \n]*
    (?:=[ \n]*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[A-Za-z0-9.-]*)(?=[ \n>])))?[ \n]*
    """,
    re.VERBOSE,
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
# Telegram reads no numeric reference of ten characters or more, the leading "&#" counted.
_LONGEST_REFERENCE = 9


@dataclass(slots=True)
class _OpenTag:
    name: str
    start: int
    """Where its content begins in the text, in characters."""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _HtmlReader:
    """One pass over the source, which is clean already."""

    source: str
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    open_tags: list[_OpenTag] = field(default_factory=list)
    saw_surrogate: bool = False

    def read(self) -> None:
        position = 0
        while match := _MARKUP.search(self.source, position):
            self.text += self.source[position : match.start()]
            if match["tag"] is None:
                self.text += clean(self._decoded(match))
                position = match.end()
            else:
                position = self._end_tag(match) if match["end"] else self._start_tag(match)
        self.text += self.source[position:]
        if self.open_tags:
            raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"')
        if self.saw_surrogate:
            raise _cannot_parse(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )

    def _decoded(self, match: re.Match[str]) -> str:
        """The character that a reference stands for; one that Telegram does not know stays as it is."""
        if match["name"] is not None:
            return _NAMED.get(match["name"], match[0])
        digits, base = (match["decimal"], 10) if match["hex"] is None else (match["hex"], 16)
        code = int(digits or "0", base) if len(match[0].removesuffix(";")) <= _LONGEST_REFERENCE else 0
        if 0xD800 <= code <= 0xDFFF:
            self.saw_surrogate = True
            return "\ufffd"
        return chr(code) if 0 < code < 0x10FFFF else match[0]

    def _start_tag(self, match: re.Match[str]) -> int:
        """Read a start tag with its attributes and return the place after it."""
        source, position, start = self.source, match.end(), match.start()
        if position == len(source):
            raise self._at("Unclosed start tag", start)
        tag = _OpenTag(match["tag"].lower(), len(self.text))
        if tag.name not in _TYPES:
            raise self._at(f'Unsupported start tag "{tag.name}"', start)
        while not source.startswith(">", position):
            attribute = _ATTRIBUTE.match(source, position)
            if attribute is None:
                raise self._at("Unclosed start tag", start)
            self._keep(tag, attribute)
            position = attribute.end()
        self.open_tags.append(tag)
        return position + 1

    def _keep(self, tag: _OpenTag, attribute: re.Match[str]) -> None:
        value = attribute["double"] or attribute["single"] or (attribute["bare"] or "").lower()
        value = _MARKUP.sub(lambda found: found[0] if found[0][0] == "<" else self._decoded(found), value)
        tag.attributes[attribute["name"].lower()] = value

    def _end_tag(self, match: re.Match[str]) -> int:
        if not self.open_tags:
            raise self._at("Unexpected end tag", match.start())
        if not self.source.startswith(">", match.end()):
            raise self._at("Unclosed end tag", match.start())
        found, expected = match["tag"].lower(), self.open_tags[-1].name
        if found and found != expected:
            raise self._at("Unmatched end tag", match.start(), f', expected "</{expected}>", found "</{found}>"')
        self._close(self.open_tags.pop())
        return match.end() + 1

    def _close(self, tag: _OpenTag) -> None:
        inside = self.text[tag.start :]
        if not inside.strip(" \n"):
            return
        offset = utf16_length(self.text[: tag.start])
        entity: Json = {"type": _TYPES[tag.name], "offset": offset, "length": utf16_length(inside)}
        if tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        if tag.name == "tg-time":
            entity |= {"unix_time": int(tag.attributes["unix"]), "date_time_format": tag.attributes.get("format", "")}
        if tag.name == "a":
            try:
                entity["url"] = checked_link(tag.attributes.get("href") or inside)
            except ValueError:
                # Telegram shows plain text for a link that leads nowhere.
                return
        self.entities.append(entity)

    def _at(self, problem: str, position: int, rest: str = "") -> ApiError:
        return _cannot_parse(f"{problem} at byte offset {len(self.source[:position].encode())}{rest}")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Read HTML as Telegram does: cleaned text (not yet trimmed) and its entities, outer ones first.

    Raises `ApiError` 400 "can't parse entities: …" with Telegram's wording and byte offsets.
    """
    reader = _HtmlReader(clean(source))
    reader.read()
    return clean(reader.text), sorted(_without_marks_in_code(reader.entities), key=outer_first)


def outer_first(entity: Json) -> tuple[int, int]:
    """The key by which Telegram sorts entities."""
    return entity["offset"], -entity["length"]


def _without_marks_in_code(entities: list[Json]) -> list[Json]:
    """Telegram allows no other entity inside `code` and `pre`, and none around them: the code wins."""
    code = sorted((e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _CODE)
    kept: list[Json] = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] not in (*_CODE, "blockquote", "expandable_blockquote"):
            for code_start, code_end in code:
                if code_start < end and code_end > start:
                    kept.append({**entity, "offset": start, "length": code_start - start})
                    start = code_end
        kept.append({**entity, "offset": start, "length": end - start})
    return [entity for entity in kept if entity["length"] > 0]


def _cannot_parse(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
