"""What operators do about broadcasts: write, look at, send, pause, cancel, change, delete and repeat them."""

import csv
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from delivery.broadcasts import (
    CHANNELS,
    EVERYBODY,
    GROUPS,
    PRIVATE_CHATS,
    Action,
    Audience,
    Broadcast,
    BroadcastId,
    BroadcastState,
    Draft,
    EndedSo,
    Outcome,
    Recipient,
    Tally,
    price,
    why_unpaid,
)
from delivery.chats import Announcement, ChatKind
from messages import broadcasts
from messages.broadcasts import Choices, Payment, Shown
from messages.content import Content, Document, Edit, Keyboard, Outgoing, Removal
from messages.words import DEFAULT_LANGUAGE, Words
from services.ports import BroadcastStore
from services.replying import Address, Replying, ReplyRefusedError

_KINDS = {EVERYBODY: "everybody", GROUPS: "groups", PRIVATE_CHATS: "private-chats", CHANNELS: "channels"}
"""The names of messages for kinds of chats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A broadcast, how it stands with its recipients, and for a draft how many these would be."""

    broadcast: Broadcast
    tally: Tally
    choices: Choices | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcasting:
    """Everything but the sending. `recall` lets a sender that holds messages of broadcasts give them back.

    `stars` tells how many Telegram Stars the bot has, if Telegram says so; `None`: nothing may be paid.
    """

    broadcasts: BroadcastStore
    replying: Replying
    recall: Callable[[], None]
    stars: Callable[[], Awaitable[int | None]] | None = None

    async def write(self, draft: Draft, now: datetime) -> BroadcastId:
        """Keep a draft."""
        return await self.broadcasts.draft(draft, now)

    async def show(self, draft: Draft, chat: int) -> str | None:
        """Show an operator what everybody will see, in each version; return why Telegram refuses it, if it does."""
        if draft.content is None:
            return None
        for language, content in ((DEFAULT_LANGUAGE, draft.content), *draft.versions.items()):
            buttons = broadcasts.buttons_below(content.buttons, Words(language), channel=False)
            try:
                await self.replying.send(Address(telegram_chat=chat), replace(content, buttons=buttons))
            except ReplyRefusedError as error:
                return str(error)
        return None

    async def view(self, broadcast: BroadcastId) -> View | None:
        """Return everything about a broadcast, if there is one of that number."""
        found = await self.broadcasts.get(broadcast)
        return None if found is None else await self._view(found)

    async def history(self, *, offset: int, limit: int) -> list[View]:
        """Return broadcasts, newest first."""
        return [await self._view(each) for each in await self.broadcasts.newest(offset=offset, limit=limit)]

    async def change(self, broadcast: Broadcast, draft: Draft) -> bool:
        """Change a draft; false when it is none any more."""
        return await self.broadcasts.change(broadcast.id, draft)

    async def confirm(self, broadcast: BroadcastId, now: datetime) -> bool:
        """Begin, or wait until it is due, with those who are in the audience now; false when it is no draft."""
        return await self.broadcasts.confirm(broadcast, now) is not None

    async def discard(self, broadcast: BroadcastId) -> bool:
        """Delete a draft; false when it is none."""
        return await self.broadcasts.discard(broadcast)

    async def pause(self, broadcast: BroadcastId) -> bool:
        """Send no more of it for now; false when it is not under way."""
        paused = await self.broadcasts.move_on(broadcast, BroadcastState.PAUSED, since=[BroadcastState.SENDING])
        self.recall()
        return paused

    async def resume(self, broadcast: BroadcastId) -> bool:
        """Go on; false when it is not paused."""
        return await self.broadcasts.move_on(broadcast, BroadcastState.SENDING, since=[BroadcastState.PAUSED])

    async def cancel(self, broadcast: BroadcastId, now: datetime) -> bool:
        """Leave out whoever has not got it; false when it has ended or not begun."""
        cancelled = await self.broadcasts.cancel(broadcast, now)
        self.recall()
        return cancelled

    async def shown(self, broadcast: BroadcastId, page: int) -> None:
        """Remember which message of the operator's chat is to be kept up to date."""
        await self.broadcasts.shown(broadcast, page)

    async def reword(self, broadcast: Broadcast, operator: int, content: Content, now: datetime) -> BroadcastId | None:
        """Draft a change of what was sent, for those who got it; `None` when it was no text."""
        if broadcast.draft.action is not Action.SEND or not isinstance(broadcast.draft.content, Content):
            return None
        got_it = _to_those(broadcast, Outcome.SENT, operator)
        edit = replace(got_it, action=Action.EDIT, content=content, versions={}, original=broadcast.id)
        return await self.broadcasts.draft(edit, now)

    async def delete(self, broadcast: Broadcast, operator: int, now: datetime) -> BroadcastId:
        """Draft the deletion of what was sent, for those who got it."""
        got_it = _to_those(broadcast, Outcome.SENT, operator)
        removal = replace(got_it, action=Action.REMOVE, content=None, versions={}, original=broadcast.id)
        return await self.broadcasts.draft(removal, now)

    async def repeat(self, broadcast: Broadcast, operator: int, outcome: Outcome, now: datetime) -> BroadcastId:
        """Draft the same for those with whom it has ended in that way."""
        return await self.broadcasts.draft(_to_those(broadcast, outcome, operator), now)

    async def file(self, broadcast: BroadcastId, words: Words) -> Document:
        """Make a file with a line for each recipient; the lines are as many as the snapshot had chats."""
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(["chat", "kind", "outcome", "message", "at", "reason"])
        async for each in self.broadcasts.recipients(broadcast):
            at = "" if each.at is None else each.at.isoformat(timespec="seconds")
            table.writerow([each.chat, each.kind, each.outcome, each.telegram_message_id, at, each.reason])
        caption = broadcasts.file_caption(words, broadcast)
        return Document(name=f"broadcast-{broadcast}.csv", data=text.getvalue().encode(), caption=caption)

    async def _view(self, broadcast: Broadcast) -> View:
        choices = await self._choices(broadcast.draft) if broadcast.state is BroadcastState.DRAFT else None
        return View(broadcast=broadcast, tally=await self.broadcasts.tally(broadcast.id), choices=choices)

    async def _choices(self, draft: Draft) -> Choices:
        announcement = draft.announcement if draft.action is Action.SEND else None
        anybody = replace(draft.audience, kinds=frozenset(ChatKind))
        counts = await self.broadcasts.counts(anybody, announcement)
        chosen = sum(counts[kind] for kind in draft.audience.kinds)
        return Choices(
            private=counts[ChatKind.PRIVATE],
            groups=sum(counts[kind] for kind in GROUPS),
            channels=counts[ChatKind.CHANNEL],
            chosen=chosen,
            payment=await self._payment(draft, chosen),
        )

    async def _payment(self, draft: Draft, chosen: int) -> Payment | None:
        if self.stars is None or draft.action is not Action.SEND:
            return None
        if draft.stars is None:
            return Payment(price=price(chosen))
        balance = await self.stars()
        why = why_unpaid(chosen, draft.stars, balance)
        return Payment(price=price(chosen), most=draft.stars, balance=balance, unpaid=why)


def _to_those(broadcast: Broadcast, outcome: Outcome, operator: int) -> Draft:
    """Draft the same broadcast for those of its recipients with whom it has ended in that way."""
    audience = Audience(ended=EndedSo(broadcast=broadcast.id, outcome=outcome))
    return replace(broadcast.draft, operator=operator, audience=audience, pinned=False, due_at=None, stars=None)


def shown(view: View, words: Words, rate: float | None = None) -> Shown:
    """Return what the page of a broadcast shows, of which so many are sent a minute."""
    broadcast, draft = view.broadcast, view.broadcast.draft
    return Shown(
        number=broadcast.id,
        state=broadcast.state,
        action=draft.action,
        to=broadcasts.audience(words, _KINDS.get(draft.audience.kinds, "everybody"), _narrowed(draft.audience)),
        service_notice=draft.announcement is Announcement.SERVICE,
        versions=tuple(draft.versions),
        pinned=draft.pinned,
        text_only=isinstance(draft.content, Content),
        begins=draft.due_at,
        tally={outcome.value: number for outcome, number in view.tally.items()},
        choices=view.choices,
        rate=rate,
        cost=None if draft.stars is None else price(view.tally[Outcome.SENT]),
        note=broadcast.note or "",
    )


def _narrowed(audience: Audience) -> list[tuple[str, str]]:
    """Return in which ways an audience is narrowed down, and to what."""
    ways = {
        "petition": audience.petition,
        "stream": audience.stream and audience.stream.stream,
        "topic": audience.topic,
        "site": audience.site,
        "language": audience.language,
        "active": audience.active_since and audience.active_since.date(),
        "listed": len(audience.listed) or None,
        "ended": audience.ended and audience.ended.outcome,
    }
    return [(way, str(value)) for way, value in ways.items() if value is not None]


def what_is_told(draft: Draft, recipient: Recipient) -> Outgoing:
    """Return what one recipient of a broadcast gets."""
    original = recipient.original or 0  # which is nobody's message
    match draft.versions.get(recipient.language, draft.content):
        case None:
            return Removal(message=original)
        case Content() as content if draft.action is Action.EDIT:
            return Edit(message=original, content=replace(content, buttons=_buttons(content.buttons, recipient)))
        case content:
            return replace(content, buttons=_buttons(content.buttons, recipient))


def _buttons(own: Keyboard, recipient: Recipient) -> Keyboard:
    channel = recipient.kind is ChatKind.CHANNEL
    return broadcasts.buttons_below(own, Words(recipient.language), channel=channel)
