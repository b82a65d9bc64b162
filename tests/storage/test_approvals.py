"""Posts of a channel wait for a word: the first one counts, and what was shown is sent once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.audit import Outcome, Position
from delivery.chats import Chat, ChatKind, PostStyle
from delivery.outbox import AlertId, Lane, MessageState, NewMessage
from petitions.follows import Place
from petitions.watched import WatchedPetition
from services.approvals import WAITS, ApprovalExpiry
from storage.storage import Storage, open_storage
from tests.storage.samples import (
    NOW,
    announce_all,
    change,
    content,
    follower,
    happen,
    known_chat,
    milestone,
    sent,
    stored_petition,
    text_of,
    texts,
)

ANN, BEN, CHANNEL = 7, 8, -1009
LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A channel with a post that waits, and its petition."""

    channel: Chat
    post: NewMessage
    petition: WatchedPetition

    @property
    def alert(self) -> AlertId:
        return self.post.alerts[0]


async def waiting_in(storage: Storage, *people: int) -> Waiting:
    """Let people look after a channel in which a post waits."""
    about_to = await about_to_tell(storage, *people)
    await storage.alerts.compose([about_to.post])
    return about_to


async def about_to_tell(storage: Storage, *people: int) -> Waiting:
    """Let people look after a channel that owes an alert, of which no message is made yet."""
    petition = await stored_petition(storage)
    place = await follower(storage, petition, CHANNEL)
    for person in people:
        await known_chat(storage, person)
        await storage.channels.link(place.chat, person)
    await storage.chats.set_style(CHANNEL, PostStyle(ask_first=True))
    channel = await storage.chats.find(CHANNEL)
    assert channel is not None
    assert channel.style.ask_first
    await happen(storage, petition, change("k", milestone(1_000)))
    await announce_all(storage)
    (owed,) = await storage.alerts.due(NOW, 10)
    assert (owed.telegram_chat, owed.style.ask_first) == (CHANNEL, True)
    post = NewMessage(
        place=place,
        lane=Lane.ALERT,
        content=content("Post"),
        due_at=NOW,
        petition=petition.id,
        alerts=(owed.id,),
        question=content("Post?"),
    )
    return Waiting(channel=channel, post=post, petition=petition)


async def decide(storage: Storage, waiting: Waiting, *, post: bool) -> MessageState | None:
    return await storage.approvals.decide(waiting.channel.id, waiting.alert, LATER, post=post)


async def test_everybody_who_looks_after_the_channel_is_asked_and_the_post_waits(storage: Storage) -> None:
    waiting = await waiting_in(storage, ANN, BEN)
    claimed = await storage.messages.claim(LATER, 10, ())
    assert [(each.telegram_chat, text_of(each)) for each in claimed] == [(ANN, "Post?"), (BEN, "Post?")]
    assert await storage.approvals.awaiting(waiting.channel.id) == 1


async def test_what_was_shown_is_posted_once_whoever_says_so_however_often(storage: Storage) -> None:
    waiting = await waiting_in(storage, ANN, BEN)
    for asked in await storage.messages.claim(NOW, 10, ()):
        await storage.messages.settle([sent(asked)])
    assert await asyncio.gather(*(decide(storage, waiting, post=True) for _ in range(5))) == [MessageState.QUEUED] * 5
    (post,) = await storage.messages.claim(LATER, 10, ())
    assert (post.telegram_chat, text_of(post)) == (CHANNEL, "Post")
    assert await decide(storage, waiting, post=False) is MessageState.CLAIMED, "it is too late"
    await storage.messages.settle([sent(post)])
    assert await decide(storage, waiting, post=True) is MessageState.SENT
    assert await storage.messages.claim(LATER, 10, ()) == []
    assert await storage.approvals.awaiting(waiting.channel.id) == 0


async def test_what_is_declined_is_never_posted(storage: Storage) -> None:
    waiting = await waiting_in(storage, ANN)
    assert await decide(storage, waiting, post=False) is MessageState.CANCELLED
    assert await decide(storage, waiting, post=True) is MessageState.CANCELLED
    assert await texts(storage, LATER) == ["Post?"]


async def test_another_channel_decides_nothing(storage: Storage) -> None:
    waiting = await waiting_in(storage, ANN)
    other = await known_chat(storage, -1010, ChatKind.CHANNEL)
    assert await storage.approvals.decide(other.id, waiting.alert, NOW, post=True) is None
    assert await storage.approvals.decide(waiting.channel.id, AlertId(999), NOW, post=True) is None
    assert await storage.approvals.awaiting(waiting.channel.id) == 1


@pytest.mark.parametrize("told", [True, False])
async def test_a_wait_outlives_a_restart(tmp_path_factory: pytest.TempPathFactory, *, told: bool) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('kept')}/bot.db"
    async with open_storage(url) as storage:
        waiting = await waiting_in(storage, ANN)
        if told:
            await decide(storage, waiting, post=True)
            await storage.messages.claim(LATER, 10, ())  # in flight when the process ends
    async with open_storage(url) as storage:
        await storage.messages.take_back_orphans()
        assert await decide(storage, waiting, post=True) is MessageState.QUEUED
        assert await texts(storage, LATER) == ["Post?", "Post"]


@dataclass
class Deaths:
    """Kills the process at one commit: right before it, or right after."""

    storage: Storage
    at: int
    before: bool
    commits: int = 0

    def __post_init__(self) -> None:
        self._write = self.storage.database.write

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        self.commits += 1
        dies = self.commits == self.at
        async with self._write() as connection:
            yield connection
            if dies and self.before:
                raise Killed
        if dies:
            raise Killed


class Killed(BaseException):
    """The process ends here."""


async def asks_and_posts(storage: Storage, waiting: Waiting) -> None:
    """Do all there is to do from the alert to the post, from wherever it was left."""
    await storage.messages.take_back_orphans()
    await storage.alerts.compose([waiting.post])
    await decide(storage, waiting, post=True)
    for message in await storage.messages.claim(LATER, 10, ()):
        await storage.messages.settle([sent(message)])


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, 7))
async def test_whenever_the_process_is_killed_the_post_is_there_once(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, *, at: int, before: bool
) -> None:
    waiting = await about_to_tell(storage, ANN)
    with monkeypatch.context() as killing, suppress(Killed):
        killing.setattr(storage.database, "write", Deaths(storage, at, before).write)
        await asks_and_posts(storage, waiting)
        assert at > 6, "there are that many commits"
    await asks_and_posts(storage, waiting)
    async with storage.database.read() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT telegram_id, messages.state FROM messages JOIN chats ON chats.id = chat_id ORDER BY telegram_id"
        )
    assert [tuple(row) for row in rows] == [(CHANNEL, "sent"), (ANN, "sent")]


async def test_where_nobody_is_left_to_be_asked_posts_go_out(storage: Storage) -> None:
    await waiting_in(storage)
    assert await texts(storage, LATER) == ["Post"]


async def test_somebody_else_is_asked_when_one_has_blocked_the_bot(storage: Storage) -> None:
    for person in (ANN, BEN):
        await known_chat(storage, person)
    await storage.chats.suspend(ANN, "blocked", NOW)
    waiting = await waiting_in(storage, BEN)
    await storage.channels.link(waiting.channel.id, ANN)
    assert [each.telegram_chat for each in await storage.messages.claim(LATER, 10, ())] == [BEN]


async def test_a_post_for_a_channel_out_of_reach_is_held_until_it_is_back(storage: Storage) -> None:
    waiting = await waiting_in(storage, ANN)
    await storage.chats.suspend(CHANNEL, "paused", NOW)
    assert await decide(storage, waiting, post=True) is MessageState.QUEUED
    assert await texts(storage, LATER) == ["Post?"]
    await storage.chats.restore(CHANNEL, LATER)
    assert await texts(storage, LATER) == ["Post"]


async def test_what_is_unfollowed_meanwhile_is_not_posted(storage: Storage) -> None:
    waiting = await waiting_in(storage, ANN)
    await storage.follows.unfollow(waiting.petition.id, Place(chat=waiting.channel.id))
    assert await decide(storage, waiting, post=True) is MessageState.CANCELLED


async def test_after_two_days_it_waits_no_longer_and_that_is_said_once(storage: Storage) -> None:
    waiting = await waiting_in(storage, ANN, BEN)
    expiry = ApprovalExpiry(store=storage.approvals, notice=lambda chat, posts: content(f"{posts} not posted: {chat}"))
    await expiry.step(NOW + WAITS)
    assert await storage.approvals.awaiting(waiting.channel.id) == 1
    for _ in range(2):
        await expiry.step(NOW + WAITS + timedelta(seconds=1))
    assert await decide(storage, waiting, post=True) is MessageState.EXPIRED
    said = await texts(storage, NOW + 2 * WAITS)
    assert said == ["Post?"] * 2 + [f"1 not posted: {CHANNEL}"] * 2


@pytest.mark.parametrize(
    ("post", "waited", "outcome"),
    [
        (None, timedelta(0), Outcome.WAITING),
        (True, timedelta(0), Outcome.WAITING),
        (False, timedelta(0), Outcome.CANCELLED),
        (None, 2 * WAITS, Outcome.EXPIRED),
    ],
)
async def test_the_audit_repeats_nothing_that_waits_or_was_decided(
    storage: Storage, *, post: bool | None, waited: timedelta, outcome: Outcome
) -> None:
    waiting = await waiting_in(storage, ANN)
    if post is not None:
        await decide(storage, waiting, post=post)
    await ApprovalExpiry(store=storage.approvals, notice=lambda *_: content()).step(NOW + waited)
    found = await storage.audit.followers(NOW - WAITS, Position(), 100)
    assert (found.outcomes, found.amiss) == ({outcome: 1}, ())
