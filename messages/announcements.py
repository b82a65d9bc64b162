"""Which announcements of whoever runs the bot a chat wants."""

from collections.abc import Collection

from messages.buttons import button
from messages.content import Content, paragraphs
from messages.presses import WantAnnouncements
from messages.words import Words

SORTS = ("news", "service")


def page(words: Words, *, declined: Collection[str]) -> Content:
    """Show both sorts, and offer to change each."""
    states, rows = [], []
    for sort in SORTS:
        off = sort in declined
        label = words.plain(f"button-hear-{sort}" if off else f"button-decline-{sort}")
        rows.append((button(label, WantAnnouncements(what=sort, wanted=off)),))
        states.append(words.say(f"announcements-{sort}-off" if off else f"announcements-{sort}-on"))
    return Content(text=paragraphs([words.say("announcements"), *states]), buttons=tuple(rows))
