"""The texts that say what the bot is and how to use it."""

from collections.abc import Iterable
from datetime import timedelta

from messages.content import Content, Html, lines, paragraphs
from messages.words import Words

DESCRIPTION_LIMIT = 512
"""Characters Telegram shows in a chat with a bot that has not been started."""

SHORT_DESCRIPTION_LIMIT = 120
"""Characters Telegram shows on the bot's profile."""


def start(words: Words, *, group: bool) -> Content:
    """Greet, say that this is unofficial, and how to begin."""
    begin = words.say("start-group" if group else "start-private")
    return Content(text=paragraphs([words.say("start"), begin, words.say("unofficial")]))


def greeting(words: Words) -> Content:
    """Greet a group that the bot was just added to."""
    return Content(text=paragraphs([words.say("greeting"), words.say("unofficial")]))


def help_text(words: Words, commands: Iterable[str]) -> Content:
    """List the commands with what they do."""
    listed = [Html(f"/{name} – {words.say(f'command-{name}')}") for name in commands]
    return Content(text=paragraphs([words.say("help"), lines(listed), words.say("help-more"), words.say("unofficial")]))


def privacy(
    words: Words, *, sent: timedelta, announced: timedelta, held: timedelta, kept: timedelta, contact: str
) -> Content:
    """Say what is kept, what for and how long, and how to see and delete it.

    `sent`, `announced`: how long sent messages and broadcasts are remembered; `held`: how long alerts are held for a
    chat that cannot be reached, and `kept`: how long its follows are.
    """
    return Content(
        text=paragraphs(
            [
                words.say("privacy"),
                words.say("privacy-kept"),
                words.say("privacy-not-kept"),
                words.say("privacy-how-long", sent=sent.days, announced=announced.days, held=held.days, kept=kept.days),
                words.say("privacy-rights"),
                words.say("privacy-contact", contact=contact) if contact else None,
                words.say("unofficial"),
            ]
        )
    )


def description(words: Words) -> str:
    """Say what the bot does, for people who have not started it; at most `DESCRIPTION_LIMIT` characters."""
    return words.plain("description")


def short_description(words: Words) -> str:
    """Say what the bot is on its profile; at most `SHORT_DESCRIPTION_LIMIT` characters."""
    return words.plain("short-description")


def command_description(name: str, words: Words) -> str:
    """Say what a command does, for the menu."""
    return words.plain(f"command-{name}")
