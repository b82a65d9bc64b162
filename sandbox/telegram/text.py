"""What Telegram does to every string before anybody reads it: UTF-8, control characters, trimming."""

import re

from sandbox.telegram.errors import bad_request

_SPACED = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile("[\r\u2028-\u202e\u030a\u0333\u033f]")
_REPEATED_MARKS = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
_INVISIBLE = " \n\u00a0\u200b\u200c\u200d\u200e\u200f\ufeff"


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of Telegram's offsets and limits."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def require_utf8(text: str) -> None:
    """Refuse what has no UTF-8 form (a lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def clean(text: str) -> str:
    """Control characters (NUL and tab among them) become spaces; carriage returns, line and paragraph separators,
    direction overrides and stacking marks are dropped; of repeated direction marks only the last has an effect.
    """
    return _REPEATED_MARKS.sub("\u200c", _DROPPED.sub("", _SPACED.sub(" ", text)))


def is_blank(text: str) -> bool:
    """Whether nobody would see anything."""
    return not text.strip(_INVISIBLE)
