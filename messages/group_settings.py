"""The settings of a group."""

from messages.buttons import button
from messages.content import Content, paragraphs
from messages.presses import LetMembers
from messages.words import Words


def page(words: Words, *, members_may: bool) -> Content:
    """Show who may change what is followed, and offer the other way."""
    now = words.say("settings-members" if members_may else "settings-admins")
    label = words.plain("button-admins-only" if members_may else "button-let-members")
    return Content(
        text=paragraphs([words.say("settings-heading"), now]),
        buttons=((button(label, LetMembers(allowed=not members_may)),),),
    )
