"""Sending: claims messages, lets each leave in its turn, and commits how they ended."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog

from delivery.outbox import ClaimedMessage, MessageId, MessageState, Settlement
from delivery.settling import settle
from delivery.verdicts import Refused, SendingStoppedError, Sent, Uncertain, Verdict
from services.ports import MessageStore, Messenger

log = structlog.get_logger(__name__)

SECONDS_PER_ROUND = 10.0
CLAIMED_AT_ONCE = 500
WINDOW = 2_000
"""Messages claimed at a time: far more than can be in flight, because pacing chooses well only among what it sees."""

IN_FLIGHT = 32

ANSWER_SECONDS = 15.0
"""How long answers are waited for at the end of a round."""

GRACE_SECONDS = 2.5
"""How long answers are waited for when everything has to stop."""

ReportRejection = Callable[[ClaimedMessage, str], Awaitable[None]]


class Sending:
    """Sends what is due, in rounds of some seconds.

    It alone claims messages. A round that ended badly leaves claims behind; so does a process that was killed. The
    next round first commits what is known of them, and takes the rest back.
    """

    def __init__(
        self,
        *,
        messages: MessageStore,
        messenger: Messenger,
        jitter: Callable[[], float],
        monotonic: Callable[[], float],
        report_rejection: ReportRejection,
    ) -> None:
        self.messages = messages
        self.messenger = messenger
        self.jitter = jitter
        self.monotonic = monotonic
        self.report_rejection = report_rejection
        self.unsettled: list[Settlement] = []
        self._orderly = False
        self._round: _Round | None = None

    def recall(self, unwanted: Callable[[ClaimedMessage], bool]) -> None:
        """Do not send what is claimed, waits for its turn and is now unwanted; once back, the store cancels it."""
        if self._round is not None:
            self._round.put_back(unwanted)

    async def send_due(self, now: datetime) -> bool:
        """Send for one round; true when more is due at once."""
        if not self._orderly:
            await self._recover()
        self._orderly = False
        self._round = _Round(self, now)
        try:
            more = await self._round.run()
        finally:
            self._round = None
        self._orderly = True
        return more

    async def commit(self, settlements: Iterable[Settlement]) -> None:
        """Store how attempts ended; what cannot be stored now is stored before the next round."""
        self.unsettled.extend(settlements)
        known = list(self.unsettled)
        await self.messages.settle(known)
        del self.unsettled[: len(known)]

    async def _recover(self) -> None:
        if self.unsettled:
            await self.commit(())
        orphans = await self.messages.take_back_orphans()
        if orphans:
            log.info("outbox.orphans_taken_back", messages=orphans)


class _Round:
    """One round: a window of claimed messages that wait for their turn, and workers that send them when it comes."""

    def __init__(self, sending: Sending, now: datetime) -> None:
        self._sending = sending
        self._messages = sending.messages
        self._messenger = sending.messenger
        self._began_at = now
        self._began = sending.monotonic()
        self._workers: list[asyncio.Task[None]] = []
        self._waiting: dict[MessageId, ClaimedMessage] = {}
        self._turns: asyncio.Queue[ClaimedMessage | None] = asyncio.Queue()
        self._in_flight = 0
        self._untried: list[ClaimedMessage] = []
        self._held_back: dict[MessageId, list[MessageId]] = {}
        self._due_again = False
        self._answers: list[tuple[ClaimedMessage, Verdict]] = []
        self._answered = asyncio.Event()
        self._committed = asyncio.Event()
        self._over = False
        self._failure: Exception | None = None
        self._ends: Counter[MessageState] = Counter()

    async def run(self) -> bool:
        settling = asyncio.create_task(self._settle_until_over())
        try:
            more = await self._send()
            await self._answers_come(within=ANSWER_SECONDS)
        finally:
            winding_up = asyncio.create_task(self._wind_up(settling))
            try:
                await _to_its_end(winding_up)
            finally:  # should even the winding up be cancelled, nothing goes on behind its back
                for task in (*self._workers, settling, winding_up):
                    task.cancel()
            if self._ends:
                log.info("outbox.round_ended", **{state.value: number for state, number in self._ends.items()})
        if self._failure is not None:
            raise self._failure
        return more or self._due_again

    async def _send(self) -> bool:
        """Keep the window full until nothing is due any more or the time is up; true when more is due at once."""
        drained = False
        while self._failure is None:
            if not drained and len(self._waiting) + self._in_flight <= WINDOW - CLAIMED_AT_ONCE:
                drained = await self._claim() < CLAIMED_AT_ONCE
                continue
            if not self._in_flight and self._only_busy_chats_wait():
                return not drained
            left = self._began + SECONDS_PER_ROUND - self._sending.monotonic()
            if left <= 0:
                return True
            self._committed.clear()
            try:
                async with asyncio.timeout(left):
                    await self._committed.wait()
            except TimeoutError:
                return True
        return False

    async def _claim(self) -> int:
        claimed = await self._messages.claim(self._now(), CLAIMED_AT_ONCE, self._messenger.busy_chats())
        for message in claimed:
            self._waiting[message.id] = message
            self._messenger.wait_for_turn(message, self._turns.put_nowait)
        while len(self._workers) < min(IN_FLIGHT, len(self._waiting)):
            self._workers.append(asyncio.create_task(self._work()))
        return len(claimed)

    async def _work(self) -> None:
        """Send what has its turn, until told that there is no more."""
        while (message := await self._turns.get()) is not None:
            if self._waiting.pop(message.id, None) is not None:  # else it was put back in the meantime
                await self._deliver(message)

    async def _deliver(self, message: ClaimedMessage) -> None:
        self._in_flight += 1
        verdict = await self._verdict(message)
        match verdict:
            case Sent() | Refused():
                pass
            case _:  # while the chat is held, or the next one would be on its way
                self._hold_back_behind(message)
        self._messenger.end_turn(message)
        self._in_flight -= 1
        if verdict is None:
            self._untried.append(message)
        else:
            self._answers.append((message, verdict))
        self._answered.set()

    async def _verdict(self, message: ClaimedMessage) -> Verdict | None:
        """Send; `None` when Telegram has refused the bot and not the message."""
        if message.unreadable is not None:
            return Refused(reason=message.unreadable)
        try:
            return await self._messenger.send(message)
        except SendingStoppedError as error:
            self._failure = error
            return None
        except asyncio.CancelledError:  # only this round cancels its tasks, when it cannot wait any longer
            return Uncertain(reason="no answer in time")
        except Exception as error:
            log.exception("outbox.send_failed", message_id=message.id)
            return Uncertain(reason=type(error).__name__)

    async def _settle_until_over(self) -> None:
        """Commit in groups of whatever came in during the last commit."""
        while self._answers or not self._over:
            await self._answered.wait()
            self._answered.clear()
            try:
                await self._settle_answers()
            except Exception as error:  # noqa: BLE001 - it ends the round, and the round raises it
                self._failure = error
            self._committed.set()

    async def _settle_answers(self) -> None:
        if not self._answers:
            return
        answers, self._answers = self._answers, []
        now = self._now()
        ended = [(message, settle(message, verdict, now, self._sending.jitter())) for message, verdict in answers]
        await self._sending.commit(end for _, end in ended)
        log.debug("outbox.settled", message_ids=[end.message for _, end in ended])
        for message, end in ended:
            self._ends[end.state] += 1
            if end.state is not MessageState.SENT:
                await self._note_failure(message, end)

    async def _note_failure(self, message: ClaimedMessage, end: Settlement) -> None:
        log.info(
            "outbox.not_sent", message_id=message.id, chat_id=message.place.chat, state=end.state, reason=end.reason
        )
        not_before = end.not_before or end.at
        self._due_again |= not_before <= end.at
        behind = self._held_back.pop(message.id, ())
        if behind:
            await self._messages.release(behind, not_before)
        if end.state is MessageState.REJECTED:
            try:
                await self._sending.report_rejection(message, end.reason or "")
            except Exception:
                log.exception("outbox.rejection_not_reported", message_id=message.id)

    def put_back(self, unwanted: Callable[[ClaimedMessage], bool]) -> None:
        """Let what is unwanted wait no longer; the end of the round releases it."""
        self._untried.extend(self._withdrawn(unwanted))

    def _hold_back_behind(self, message: ClaimedMessage) -> None:
        """A chat's later messages do not overtake one that has to be tried again, and may have another address then."""
        behind = self._withdrawn(lambda each: each.telegram_chat == message.telegram_chat)
        self._held_back[message.id] = [each.id for each in behind]

    def _withdrawn(self, chosen: Callable[[ClaimedMessage], bool]) -> list[ClaimedMessage]:
        withdrawn = [each for each in self._waiting.values() if chosen(each)]
        for each in withdrawn:
            del self._waiting[each.id]
            self._messenger.withdraw(each)
        return withdrawn

    async def _answers_come(self, *, within: float) -> None:
        """Begin nothing more and wait for what is in flight; what takes longer is given up."""
        self.put_back(lambda _: True)
        for _ in self._workers:
            self._turns.put_nowait(None)
        if self._workers:
            _, unanswered = await asyncio.wait(self._workers, timeout=within)
            for worker in unanswered:
                worker.cancel()
            await asyncio.gather(*self._workers)

    async def _wind_up(self, settling: asyncio.Task[None]) -> None:
        """Leave nothing half done: commit what is known, and put back what was not tried."""
        await self._answers_come(within=GRACE_SECONDS)
        self._over = True
        self._answered.set()
        await settling
        await self._release_untried()

    async def _release_untried(self) -> None:
        now, busy = self._now(), self._messenger.busy_chats()
        free: dict[float, list[MessageId]] = {}
        for message in self._untried:
            free.setdefault(busy.get(message.telegram_chat, 0.0), []).append(message.id)
        for wait, ids in free.items():
            await self._messages.release(ids, now + timedelta(seconds=wait))

    def _only_busy_chats_wait(self) -> bool:
        busy = self._messenger.busy_chats()
        return all(message.telegram_chat in busy for message in self._waiting.values())

    def _now(self) -> datetime:
        return self._began_at + timedelta(seconds=self._sending.monotonic() - self._began)


async def _to_its_end(task: asyncio.Task[None]) -> None:
    """Wait for the task; cancelled meanwhile, wait on, because it has something to commit. Cancelled twice, give up."""
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
