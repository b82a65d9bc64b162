"""A message's words as Telegram keeps them: clean, trimmed, within the limit, with their entities."""

import re

from sandbox.telegram.entities import outer_first, parse_html
from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.text import clean, is_blank, require_utf8, utf16_length

MAX_TEXT = 4096
MAX_CAPTION = 1024

_FOUND = re.compile(
    r"""
    (?P<url>(?<![\w/@.-])(?:https?://[^\s<>"«»“”]+|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+
            (?:uk|com|org|net|eu|je|io|info|me|dev|app|gov|scot|wales)(?![\w.-]*@)\b(?:[/?#][^\s<>"«»“”]*)?))
    |(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?![\w/]))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CLOSED = ("code", "pre", "text_link")


def text_fields(source: str, parse_mode: str = "") -> Json:
    """`text` and `entities` of a Message. Raises 400: cannot be parsed, empty, longer than 4,096 after parsing."""
    fields = _fields(source, parse_mode, "text", "entities")
    if is_blank(fields["text"]):
        raise bad_request("message text is empty")
    if utf16_length(fields["text"]) > MAX_TEXT:
        raise bad_request("message is too long")
    return fields


def caption_fields(source: str, parse_mode: str = "") -> Json:
    """`caption` and `caption_entities` of a photo or document; nothing for an empty one.

    Raises 400: cannot be parsed, longer than 1,024 after parsing.
    """
    fields = _fields(source, parse_mode, "caption", "caption_entities")
    if utf16_length(fields["caption"]) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return fields if fields["caption"] else {}


def _fields(source: str, parse_mode: str, text_name: str, entities_name: str) -> Json:
    require_utf8(source)
    match parse_mode.lower():
        case "html":
            text, entities = parse_html(source)
        case "":
            text, entities = clean(source), []
        case _:
            # Markdown modes are real, but nothing in this world sends them.
            raise bad_request("unsupported parse_mode")
    text, entities = _trimmed(text, entities)
    entities = sorted([*entities, *_found(text, entities)], key=outer_first)
    return {text_name: text, entities_name: entities} if entities else {text_name: text}


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Drop white space at both ends (in front only up to the first entity) and fit the entities to what is left."""
    ended = text.rstrip(" \n")
    dropped = len(ended) - len(ended.lstrip(" \n"))
    if entities:
        dropped = min(dropped, entities[0]["offset"])
    kept = ended[dropped:]
    end = utf16_length(kept)
    moved = [{**entity, "offset": entity["offset"] - dropped} for entity in entities]
    fitted = [{**entity, "length": min(entity["length"], end - entity["offset"])} for entity in moved]
    return kept, [entity for entity in fitted if entity["length"] > 0]


def _found(text: str, given: list[Json]) -> list[Json]:
    """Entities that Telegram finds by itself: commands and links, none inside code or a link."""
    closed = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in _CLOSED]
    found: list[Json] = []
    for match in _FOUND.finditer(text):
        shown = match[0].rstrip(".,!?:;'\")") if match.lastgroup == "url" else match[0]
        start, length = utf16_length(text[: match.start()]), utf16_length(shown)
        if all(start + length <= closed_start or start >= closed_end for closed_start, closed_end in closed):
            found.append({"offset": start, "length": length, "type": match.lastgroup or ""})
    return found
