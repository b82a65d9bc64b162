"""The texts that say what the bot is and how to use it."""

from collections.abc import Iterable
from datetime import timedelta

from messages.content import Button, Content, Html, Keyboard, lines, paragraphs
from messages.links import add_to_group_url, set_up_group_url
from messages.words import Words

DESCRIPTION_LIMIT = 512
"""Characters Telegram shows in a chat with a bot that has not been started."""

SHORT_DESCRIPTION_LIMIT = 120
"""Characters Telegram shows on the bot's profile."""


def start(words: Words, bot_name: str) -> Content:
    """Greet a person, say that this is unofficial, and how to begin."""
    text = paragraphs([words.say("start"), words.say("start-private"), words.say("unofficial")])
    return Content(text=text, buttons=_adding(words, bot_name))


def start_in_group(words: Words, bot_name: str, group: int) -> Content:
    """Say in a group (a Telegram id) what the bot is and how to begin."""
    text = paragraphs([words.say("start"), words.say("start-group"), words.say("unofficial")])
    return Content(text=text, buttons=_setting_up(words, bot_name, group))


def greeting(words: Words, bot_name: str, group: int) -> Content:
    """Greet a group that the bot was just added to, and say who may do what."""
    text = paragraphs([words.say("greeting"), words.say("start-group"), words.say("unofficial")])
    return Content(text=text, buttons=_setting_up(words, bot_name, group))


def help_text(words: Words, commands: Iterable[str], bot_name: str = "") -> Content:
    """List the commands with what they do; with `bot_name` offer to add the bot to a group."""
    listed = [Html(f"/{name} – {words.say(f'command-{name}')}") for name in commands]
    text = paragraphs([words.say("help"), lines(listed), words.say("help-more"), words.say("unofficial")])
    return Content(text=text, buttons=_adding(words, bot_name) if bot_name else ())


def _adding(words: Words, bot_name: str) -> Keyboard:
    return ((Button(label=words.plain("button-add-to-group"), url=add_to_group_url(bot_name)),),)


def _setting_up(words: Words, bot_name: str, group: int) -> Keyboard:
    return ((Button(label=words.plain("button-set-up-group"), url=set_up_group_url(bot_name, group)),),)


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
