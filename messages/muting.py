"""The button that silences a petition, and the one that lets it speak again."""

from messages.buttons import Mute, Unmute, button
from messages.content import Button
from messages.words import Words
from petitions.petition import PetitionRef


def mute_button(ref: PetitionRef, words: Words, *, muted: bool) -> Button:
    """Make the button that mutes, or hears again when it is muted."""
    if muted:
        return button(words.plain("button-unmute"), Unmute(ref=ref))
    return button(words.plain("button-mute"), Mute(ref=ref))
