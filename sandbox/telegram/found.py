"""Entities that Telegram finds by itself in plain text: commands, links, mentions, hashtags, e-mail addresses."""

import re

from sandbox.telegram.errors import Json
from sandbox.telegram.text import utf16_length

_FOUND = re.compile(
    r"""
    (?P<url>(?<![\w/@.-])(?:https?://[^\s<>"«»“”]+|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+
            (?:uk|com|org|net|eu|je|io|info|me|dev|app|gov|scot|wales)(?![\w.-]*@)\b(?:[/?#][^\s<>"«»“”]*)?))
    |(?P<email>(?<![\w.%+-])[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)
    |(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?![\w/]))
    |(?P<mention>(?<![\w@/])@[A-Za-z]\w{2,31}(?!\w))
    |(?P<hashtag>(?<![\w&])\#\w*[^\W\d]\w*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Most texts have nothing to be found, and this says so much faster.
_HINT = re.compile(r"[/@#]|[A-Za-z0-9]\.[A-Za-z]")
_CLOSED = ("code", "pre", "text_link", "text_mention", "custom_emoji")


def found_entities(text: str, given: list[Json]) -> list[Json]:
    """The entities given by the sender with those that Telegram adds, none of them inside code or a link."""
    if _HINT.search(text) is None:
        return given
    added: list[Json] = []
    closed = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in _CLOSED]
    is_simple = utf16_length(text) == len(text)
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or ""
        shown = match[0].rstrip(".,!?:;'\")") if kind == "url" else match[0]
        start = match.start() if is_simple else utf16_length(text[: match.start()])
        length = utf16_length(shown)
        if all(start + length <= closed_start or start >= closed_end for closed_start, closed_end in closed):
            added.append({"offset": start, "length": length, "type": kind})
    if not added:
        return given
    return sorted([*given, *added], key=lambda entity: (entity["offset"], -entity["length"]))
