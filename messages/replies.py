"""Short answers to what people ask the bot to do."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from messages import dates, status
from messages.buttons import button
from messages.content import Button, Content, Html, lines, paragraphs
from messages.links import petition_url
from messages.presses import DeleteEverything, FollowAgain, ShowCard, ShowList
from messages.render_context import RenderContext
from messages.titles import linked_title
from messages.words import Words
from petitions.follows import Followed
from petitions.petition import PetitionRef, PetitionState, Snapshot

_TITLE_ROOM = 120
_SHORT_SILENCE = timedelta(minutes=2)


def note(words: Words, message: str, **arguments: str | int) -> Content:
    """Make a message of one thing to say."""
    return Content(text=words.say(message, **arguments))


def follows(snapshot: Snapshot, outcome: Followed, render: RenderContext) -> Content:
    """Answer an order to follow one petition."""
    title = linked_title(snapshot.title, snapshot.ref, render)
    row = (
        button(render.words.plain("button-card"), ShowCard(ref=snapshot.ref)),
        Button(label=render.words.plain("button-open"), url=petition_url(snapshot.ref, render.sites)),
    )
    text = paragraphs(
        [
            lines([render.words.say(f"follow-{outcome}"), title, status.summary(snapshot, render.words)]),
            render.words.say(_promise(snapshot.state)) if outcome is Followed.NEW else None,
        ]
    )
    return Content(text=text, buttons=(row,))


def _promise(state: PetitionState) -> str:
    match state:
        case PetitionState.CLOSED:
            return "follow-promise-closed"
        case PetitionState.UNPUBLISHED:
            return "follow-promise-unpublished"
        case PetitionState.REJECTED | PetitionState.REMOVED:
            return "follow-promise-refused"
        case _:
            return "follow-promise"


def follow_line(snapshot: Snapshot, outcome: Followed, render: RenderContext) -> Html:
    """Answer one of several orders to follow in a line."""
    title = linked_title(snapshot.title, snapshot.ref, render, _TITLE_ROOM)
    return render.words.say(f"follow-line-{outcome}", title=title)


def topic_lost(words: Words) -> Content:
    """Tell a group that one of its topics can't be written in any more."""
    return note(words, "topic-lost")


def moved_line(snapshot: Snapshot, render: RenderContext) -> Html:
    """Say in a line that this topic hears of a petition instead of another."""
    title = linked_title(snapshot.title, snapshot.ref, render, _TITLE_ROOM)
    return render.words.say("here-line-moved", title=title)


def number_line(message: str, ref: PetitionRef, words: Words) -> Html:
    """Say in a line why nothing can be said yet about a petition but its number."""
    return words.say(message, number=ref.number)


def several(parts: Sequence[Html], dropped: int, words: Words) -> Content:
    """Put the answers to several orders into one message."""
    left = words.say("follow-dropped", count=dropped) if dropped else None
    row = (button(words.plain("button-list"), ShowList(page=1)),)
    return Content(text=paragraphs([lines(parts), left]), buttons=(row,))


def site_silent(since: datetime, render: RenderContext, *, off: bool = False) -> Content:
    """Say that the site does not answer, and since when if that is some time; `off`: that it is asked nothing."""
    if off:
        return note(render.words, "site-switched-off")
    if render.now - since < _SHORT_SILENCE:
        return note(render.words, "site-silent")
    return note(render.words, "site-silent-since", since=dates.moment(since, render))


def unfollowed(snapshot: Snapshot, render: RenderContext) -> Content:
    """Say that a petition is no longer followed, with a way back."""
    title = linked_title(snapshot.title, snapshot.ref, render)
    row = (
        button(render.words.plain("button-undo"), FollowAgain(ref=snapshot.ref)),
        button(render.words.plain("button-list"), ShowList(page=1)),
    )
    return Content(text=lines([render.words.say("unfollowed"), title]), buttons=(row,))


def unfollowed_several(parts: Sequence[Html], words: Words) -> Content:
    """Put the answers to several orders to unfollow into one message."""
    return Content(text=lines([words.say("unfollowed-several"), *parts]))


def unfollowed_line(snapshot: Snapshot, render: RenderContext) -> Html:
    """Say in a line that a petition is no longer followed."""
    title = linked_title(snapshot.title, snapshot.ref, render, _TITLE_ROOM)
    return render.words.say("unfollowed-line", title=title)


def not_followed_line(ref: PetitionRef, words: Words) -> Html:
    """Say in a line that a petition was not followed anyway."""
    return words.say("unfollow-line-none", number=ref.number)


def really_delete(words: Words, *, group: bool) -> Content:
    """Ask before everything kept for a chat is deleted."""
    row = (
        button(words.plain("button-delete-yes"), DeleteEverything(sure=True)),
        button(words.plain("button-delete-no"), DeleteEverything(sure=False)),
    )
    return Content(text=words.say("delete-really-group" if group else "delete-really"), buttons=(row,))
