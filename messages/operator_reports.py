"""What the operator is told."""

from messages.content import Content
from messages.words import Words


def rejected(words: Words, *, message: int, reason: str) -> Content:
    """A message that Telegram will never take."""
    return Content(text=words.say("operator-rejected", number=str(message), reason=reason))


def crashed(words: Words, *, loop: str) -> Content:
    """A loop that has raised and is tried again."""
    return Content(text=words.say("operator-crashed", loop=loop))
