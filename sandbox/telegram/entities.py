"""Telegram's HTML parse mode: markup in, clean text and entities with UTF-16 offsets out."""

import re
from dataclasses import dataclass, field

from sandbox.telegram.errors import ApiError, Json, bad_request
from sandbox.telegram.links import checked_link, linked_user
from sandbox.telegram.text import clean, is_clean, utf16_length, without_repeated_marks

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
    "span": "spoiler",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}

_SPACE = " \t\r\n\0\v"
_NAME_END = re.compile(rf"[{_SPACE}>]")
_NOT_SPACE = re.compile(r"[^ \t\r\n\v]")
_ATTRIBUTE_END = re.compile(rf"""[{_SPACE}=>/"']""")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<decimal>[0-9]*)|(?P<name>[A-Za-z]*));?")
_MARKUP = re.compile(f"<|{_REFERENCE.pattern}")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
# Telegram reads no numeric reference of ten characters or more, the leading "&#" counted.
_LONGEST_REFERENCE = 9


@dataclass(slots=True)
class _OpenTag:
    name: str
    offset: int
    first_piece: int
    argument: str = ""
    expandable: bool = False


@dataclass(slots=True)
class _HtmlReader:
    """One pass over the source. `source` ends in a NUL, as the C string does whose rules these are."""

    source: str
    pieces: list[str] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)
    open_tags: list[_OpenTag] = field(default_factory=list)
    offset: int = 0
    is_clean: bool = False
    saw_surrogate: bool = False

    def read(self) -> None:
        source, position, end = self.source, 0, len(self.source) - 1
        self.is_clean = is_clean(source[:-1])
        while match := _MARKUP.search(source, position):
            start = match.start()
            if start > position:
                self._add(source[position:start])
            if source[start] == "&":
                self._add(clean(self._decoded(match)))
                position = match.end()
            elif source[start + 1] == "/":
                position = self._end_tag(start)
            else:
                position = self._start_tag(start)
        if position < end:
            self._add(source[position:end])
        if self.open_tags:
            raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"')
        if self.saw_surrogate:
            raise _cannot_parse(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )

    def _add(self, piece: str) -> None:
        if not self.is_clean:
            piece = clean(piece)
        self.pieces.append(piece)
        self.offset += utf16_length(piece)

    def _decoded(self, match: re.Match[str]) -> str:
        """The character that a reference stands for; one that Telegram does not know stays as it is."""
        name = match["name"]
        return (self._numbered(match) if name is None else _NAMED.get(name)) or match[0]

    def _numbered(self, match: re.Match[str]) -> str | None:
        if len(match[0].removesuffix(";")) > _LONGEST_REFERENCE:
            return None
        code = int(match["decimal"] or "0") if match["hex"] is None else int(match["hex"] or "0", 16)
        if code == 0 or code >= 0x10FFFF:
            return None
        if 0xD800 <= code <= 0xDFFF:
            self.saw_surrogate = True
            return "\ufffd"
        return chr(code)

    def _start_tag(self, start: int) -> int:
        source = self.source
        position = _find(_NAME_END, source, start + 1)
        if source[position] == "\0":
            raise self._at("Unclosed start tag", start)
        name = source[start + 1 : position].lower()
        if name not in _TYPES:
            raise self._at(f'Unsupported start tag "{name}"', start)
        tag = _OpenTag(name, self.offset, len(self.pieces))
        position = self._attributes(tag, position, start)
        if name == "span" and tag.argument != "spoiler":
            raise self._at('Tag "span" must have class "tg-spoiler"', start)
        self.open_tags.append(tag)
        return position + 1

    def _attributes(self, tag: _OpenTag, position: int, start: int) -> int:
        """Read attributes up to the closing `>` and return its place."""
        source = self.source
        while True:
            position = _find(_NOT_SPACE, source, position)
            if source[position] == ">":
                return position
            name_start = position
            position = _find(_ATTRIBUTE_END, source, position)
            name = source[name_start:position].lower()
            if not name:
                if source[position] == "\0":
                    raise self._at("Unclosed start tag", start)
                raise self._at(f'Empty attribute name in the tag "{tag.name}"', start)
            position = _find(_NOT_SPACE, source, position)
            if source[position] == "=":
                value, position = self._value(_find(_NOT_SPACE, source, position + 1), tag.name, start)
                _keep_attribute(tag, name, value)
            elif tag.name == "blockquote" and name == "expandable":
                tag.expandable = True
            if source[position] == "\0":
                raise self._at("Unclosed start tag", start)

    def _value(self, position: int, tag_name: str, start: int) -> tuple[str, int]:
        source = self.source
        quote = source[position]
        if quote == "\0":
            raise self._at(f'Unclosed start tag "{tag_name}"', start)
        if quote not in "\"'":
            token = _NAME_TOKEN.match(source, position)
            end = token.end() if token else position
            if source[end] not in _SPACE and source[end] != ">":
                raise self._at("Unexpected end of name token", position)
            return source[position:end].lower(), end
        end = source.find(quote, position + 1)
        if end < 0 or source.find("\0", position, end) >= 0:
            raise self._at("Unclosed start tag", start)
        value = source[position + 1 : end]
        return (_REFERENCE.sub(self._decoded, value) if "&" in value else value), end + 1

    def _end_tag(self, start: int) -> int:
        if not self.open_tags:
            raise self._at("Unexpected end tag", start)
        source = self.source
        name_end = _find(_NAME_END, source, start + 2)
        position = _find(_NOT_SPACE, source, name_end)
        if source[position] != ">":
            raise self._at("Unclosed end tag", start)
        found, expected = source[start + 2 : name_end].lower(), self.open_tags[-1].name
        if found and found != expected:
            raise self._at("Unmatched end tag", start, f', expected "</{expected}>", found "</{found}>"')
        self._close(self.open_tags.pop())
        return position + 1

    def _close(self, tag: _OpenTag) -> None:
        inside = "".join(self.pieces[tag.first_piece :])
        if not inside.strip(" \n"):
            return
        entity: Json = {"type": _TYPES[tag.name], "offset": tag.offset, "length": self.offset - tag.offset}
        if tag.name == "blockquote":
            if tag.expandable:
                entity["type"] = "expandable_blockquote"
        elif tag.name == "tg-emoji":
            if not tag.argument.isdecimal() or int(tag.argument) == 0:
                raise bad_request("invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = tag.argument
        elif tag.name == "a":
            if not _link(entity, tag.argument or inside):
                return
        elif tag.name in ("pre", "code") and self._joined_with_inner(tag, entity):
            return
        self.entities.append(entity)

    def _joined_with_inner(self, tag: _OpenTag, entity: Json) -> bool:
        """Make one `pre` with a language of a `pre` and a `code` that cover the same text."""
        if tag.name == "code" and tag.argument:
            entity["language"] = tag.argument
        inner = self.entities[-1] if self.entities else None
        if inner is None or (inner["offset"], inner["length"]) != (entity["offset"], entity["length"]):
            return False
        if tag.name == "pre" and inner["type"] == "code" and "language" in inner:
            inner["type"] = "pre"
            return True
        if tag.name == "code" and inner["type"] == "pre" and tag.argument:
            inner["language"] = tag.argument
            return True
        return False

    def _at(self, problem: str, position: int, rest: str = "") -> ApiError:
        offset = len(self.source[:position].encode())
        return _cannot_parse(f"{problem} at byte offset {offset}{rest}")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Read HTML as Telegram does: cleaned text (not yet trimmed) and its entities, outer ones first.

    Raises `ApiError` 400 "can't parse entities: …" with Telegram's wording and byte offsets.
    """
    if "<" not in source and "&" not in source:
        return clean(source), []
    reader = _HtmlReader(source + "\0")
    reader.read()
    entities = reader.entities
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    entities.sort(key=_outer_first)
    return without_repeated_marks("".join(reader.pieces)), without_marks_in_code(entities)


def without_marks_in_code(entities: list[Json]) -> list[Json]:
    """Telegram allows no other entity inside `code` and `pre`, and none around them: the code wins."""
    code = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in ("code", "pre")]
    if not code:
        return entities
    kept: list[Json] = []
    for entity in entities:
        if entity["type"] in ("code", "pre", "blockquote", "expandable_blockquote"):
            kept.append(entity)
        else:
            kept.extend(_outside(entity, code))
    kept.sort(key=_outer_first)
    return kept


def _outside(entity: Json, code: list[tuple[int, int]]) -> list[Json]:
    """The parts of an entity that no code covers."""
    parts, start = [], entity["offset"]
    end = start + entity["length"]
    for code_start, code_end in code:
        if code_end <= start or code_start >= end:
            continue
        if code_start > start:
            parts.append({**entity, "offset": start, "length": code_start - start})
        start = code_end
    if start < end:
        parts.append({**entity, "offset": start, "length": end - start})
    return parts


def _outer_first(entity: Json) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _keep_attribute(tag: _OpenTag, name: str, value: str) -> None:
    match tag.name, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            tag.argument = value
        case "code", "class":
            if value.startswith("language-"):
                tag.argument = value.removeprefix("language-")
        case "span", "class":
            if value.startswith("tg-"):
                tag.argument = value.removeprefix("tg-")
        case "blockquote", "expandable":
            tag.expandable = True
        case _:
            pass


def _link(entity: Json, url: str) -> bool:
    """Complete the entity of an `a` tag; False when the link leads nowhere and Telegram shows plain text."""
    user_id = linked_user(url)
    if user_id is not None:
        entity["type"] = "text_mention"
        entity["user"] = {"id": user_id, "is_bot": False, "first_name": ""}
        return True
    try:
        entity["url"] = checked_link(url)
    except ValueError:
        return False
    return True


def _find(pattern: re.Pattern[str], source: str, position: int) -> int:
    """Where the pattern is next found; the closing NUL when nowhere."""
    match = pattern.search(source, position)
    return match.start() if match else len(source) - 1


def _cannot_parse(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
