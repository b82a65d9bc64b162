"""Text from outside, made harmless for its surroundings before it is escaped."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_UNWANTED = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, which Telegram refuses or shows as boxes
    "\ud800-\udfff"  # lone surrogates, which no encoding can carry
    "\u202a-\u202e\u2066-\u2069"  # embedding, override, isolation: an unclosed one turns what follows
    "\ufeff\ufffe\uffff"
    "]"
)
_TURNING = frozenset({"R", "AL", "AN"})
_MARKS = frozenset("\u200e\u200f\u061c")
_FIRST_STRONG_ISOLATE = "\u2068"
_POP_ISOLATE = "\u2069"


def cleaned(text: str) -> str:
    """Remove what no message can carry; every line end becomes a newline."""
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """Remove what no message can carry, and put everything on one line."""
    return " ".join(cleaned(text).split())


def isolated(text: str) -> str:
    """Shut each line in itself where it could turn the direction of its neighbours; other text stays as it is.

    Expects cleaned text, so that there is nothing in it to close an isolate too early.
    """
    return "\n".join(_isolated_line(line) for line in text.split("\n"))


def _isolated_line(line: str) -> str:
    if line.isascii() or not any(character in _MARKS or _turns(character) for character in line):
        return line
    return f"{_FIRST_STRONG_ISOLATE}{line}{_POP_ISOLATE}"


def _turns(character: str) -> bool:
    return unicodedata.bidirectional(character) in _TURNING
