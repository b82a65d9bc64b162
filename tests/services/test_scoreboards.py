"""A scoreboard is edited when what it shows has changed, behind everything else, and at most every few seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from delivery.chats import Chat, ChatKind, Receiver
from delivery.verdicts import Later, Refused, Verdict
from messages.content import Content, escaped
from messages.scoreboard import ScoreLine
from petitions.follows import Place
from petitions.petition import Reading
from services.scoreboards import SECONDS_BETWEEN_EDITS, Scoreboards, gained_in_a_day
from storage.storage import Storage
from tests.services.outbox import SENT, FakeMessenger
from tests.services.test_replying import replying_with
from tests.storage.samples import NOW, follower, known_chat, next_look, ref, stored_petition

CHANNEL = -1009


@dataclass
class Editing(FakeMessenger):
    """Edits end as `verdict` says; `edits` are the messages as they were edited."""

    verdict: Verdict = SENT
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    async def edit(
        self, telegram_chat: int, message: int, content: Content, *, receiver: Receiver | None = None
    ) -> Verdict:
        self.edits.append((telegram_chat, message, content.text))
        return self.verdict


@dataclass
class Boards:
    messenger: Editing
    scoreboards: Scoreboards
    seconds: list[float]
    chat: Chat
    place: Place

    async def later(self, seconds: float = SECONDS_BETWEEN_EDITS) -> list[tuple[int, int, str]]:
        """Let some time pass, and return what is edited then."""
        self.seconds[0] += seconds
        self.messenger.edits.clear()
        await self.scoreboards.step(NOW)
        return self.messenger.edits


def counts(shown: Sequence[ScoreLine], total: int, now: datetime) -> Content:
    return Content(text=escaped(f"{total}: " + " ".join(str(line.snapshot.signatures) for line in shown)))


@pytest.fixture
async def boards(storage: Storage) -> Boards:
    messenger, seconds = Editing(), [0.0]
    chat = await known_chat(storage, CHANNEL, ChatKind.CHANNEL)
    scoreboards = Scoreboards(
        scoreboards=storage.scoreboards,
        follows=storage.follows,
        petitions=storage.petitions,
        messenger=messenger,
        pacer=messenger.pacer,
        replying=replying_with(storage, messenger),
        write=counts,
        monotonic=lambda: seconds[0],
    )
    return Boards(messenger, scoreboards, seconds, chat, Place(chat=chat.id))


async def grows(storage: Storage, number: int, signatures: int) -> None:
    current = await storage.petitions.find(ref(number))
    assert current is not None
    await storage.petitions.record(next_look(current, reading=Reading(at=NOW, signatures=signatures)))


async def followed(storage: Storage, boards: Boards) -> None:
    """Follow petition 1, which has 5 signatures, and put a scoreboard up."""
    await follower(storage, await stored_petition(storage, 1), CHANNEL)
    assert await boards.scoreboards.put_up(boards.chat, boards.place, NOW)


async def test_it_is_edited_when_what_it_shows_changes_and_only_then(storage: Storage, boards: Boards) -> None:
    other = await stored_petition(storage, 2)
    await followed(storage, boards)
    assert boards.messenger.sent == [(CHANNEL, "1: 5")]
    assert await boards.later() == []
    await grows(storage, 2, 6)
    await grows(storage, 1, 5)
    assert await boards.later() == []
    await grows(storage, 1, 7)
    assert await boards.later() == [(CHANNEL, 1, "1: 7")]
    assert await storage.scoreboards.outdated(10) == ()
    assert await boards.later() == []
    await follower(storage, other, CHANNEL)
    assert await boards.later() == [(CHANNEL, 1, "2: 6 7")]


async def test_it_is_edited_at_most_every_few_seconds(storage: Storage, boards: Boards) -> None:
    await followed(storage, boards)
    await grows(storage, 1, 6)
    assert len(await boards.later()) == 1
    await grows(storage, 1, 7)
    assert await boards.later(SECONDS_BETWEEN_EDITS / 2) == []
    assert len(await boards.later(SECONDS_BETWEEN_EDITS / 2)) == 1


async def test_one_that_was_deleted_is_edited_no_more(storage: Storage, boards: Boards) -> None:
    await followed(storage, boards)
    await grows(storage, 1, 6)
    boards.messenger.verdict = Refused(reason="message to edit not found")
    assert len(await boards.later()) == 1
    assert await boards.later() == []
    assert not await boards.scoreboards.end(boards.place)


async def test_one_that_could_not_be_edited_is_tried_again(storage: Storage, boards: Boards) -> None:
    await followed(storage, boards)
    await grows(storage, 1, 6)
    boards.messenger.verdict = Later(reason="502")
    assert len(await boards.later()) == 1
    boards.messenger.verdict = SENT
    assert len(await boards.later()) == 1
    assert await boards.later() == []


async def test_a_chat_out_of_reach_has_nothing_edited(storage: Storage, boards: Boards) -> None:
    await followed(storage, boards)
    await grows(storage, 1, 6)
    await storage.chats.suspend(CHANNEL, "kicked", NOW)
    assert await boards.later() == []
    await storage.chats.restore(CHANNEL, NOW)
    assert len(await boards.later()) == 1


async def test_a_new_one_takes_the_place_of_the_old_and_an_ended_one_stays_as_it_is(
    storage: Storage, boards: Boards
) -> None:
    await followed(storage, boards)
    assert await boards.scoreboards.put_up(boards.chat, boards.place, NOW)
    await grows(storage, 1, 6)
    assert len(await boards.later()) == 1
    assert await boards.scoreboards.end(boards.place)
    await grows(storage, 1, 7)
    assert await boards.later() == []


def test_what_was_gained_is_counted_from_the_reading_closest_to_a_day_ago() -> None:
    def reading(hours: float, signatures: int) -> Reading:
        return Reading(at=NOW - timedelta(hours=hours), signatures=signatures)

    readings = [reading(25.5, 10), reading(24.2, 20), reading(22.5, 30), reading(1, 40)]
    assert gained_in_a_day(50, readings, NOW) == 30
    assert gained_in_a_day(50, readings[3:], NOW) is None
    assert gained_in_a_day(15, readings, NOW) is None
