"""The message that tells a chat what happened to a petition, or in short to several."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from messages import dates
from messages.buttons import button, mute_button
from messages.clipping import MESSAGE_LIMIT, visible_length
from messages.content import Button, Content, Html, Keyboard, escaped, lines, paragraphs
from messages.links import petition_url
from messages.news import body, headline
from messages.presses import FollowFound
from messages.render_context import RenderContext
from messages.titles import linked_title, title
from messages.words import Words
from petitions.calendar import DatedNews
from petitions.kinds import TREATMENTS, Priority
from petitions.news import StoredChange, SuccessorFound
from petitions.petition import PetitionRef

LATE = timedelta(minutes=15)
"""From this on it is worth saying that something happened earlier than it was seen or told."""

SIGNATURE_ROOM = 100
"""UTF-16 units that a channel's signature may have; every alert leaves room for one."""

_LIMIT = MESSAGE_LIMIT - SIGNATURE_ROOM - len("\n\n")
_STEP = 32

_LABEL_ROOM = 40
_MOST_OFFERS = 5

_ROUND_UP_ROOM = 60
"""UTF-16 units of each title."""


class WriteAlert(Protocol):
    """Makes one message of changes, oldest first. `followed`: the chat follows the petition."""

    def __call__(self, changes: Sequence[StoredChange], render: RenderContext, *, followed: bool = True) -> Content:
        """Return the message."""
        ...


def alert(changes: Sequence[StoredChange], render: RenderContext, *, followed: bool = True) -> Content:
    """Make one message of one or more changes, oldest first; it always keeps to Telegram's limits.

    What is too long is cut, with a link to the whole; if it is far too long, the oldest
    changes are only counted. Changes of several petitions, at most 30, get a line each.
    """
    if len({change.petition for change in changes}) > 1:
        return _round_up(changes, render)
    ref = changes[0].ref
    text = _AlertRenderer(changes=changes, render=render.about(ref.site)).text()
    buttons = (*_offers(changes, render), _buttons(ref, render, followed=followed))
    return Content(text=text, buttons=buttons, silent=_is_silent(changes))


def plain_alert(changes: Sequence[StoredChange], render: RenderContext, *, followed: bool = True) -> Content:
    """Make the plainest message of the same changes: what happened, to which petition, and where it stands.

    It is for changes of which `alert` cannot make a message.
    """
    if len({change.petition for change in changes}) > 1:
        return _round_up(changes, render)
    ref, render = changes[0].ref, render.about(changes[0].ref.site)
    headlines = (headline(stored.change.news, render.words) for stored in changes)
    title = linked_title(changes[-1].title, ref, render)
    buttons = (*_offers(changes, render), _buttons(ref, render, followed=followed))
    return Content(text=lines([*headlines, title]), buttons=buttons, silent=_is_silent(changes))


def signed(content: Content, signature: str) -> Content:
    """Put a line below a message, where there is room for it."""
    text = paragraphs([content.text, escaped(signature)])
    return replace(content, text=text) if signature and visible_length(text) <= MESSAGE_LIMIT else content


def _round_up(changes: Sequence[StoredChange], render: RenderContext) -> Content:
    petitions = len({change.petition for change in changes})
    told = [
        render.words.say(
            "round-up-line",
            headline=headline(stored.change.news, render.about(stored.ref.site).words),
            title=linked_title(stored.title, stored.ref, render, _ROUND_UP_ROOM),
        )
        for stored in changes
    ]
    text = paragraphs([render.words.say("round-up-heading", count=petitions), lines(told)])
    return Content(text=text, buttons=_offers(changes, render), silent=_is_silent(changes))


def _is_silent(changes: Sequence[StoredChange]) -> bool:
    return all(TREATMENTS[stored.change.news.kind].priority is Priority.LOW for stored in changes)


def _offers(changes: Sequence[StoredChange], render: RenderContext) -> Keyboard:
    """Let the latest petitions that are offered be followed."""
    offered = [stored.change.news for stored in changes if isinstance(stored.change.news, SuccessorFound)]
    return tuple((_offer(news, render.words),) for news in offered[-_MOST_OFFERS:])


def _offer(news: SuccessorFound, words: Words) -> Button:
    called = title(news.title, news.ref, words, _LABEL_ROOM)
    return button(words.plain("button-follow-other", title=called), FollowFound(ref=news.ref))


def _buttons(ref: PetitionRef, render: RenderContext, *, followed: bool) -> tuple[Button, ...]:
    words = render.words
    return (
        Button(label=words.plain("button-open"), url=petition_url(ref, render.sites)),
        mute_button(ref, words, muted=False)
        if followed
        else button(words.plain("button-follow"), FollowFound(ref=ref)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _AlertRenderer:
    """Writes the changes that one message tells of."""

    changes: Sequence[StoredChange]
    render: RenderContext

    @property
    def words(self) -> Words:
        return self.render.words

    def text(self) -> Html:
        """Give texts from outside as much room as keeps the whole within the limit, and more than one the same."""
        room = _LIMIT
        while room > 0:
            text = self._with_room(self.changes, room)
            too_much = visible_length(text) - _LIMIT
            if too_much <= 0:
                return text
            room -= max(too_much // len(self.changes), _STEP)
        for shown in range(len(self.changes), 1, -1):
            text = self._with_room(self.changes[-shown:], 0)
            if visible_length(text) <= _LIMIT:
                return text
        return self._with_room(self.changes[-1:], 0)

    def _with_room(self, shown: Sequence[StoredChange], room: int) -> Html:
        title = linked_title(self.changes[-1].title, shown[0].ref, self.render)
        if len(self.changes) == 1:
            return paragraphs([_under(headline(shown[0].change.news, self.words), title), self._change(shown[0], room)])
        left_out = len(self.changes) - len(shown)
        return paragraphs(
            [
                _under(self.words.say("headline-several", count=len(self.changes)), title),
                self.words.say("earlier-changes", count=left_out) if left_out else None,
                *(_under(headline(one.change.news, self.words), self._change(one, room)) for one in shown),
            ]
        )

    def _change(self, stored: StoredChange, room: int) -> Html:
        return paragraphs([body(stored.change.news, stored.ref, self.render, room), self._lateness(stored)])

    def _lateness(self, stored: StoredChange) -> Html | None:
        """Say when it happened and when it was seen, where that differs noticeably or is some time ago."""
        happened, seen = stored.change.happened_at, stored.change.seen_at
        if isinstance(stored.change.news, DatedNews):
            meant_for = happened or seen
            return (
                self.words.say("meant-for", at=self._moment(meant_for)) if self.render.now - meant_for > LATE else None
            )
        if happened is not None and seen - happened > LATE:
            return self.words.say("happened-and-seen", happened=self._moment(happened), seen=self._moment(seen))
        if self.render.now - seen <= LATE:
            return None
        if happened is not None:
            return self.words.say("happened", happened=self._moment(happened))
        return self.words.say("seen", seen=self._moment(seen))

    def _moment(self, at: datetime) -> Html:
        return dates.moment(at, self.render)


def _under(heading: Html, text: Html) -> Html:
    return Html(f"{heading}\n{text}")
