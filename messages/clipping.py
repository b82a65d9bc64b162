"""Keeping text within Telegram's limits, which count UTF-16 units after the HTML has been parsed."""

import re
import unicodedata
from html import unescape

from messages.content import Html

MESSAGE_LIMIT = 4096
"""UTF-16 units one message may have."""

CAPTION_LIMIT = 1024
"""UTF-16 units that stand below a picture."""

_ELLIPSIS = "…"
_TAG = re.compile("<[^>]*>")
_ZERO_WIDTH_JOINER = "\u200d"
_MARK_CATEGORIES = frozenset({"Mn", "Mc", "Me"})


def utf16_length(text: str) -> int:
    """Count as Telegram does: characters outside the basic plane are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible_length(html: Html) -> int:
    """Count what is left of our own HTML once Telegram has parsed it."""
    return utf16_length(unescape(_TAG.sub("", html)))


def clip(text: str, limit: int) -> str:
    """Cut text that is not yet escaped to at most `limit` UTF-16 units, ellipsis included, at a word where possible.

    A character is never parted from the marks, joiners and modifiers that belong to it.
    """
    text = text.strip()
    if utf16_length(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = _at_character(text, _units_to_index(text, limit - 1))
    word = _at_word(text, end)
    kept = text[: word if word * 2 >= end else end]
    return kept.rstrip() + _ELLIPSIS


def _units_to_index(text: str, units: int) -> int:
    """Find how many whole characters fit into so many UTF-16 units."""
    if max(text[:units], default="") <= "\uffff":
        return min(units, len(text))
    for index, character in enumerate(text):
        units -= 2 if ord(character) > 0xFFFF else 1
        if units < 0:
            return index
    return len(text)


def _at_character(text: str, end: int) -> int:
    """Move a cut back to where it does not go through a character as people see it."""
    while 0 < end < len(text) and _belong_together(text, end):
        end -= 1
    return end


def _belong_together(text: str, cut: int) -> bool:
    before, after = text[cut - 1], text[cut]
    if _ZERO_WIDTH_JOINER in {before, after} or _extends(after):
        return True
    return _is_flag_letter(before) and _is_flag_letter(after) and _flag_letters_before(text, cut) % 2 == 1


def _extends(character: str) -> bool:
    """Tell combining marks, variation selectors, skin tones and the tags of flags."""
    return (
        unicodedata.category(character) in _MARK_CATEGORIES
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, cut: int) -> int:
    start = cut
    while start > 0 and _is_flag_letter(text[start - 1]):
        start -= 1
    return cut - start


def _at_word(text: str, end: int) -> int:
    """Find the last end of a word at or before `end`; 0 when there is none."""
    return next((index for index in range(end, 0, -1) if text[index].isspace()), 0)
