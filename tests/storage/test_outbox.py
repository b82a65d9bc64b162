"""Whatever happens in whatever order: nothing is lost, nothing is claimed twice, nothing overtakes."""

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from delivery.outbox import ChatPaused, ClaimedMessage, Lane, MessageState, Settlement
from petitions.follows import Place
from storage.settling import settle
from storage.storage import Storage, open_storage
from tests.databases import create_database
from tests.storage.samples import NOW, known_chat, later, message, sent, text_of

CHATS = (1, 2, 3)


@dataclass(slots=True)
class Letter:
    """What the test believes of a message."""

    chat: int
    lane: Lane
    due_at: datetime
    number: int
    not_before: datetime = NOW
    state: MessageState = MessageState.QUEUED

    @property
    def turn(self) -> tuple[datetime, int]:
        return self.due_at, self.number


class Killed(Exception):
    """The process ends here."""


class Outbox(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.letters: dict[str, Letter] = {}
        self.suspended: set[int] = set()
        self.paused_until = dict.fromkeys(CHATS, NOW)
        self.hand: list[ClaimedMessage] = []
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Path(self.folder.name, "bot.db")
        create_database(self.database)
        self.storage, self.stack = self.runner.run(self.open())
        self.places = {number: Place(chat=self.runner.run(known_chat(self.storage, number)).id) for number in CHATS}

    async def open(self) -> tuple[Storage, AsyncExitStack]:
        stack = AsyncExitStack()
        return await stack.enter_async_context(open_storage(f"sqlite:///{self.database}")), stack

    def expected(self, limit: int, busy: Sequence[int]) -> list[str]:
        """The messages that may go now, in their order, by the rules as the protocol words them."""
        queued = {text: one for text, one in self.letters.items() if one.state is MessageState.QUEUED}
        free = [
            text
            for text, one in queued.items()
            if one.due_at <= self.now
            and one.chat not in self.suspended
            and one.chat not in busy
            and max(one.not_before, self.paused_until[one.chat]) <= self.now
        ]
        return sorted(free, key=lambda text: (self.letters[text].lane, self.letters[text].turn))[:limit]

    @rule(chat=st.sampled_from(CHATS), lane=st.sampled_from(Lane), minutes=st.integers(-2, 2))
    def queue(self, chat: int, lane: Lane, minutes: int) -> None:
        number = len(self.letters) + 1
        due_at = self.now + timedelta(minutes=minutes)
        order = message(self.places[chat], str(number), lane=lane, due_at=due_at)
        self.runner.run(self.storage.messages.queue(order))
        self.letters[str(number)] = Letter(chat=chat, lane=lane, due_at=due_at, number=number)

    @rule(limit=st.integers(1, 5), busy=st.sets(st.sampled_from(CHATS)))
    def claim(self, limit: int, busy: set[int]) -> None:
        expected = self.expected(limit, sorted(busy))
        claimed = self.runner.run(self.storage.messages.claim(self.now, limit, busy))
        assert [text_of(one) for one in claimed] == expected
        for text in expected:
            self.letters[text].state = MessageState.CLAIMED
        self.hand.extend(claimed)

    @precondition(lambda self: self.hand)
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        self.settle_all(self.verdicts(data), committed=True)

    @precondition(lambda self: self.hand)
    @rule(data=st.data())
    def be_killed_while_settling(self, data: st.DataObject) -> None:
        with pytest.raises(Killed):
            self.settle_all(self.verdicts(data), committed=False)
        self.start_again()

    def verdicts(self, data: st.DataObject) -> list[Settlement]:
        count = data.draw(st.integers(1, len(self.hand)))
        return [data.draw(st.sampled_from(self.outcomes(one))) for one in self.hand[:count]]

    def outcomes(self, one: ClaimedMessage) -> list[Settlement]:
        rejected = Settlement(message=one.id, state=MessageState.REJECTED, at=self.now, reason="bad")
        again = [later(one, self.now + timedelta(minutes=minutes), self.now) for minutes in (1, 2)]
        return [sent(one, self.now), *again, rejected]

    def settle_all(self, settlements: list[Settlement], *, committed: bool) -> None:
        self.runner.run(self.commit(settlements) if committed else self.almost_commit(settlements))
        told = {one.id: one for one in self.hand}
        for settlement in settlements:
            letter = self.letters[text_of(told[settlement.message])]
            letter.state = settlement.state
            letter.not_before = settlement.not_before or letter.not_before
            if isinstance(settlement.effect, ChatPaused):
                self.paused_until[letter.chat] = max(self.paused_until[letter.chat], settlement.effect.until)
        self.hand = self.hand[len(settlements) :]

    async def commit(self, settlements: list[Settlement]) -> None:
        await self.storage.messages.settle(settlements)

    async def almost_commit(self, settlements: list[Settlement]) -> None:
        async with self.storage.database.write() as connection:
            await settle(connection, settlements)
            raise Killed

    @precondition(lambda self: self.hand)
    @rule()
    def release(self) -> None:
        self.runner.run(self.storage.messages.release([one.id for one in self.hand]))
        for one in self.hand:
            self.letters[text_of(one)].state = MessageState.QUEUED
        self.hand = []

    @rule(chat=st.sampled_from(CHATS))
    def block(self, chat: int) -> None:
        self.runner.run(self.storage.chats.suspend(chat, "blocked", self.now))
        self.suspended.add(chat)

    @rule(chat=st.sampled_from(CHATS))
    def unblock(self, chat: int) -> None:
        assert self.runner.run(self.storage.chats.restore(chat, self.now)) == (chat in self.suspended)
        self.suspended.discard(chat)

    @rule(minutes=st.integers(1, 3))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def start_again(self) -> None:
        self.runner.run(self.stack.aclose())
        self.storage, self.stack = self.runner.run(self.open())
        assert self.runner.run(self.storage.messages.take_back_orphans()) == len(self.hand)
        for one in self.hand:
            self.letters[text_of(one)].state = MessageState.QUEUED
        self.hand = []

    @invariant()
    def what_waits_is_counted(self) -> None:
        figures = self.runner.run(self.storage.messages.figures(self.now))
        waiting = [
            one for one in self.letters.values() if one.state is MessageState.QUEUED and one.chat not in self.suspended
        ]
        assert sum(figures.queued.values()) == len(waiting)

    def teardown(self) -> None:
        try:
            self.everything_goes_in_the_end()
        finally:
            self.runner.run(self.stack.aclose())
            self.runner.close()
            self.folder.cleanup()

    def everything_goes_in_the_end(self) -> None:
        self.start_again()
        for chat in sorted(self.suspended):
            self.unblock(chat)
        self.now += timedelta(days=1)
        self.claim(limit=1_000, busy=set())
        assert all(one.state is not MessageState.QUEUED for one in self.letters.values())


@pytest.mark.slow
def test_the_outbox_loses_nothing_and_says_nothing_twice() -> None:
    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
        ),
    )
