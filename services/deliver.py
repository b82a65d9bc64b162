"""Deliver: claims messages, sends each in its turn, and commits how the attempts ended."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import assert_never

import structlog

from delivery.circuit import Circuit, CircuitState
from delivery.outbox import BROADCASTS, ClaimedMessage, Lane, MessageId, MessageState, Settlement, TopicLost
from delivery.pacing import Ticket
from delivery.settling import settlement_after
from delivery.verdicts import Later, Refused, SendingStoppedError, Sent, Uncertain, Verdict
from messages.content import Content, Outgoing, Pin, Removal
from petitions.follows import Place
from petitions.petition import PetitionId
from services.ports import MessageStore, Messenger, Pacer

log = structlog.get_logger(__name__)

WINDOW = 2_000
"""Messages in hand at most: far more than can be in flight, because pacing chooses well only among what it sees."""

WINDOW_PER_CHAT = 20
"""Messages to one chat in hand at most, so that one chat's backlog does not fill the window."""

CLAIMED_AT_ONCE = 500
CLAIM_SECONDS = 0.2
"""Between two claims that fill less than a batch."""

ANSWER_SECONDS = 15.0
"""How long the answer to one message is waited for."""

GRACE_SECONDS = 2.5
"""How long answers are waited for when everything has to stop."""

Report = Callable[[ClaimedMessage, Settlement], Awaitable[None]]
"""Tells the operator of a message that is given up: rejected, or never answered."""


@dataclass(slots=True, kw_only=True, eq=False)
class _InHand:
    """A claimed message: it waits for its picture to be drawn until it has a `ticket`, and then for its turn until
    there is an `attempt`, which began at `began` (monotonic).
    """

    message: ClaimedMessage
    ticket: Ticket | None = None
    attempt: asyncio.Task[None] | None = None
    began: float = 0.0


class Deliver:
    """The only sender of the outbox: a steady flow that each step tops up and commits.

    Messages leave between the steps, whenever the pacer grants a turn; `wake` asks for a step when one has ended.
    `jitter` is a random source in [0, 1); `monotonic` gives seconds; `report` tells the operator of a message that is
    given up, `topic_lost` a group of a topic that has just turned out to be closed or gone. Of the lanes that
    `waiting` names nothing is sent. `may_pay`: Telegram may charge for what is in the lane for that.
    """

    def __init__(
        self,
        *,
        messages: MessageStore,
        messenger: Messenger,
        pacer: Pacer,
        jitter: Callable[[], float],
        monotonic: Callable[[], float],
        report: Report,
        topic_lost: Callable[[Place, datetime], Awaitable[None]],
        wake: Callable[[], None],
        waiting: Callable[[], Collection[Lane]] = tuple,
        may_pay: bool = False,
    ) -> None:
        self._messages = messages
        self._waiting = waiting
        self._may_pay = may_pay
        self._messenger = messenger
        self._pacer = pacer
        self._jitter = jitter
        self._monotonic = monotonic
        self._report = report
        self._topic_lost = topic_lost
        self._wake = wake
        self._circuit = Circuit()
        self._in_hand: dict[MessageId, _InHand] = {}
        self._per_chat: dict[int, int] = {}
        self._ended: list[tuple[ClaimedMessage, Settlement]] = []
        self._untried: list[MessageId] = []
        self._verdicts: list[tuple[ClaimedMessage, Verdict]] = []
        self._claim_again_at = 0.0
        self._drained = False
        self._bot_refused: SendingStoppedError | None = None

    @property
    def circuit(self) -> CircuitState:
        """Whether everything is sent, or next to nothing because Telegram does not answer."""
        return self._circuit.state

    @property
    def idle(self) -> bool:
        """Whether nothing is in hand and nothing waits to be committed."""
        return not (self._in_hand or self._verdicts or self._ended or self._untried)

    async def step(self, now: datetime) -> bool:
        """Commit how attempts ended, and claim what is due; true when another step is worth while at once.

        Raises `SendingStoppedError` when Telegram refuses the bot itself.
        """
        if self._bot_refused is not None:
            raise self._bot_refused
        self._give_up_unanswered()
        if waiting := self._waiting():
            self._withdraw(lambda message: message.lane in waiting)
        committed = await self._commit(now)
        claimed = await self._claim(now) if await self._may_claim() else False
        return committed or claimed

    async def close(self, now: datetime) -> None:
        """Wait a moment for the answers to what is in flight, commit what is known, and put the rest back."""
        self._withdraw(lambda _: True)
        attempts = [each.attempt for each in self._in_hand.values() if each.attempt is not None]
        if attempts:
            _, unanswered = await asyncio.wait(attempts, timeout=GRACE_SECONDS)
            for attempt in unanswered:
                attempt.cancel()
            await asyncio.gather(*attempts)
        await self._commit(now)

    def recall(self, petition: PetitionId, place: Place) -> None:
        """Send nothing more about a petition that the place has just unfollowed or muted."""
        self._withdraw(lambda message: message.petition == petition and message.place == place)

    def recall_chat(self, telegram_chat: int) -> None:
        """Send nothing more to a chat of which everything has just been deleted."""
        self._withdraw(lambda message: message.telegram_chat == telegram_chat)

    def recall_broadcasts(self) -> None:
        """Give back messages of broadcasts: one of these has just been paused or cancelled."""
        self._withdraw(lambda message: message.lane in BROADCASTS)

    async def _may_claim(self) -> bool:
        """While Telegram does not answer, ask it something harmless now and then instead of sending."""
        if self._circuit.probe_due(self._monotonic()):
            answered = await self._messenger.probe()
            self._circuit.probed(self._monotonic(), self._jitter(), answered=answered)
            log.info("outbox.probed", answered=answered)
        match self._circuit.state:
            case CircuitState.CLOSED:
                return True
            case CircuitState.TRIAL:
                return not self._in_hand
            case CircuitState.OPEN:
                return False
            case state:
                assert_never(state)

    async def _claim(self, now: datetime) -> bool:
        """Take messages in hand; true when another step is worth while at once."""
        at = self._monotonic()
        batch = 1 if self._circuit.state is CircuitState.TRIAL else CLAIMED_AT_ONCE
        room = min(batch, WINDOW - len(self._in_hand))
        too_soon = at < self._claim_again_at and (self._drained or room < batch)
        if room <= 0 or (self._in_hand and too_soon):
            return False
        full = (chat for chat, number in self._per_chat.items() if number >= WINDOW_PER_CHAT)
        claimed = await self._messages.claim(now, room, {*self._pacer.busy(), *full}, self._waiting())
        self._drained = len(claimed) < room
        self._claim_again_at = at + CLAIM_SECONDS
        for message in claimed:
            self._take(message)
        return len(claimed) == CLAIMED_AT_ONCE or bool(self._untried)

    def _take(self, message: ClaimedMessage) -> None:
        chat = message.telegram_chat
        others = self._per_chat.get(chat, 0)
        if others >= WINDOW_PER_CHAT:
            self._untried.append(message.id)
            return
        self._per_chat[chat] = others + 1
        each = self._in_hand[message.id] = _InHand(message=message)
        preparing = self._messenger.prepare(_plainer(message))
        if preparing is None:
            self._enqueue(each)
        else:
            preparing.add_done_callback(lambda _: self._enqueue(each))

    def _enqueue(self, each: _InHand) -> None:
        """Let a message wait for its turn, unless it was put back meanwhile."""
        message = each.message
        if self._in_hand.get(message.id) is each:
            begin = partial(self._begin, message.id)  # not `each`, which holds the ticket: no cycle to collect
            each.ticket = self._pacer.enqueue(message.telegram_chat, message.lane, begin, flow=message.petition)

    def _begin(self, number: MessageId) -> None:
        """Send a message whose turn has come."""
        each = self._in_hand[number]
        each.began = self._monotonic()
        each.attempt = asyncio.create_task(self._attempt(each))

    async def _attempt(self, each: _InHand) -> None:
        message = each.message
        verdict = await self._verdict(message)
        if verdict is None:
            self._untried.append(message.id)
        else:
            self._verdicts.append((message, verdict))
            self._note(verdict)
        match verdict:
            case Sent() | Refused():
                pass
            case _:  # later messages do not overtake one that will be tried again
                self.recall_chat(message.telegram_chat)
        if each.ticket is not None:
            self._pacer.done(each.ticket)
        self._drop(message)
        self._wake()

    async def _verdict(self, message: ClaimedMessage) -> Verdict | None:
        """Send; `None` when Telegram has refused the bot and not the message."""
        if message.unreadable is not None:
            return Refused(reason=message.unreadable)
        try:
            return await self._messenger.deliver(
                message.telegram_chat,
                message.place.thread,
                _plainer(message),
                paid=self._may_pay and message.lane is Lane.PAID,
            )
        except SendingStoppedError as error:
            self._bot_refused = error
            return None
        except asyncio.CancelledError:  # an attempt is cancelled only when it cannot be waited for any longer
            return Uncertain(reason="no answer in time")
        except Exception as error:
            log.exception("outbox.send_failed", message_id=message.id)
            return Uncertain(reason=type(error).__name__)

    def _note(self, verdict: Verdict) -> None:
        """Let the circuit know; when it opens, what waits for a turn goes back."""
        match verdict:
            case Later(after=None) | Uncertain():
                self._circuit.failed(self._monotonic(), self._jitter())
                if self._circuit.state is CircuitState.OPEN:
                    self._withdraw(lambda _: True)
            case _:
                self._circuit.answered()

    def _withdraw(self, unwanted: Callable[[ClaimedMessage], bool]) -> None:
        """Put messages back that wait for their turn."""
        for each in list(self._in_hand.values()):
            if each.attempt is None and unwanted(each.message):
                if each.ticket is not None:
                    self._pacer.withdraw(each.ticket)
                self._drop(each.message)
                self._untried.append(each.message.id)

    def _drop(self, message: ClaimedMessage) -> None:
        del self._in_hand[message.id]
        others = self._per_chat.pop(message.telegram_chat) - 1
        if others:
            self._per_chat[message.telegram_chat] = others

    def _give_up_unanswered(self) -> None:
        """Bound the wait for answers here: a timer for each request would cost a tenth of it."""
        too_long_ago = self._monotonic() - ANSWER_SECONDS
        for each in self._in_hand.values():
            if each.attempt is not None and each.began < too_long_ago:
                each.attempt.cancel()

    async def _commit(self, now: datetime) -> bool:
        """Store how attempts ended since the last commit, and put back what was not tried; false when there is nothing.

        What cannot be stored now is stored by the next step.
        """
        verdicts, self._verdicts = self._verdicts, []
        self._ended += [
            (message, settlement_after(message, verdict, now, self._jitter())) for message, verdict in verdicts
        ]
        ended, untried = list(self._ended), list(self._untried)
        if ended:
            stored = await self._messages.settle([settlement for _, settlement in ended])
            del self._ended[: len(ended)]
            ended = [(message, settlement) for (message, _), settlement in zip(ended, stored, strict=True)]
        if untried:
            await self._messages.release(untried)
            del self._untried[: len(untried)]
        for message, settlement in ended:
            if settlement.state is not MessageState.SENT:
                await self._note_failure(message, settlement)
        if ended:
            log.info("outbox.settled", **Counter(settlement.state.value for _, settlement in ended))
        return bool(ended or untried)

    async def _note_failure(self, message: ClaimedMessage, settlement: Settlement) -> None:
        log.info(
            "outbox.not_sent",
            message_id=message.id,
            chat_id=message.place.chat,
            state=settlement.state,
            reason=settlement.reason,
        )
        try:
            if settlement.state is not MessageState.QUEUED and not isinstance(message.content, Removal | Pin):
                await self._report(message, settlement)
            if isinstance(settlement.effect, TopicLost) and not message.place_tries:
                await self._topic_lost(message.place, settlement.at)
        except Exception:
            log.exception("outbox.not_reported", message_id=message.id)


def _plainer(message: ClaimedMessage) -> Outgoing:
    """Return what to send: without its picture, which takes longer, where an earlier try has found no answer."""
    if message.uncertain and isinstance(message.content, Content):
        return replace(message.content, picture="")
    return message.content
