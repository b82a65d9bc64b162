"""What a petition is called in messages."""

from messages.clipping import clip
from messages.content import Html, escaped, link
from messages.links import petition_url
from messages.render_context import RenderContext
from messages.untrusted_text import one_line
from messages.words import Words
from petitions.petition import PetitionRef

TITLE_ROOM = 300
"""UTF-16 units a title gets; the sites allow 150, their databases 255."""


def title(text: str, ref: PetitionRef, words: Words, room: int = TITLE_ROOM) -> str:
    """Return the title on one line, cut to `room`, not yet escaped; unpublished petitions may only have a number."""
    return clip(one_line(text), room) or words.plain("petition-number", number=ref.number)


def linked_title(text: str, ref: PetitionRef, render: RenderContext, room: int = TITLE_ROOM) -> Html:
    """Return the title as a link to the petition."""
    return link(petition_url(ref, render.sites), escaped(title(text, ref, render.words, room)))
