"""A message's words as Telegram keeps them: clean, trimmed, within the limit, with their entities."""

from dataclasses import dataclass
from typing import Any

from sandbox.telegram.entities import parse_html, without_marks_in_code
from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.found import found_entities
from sandbox.telegram.links import checked_link
from sandbox.telegram.text import clean, is_blank, require_utf8, utf16_length

MAX_TEXT = 4096
MAX_CAPTION = 1024
_ENTITY_FIELDS = ("url", "user", "language", "custom_emoji_id")
_SENDABLE = frozenset(
    "bold italic underline strikethrough spoiler blockquote expandable_blockquote code pre text_link text_mention "
    "custom_emoji mention hashtag cashtag bot_command url email phone_number".split()
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """Text as shown, and entities with offsets in UTF-16 code units, outer ones first."""

    text: str
    entities: list[Json]


def formatted_text(source: str, parse_mode: str, entities: list[Any] | None) -> Formatted:
    """The text of a message. Raises 400: cannot be parsed, empty, longer than 4,096 after parsing."""
    if not source:
        raise bad_request("message text is empty")
    words = _formatted(source, parse_mode, entities)
    if is_blank(words.text):
        raise bad_request("message text is empty")
    if utf16_length(words.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return words


def formatted_caption(source: str, parse_mode: str, entities: list[Any] | None) -> Formatted:
    """The caption of a photo or document, which may be empty. Raises 400: cannot be parsed, longer than 1,024."""
    if not source:
        return Formatted("", [])
    words = _formatted(source, parse_mode, entities)
    if utf16_length(words.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return words


def typed_text(source: str) -> Formatted:
    """What a person typed: no markup, only what Telegram finds by itself."""
    return formatted_text(source, "", None)


def _formatted(source: str, parse_mode: str, entities: list[Any] | None) -> Formatted:
    require_utf8(source)
    match parse_mode.lower():
        case "html":
            text, given = parse_html(source)
        case "":
            text, given = _with_given(source, entities or [])
        case _:
            # Markdown modes are real, but nothing in this world sends them.
            raise bad_request("unsupported parse_mode")
    text, given = _trimmed(text, given)
    return Formatted(text, found_entities(text, given))


def _with_given(source: str, entities: list[Any]) -> tuple[str, list[Json]]:
    if not entities:
        return clean(source), []
    length = utf16_length(source)
    given = [_given(entity, length) for entity in entities]
    given.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    text = clean(source)
    if utf16_length(text) != length:
        # Offsets count the characters that were sent, so that a text with entities must be clean already.
        raise bad_request("can't parse entities: entities do not fit the text after cleaning")
    return text, without_marks_in_code(given)


def _given(entity: Any, text_length: int) -> Json:
    if not isinstance(entity, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
    if not isinstance(kind, str) or kind not in _SENDABLE:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length <= 0:
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be of type Integer')
    if offset + length > text_length:
        raise bad_request(f"entity beginning at UTF-16 offset {offset} ends after the end of the text")
    kept: Json = {"offset": offset, "length": length, "type": kind}
    kept.update({name: entity[name] for name in _ENTITY_FIELDS if name in entity})
    if kind == "text_link":
        try:
            kept["url"] = checked_link(str(entity.get("url", "")))
        except ValueError as reason:
            raise bad_request(f"entity URL '{entity.get('url', '')}' is invalid: {reason}") from None
    return kept


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Drop white space at both ends (in front only up to the first entity) and fit the entities to what is left."""
    ended = text.rstrip(" \n")
    begun = ended.lstrip(" \n")
    dropped = len(ended) - len(begun)
    if entities:
        dropped = min(dropped, entities[0]["offset"])
        begun = ended[dropped:]
    if begun == text or not entities:
        return begun, entities
    end = utf16_length(begun)
    fitted: list[Json] = []
    for entity in entities:
        offset = entity["offset"] - dropped
        length = min(entity["length"], end - offset)
        if length > 0:
            fitted.append({**entity, "offset": offset, "length": length})
    return begun, fitted
