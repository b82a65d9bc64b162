"""What Telegram does to every string before anybody reads it: UTF-8, control characters, trimming."""

import re

from sandbox.telegram.errors import bad_request

_UNWANTED = re.compile("[\0-\x09\x0b-\x1f\u2028-\u202e\u030a\u0333\u033f]")
_SPACED = frozenset(chr(code) for code in range(32) if chr(code) not in "\n\r")
_REPEATED_MARKS = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
_INVISIBLE = " \n\u00a0\u200b\u200c\u200d\u200e\u200f\ufeff"


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of Telegram's offsets and limits."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def require_utf8(text: str) -> None:
    """Refuse what has no UTF-8 form (a lone surrogate)."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None


def is_clean(text: str) -> bool:
    """Whether `clean` would keep every character."""
    return _UNWANTED.search(text) is None


def clean(text: str) -> str:
    """Control characters (NUL and tab among them) become spaces; carriage returns, line and paragraph separators,
    direction overrides and stacking marks are dropped; of repeated direction marks only the last has an effect.
    """
    if _UNWANTED.search(text):
        text = _UNWANTED.sub(lambda found: " " if found[0] in _SPACED else "", text)
    return without_repeated_marks(text)


def without_repeated_marks(text: str) -> str:
    """The same length of text, in which of a row of direction marks only the last is one."""
    return text if text.isascii() else _REPEATED_MARKS.sub("\u200c", text)


def is_blank(text: str) -> bool:
    """Whether nobody would see anything."""
    return not text.strip(_INVISIBLE)
