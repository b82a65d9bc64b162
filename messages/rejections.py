"""Why petitions are refused, in words. The sites' codes are an open list (`docs/petition-sites.md` §3)."""

from messages.clipping import clip
from messages.content import Html
from messages.untrusted_text import one_line
from messages.words import Words

_CODES = frozenset(
    {
        "advert",
        "already-happening",
        "duplicate",
        "fake-name",
        "foi",
        "fraudulent",
        "honours",
        "individual",
        "irrelevant",
        "joke",
        "libellous",
        "local",
        "no-action",
        "no-reply",
        "offensive",
        "operational",
        "personal",
        "removed",
    }
)


def reason(code: str, words: Words) -> Html:
    """Say what a code means; an unknown one is quoted."""
    if code in _CODES:
        return words.say(f"rejection-{code}")
    return words.say("rejection-unknown", code=clip(one_line(code), 60))
