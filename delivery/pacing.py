"""Whose turn it is: tickets wait here until Telegram's limits let the next one leave.

A state machine on seconds of the monotonic clock; it keeps no time and starts nothing itself. Each step costs
O(log n) of the waiting tickets.
"""

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from math import inf

from delivery.limits import BotBudget, GroupBudget, Limits, PrivateBudget
from delivery.outbox import Lane

LANES = tuple(Lane)
_REPLIES = (Lane.REPLY,)

ChatKey = int | str
"""A Telegram chat id, or the @name of a channel."""

BUSY_SECONDS = 5.0
"""A chat that takes nothing for longer than this is busy."""

FAIR_TURN = 4
"""Every so many turns of a lane goes to whoever has waited longest, whatever the backlog of the groups."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request that waits for its turn, and then holds its chat until it is done."""

    number: int
    chat: ChatKey
    lane: Lane


class _Chat:
    """The tickets of one chat and its budget. One request at a time is in flight, so that order is kept."""

    __slots__ = ("budget", "in_flight", "is_group", "key", "lanes", "timed_for")

    def __init__(self, key: ChatKey, limits: Limits) -> None:
        self.key = key
        self.is_group = is_group(key)
        self.budget = GroupBudget(limits) if self.is_group else PrivateBudget(limits)
        self.in_flight = False
        self.timed_for = -inf
        self.lanes: dict[Lane, dict[int, Ticket]] = {}

    def head(self, lane: Lane) -> int | None:
        """The number of the lane's oldest ticket."""
        waiting = self.lanes.get(lane)
        return next(iter(waiting)) if waiting else None


def is_group(chat: ChatKey) -> bool:
    """Groups and channels have negative ids; only channels are called by name."""
    return isinstance(chat, str) or chat < 0


class Pacing:
    """Grants turns: replies before alerts before broadcasts; in a lane the group with the most to say, then the oldest.

    A group with much to say goes first because its window, not the bot's, decides when everything is out.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bot = BotBudget(limits)
        self._chats: dict[ChatKey, _Chat] = {}
        self._numbers = count(1)
        self._waiting = dict.fromkeys(Lane, 0)
        self._bulk_in_flight = 0
        self._turns = dict.fromkeys(Lane, 0)
        # Heaps of chats that are ready. Entries go stale and are dropped when they come to the top.
        self._oldest: dict[Lane, list[tuple[int, ChatKey]]] = {lane: [] for lane in Lane}
        self._groups: dict[Lane, list[tuple[int, int, ChatKey]]] = {lane: [] for lane in Lane}
        self._timers: list[tuple[float, int, ChatKey]] = []
        self._maybe_busy: set[int] = set()
        self._sweep_at = 1_000

    def enqueue(self, chat: ChatKey, lane: Lane, now: float) -> Ticket:
        """Wait for a turn to send something to the chat."""
        ticket = Ticket(next(self._numbers), chat, lane)
        known = self._chat(chat, now)
        waiting = known.lanes.setdefault(lane, {})
        waiting[ticket.number] = ticket
        self._waiting[lane] += 1
        if len(waiting) == 1 or known.is_group:
            self._offer(known, lane, now)
        return ticket

    def withdraw(self, ticket: Ticket, now: float) -> None:
        """Give up waiting."""
        chat = self._chats[ticket.chat]
        del chat.lanes[ticket.lane][ticket.number]
        self._waiting[ticket.lane] -= 1
        self._offer(chat, ticket.lane, now)

    def next(self, now: float) -> Ticket | float:
        """Return the ticket whose turn it is, or after how many seconds to ask again.

        Infinity: not before something is enqueued or done.
        """
        lanes = LANES if self._bulk_in_flight < self._limits.in_flight else _REPLIES
        for lane in lanes:
            if self._waiting[lane]:
                break
        else:
            return inf
        free = self._bot.free_at(now)
        if free > now:
            return free - now
        self._wake(now)
        for lane in lanes:
            if self._waiting[lane] and (chat := self._choose(lane, now)) is not None:
                return self._start(chat, lane, now)
        return self._timers[0][0] - now if self._timers else inf

    def done(self, ticket: Ticket, now: float) -> None:
        """The request was answered, or given up; its chat and the bot have the turn behind them."""
        chat = self._chats[ticket.chat]
        chat.in_flight = False
        chat.budget.spend(now)
        self._bot.end(now)
        if ticket.lane is not Lane.REPLY:
            self._bulk_in_flight -= 1
        if chat.is_group:
            self._note_busy(chat, now)
        for lane, waiting in chat.lanes.items():
            if waiting:
                self._offer(chat, lane, now)

    def penalise(self, chat: ChatKey | None, seconds: float, now: float) -> None:
        """Telegram has asked for a pause: of a group, or of the whole bot when it was no group that was refused."""
        if chat is None or not is_group(chat):
            self._bot.pause(seconds, now)
            return
        known = self._chat(chat, now)
        if isinstance(known.budget, GroupBudget):
            known.budget.pause(now + seconds)
        self._note_busy(known, now)

    def paused_for(self, now: float) -> float:
        """Return how many seconds the whole bot still has to be silent."""
        return max(0.0, self._bot.paused_until - now)

    def busy(self, now: float) -> dict[int, float]:
        """Return the chats that take nothing for some seconds, and for how many."""
        waits = {chat: self._chats[chat].budget.free_at() - now for chat in self._maybe_busy}
        busy = {chat: wait for chat, wait in waits.items() if wait > BUSY_SECONDS}
        self._maybe_busy = set(busy)
        return busy

    def recall(self, chat: ChatKey, at: float, now: float) -> None:
        """Count a message that was sent at that moment, before this process began; oldest first."""
        known = self._chat(chat, now)
        known.budget.spend(at)
        self._bot.recall(at)
        self._note_busy(known, now)

    def _chat(self, key: ChatKey, now: float) -> _Chat:
        if len(self._chats) >= self._sweep_at:
            self._forget_rested(now)
        chat = self._chats.get(key)
        if chat is None:
            chat = self._chats[key] = _Chat(key, self._limits)
        return chat

    def _forget_rested(self, now: float) -> None:
        """Drop chats that nothing needs to be remembered of; doubling the mark keeps this cheap."""
        for key, chat in list(self._chats.items()):
            if not chat.in_flight and not any(chat.lanes.values()) and chat.budget.rested_at() <= now:
                del self._chats[key]
        self._maybe_busy.intersection_update(self._chats)
        self._sweep_at = max(1_000, 2 * len(self._chats))

    def _offer(self, chat: _Chat, lane: Lane, now: float) -> None:
        """Enter the chat's lane where turns are given, or set a timer for when the chat is free."""
        head = chat.head(lane)
        if head is None or chat.in_flight:
            return
        free = chat.budget.free_at()
        if free > now:
            if chat.timed_for != free:
                chat.timed_for = free
                heappush(self._timers, (free, head, chat.key))
            return
        heappush(self._oldest[lane], (head, chat.key))
        if chat.is_group:
            heappush(self._groups[lane], (-len(chat.lanes[lane]), head, chat.key))

    def _wake(self, now: float) -> None:
        while self._timers and self._timers[0][0] <= now:
            _, _, key = heappop(self._timers)
            chat = self._chats.get(key)
            if chat is not None:
                for lane in chat.lanes:
                    self._offer(chat, lane, now)

    def _choose(self, lane: Lane, now: float) -> _Chat | None:
        if self._turns[lane] % FAIR_TURN:
            groups = self._groups[lane]
            while groups:
                backlog, head, key = heappop(groups)
                chat = self._ready(key, lane, head, now)
                if chat is not None and len(chat.lanes[lane]) == -backlog:
                    return chat
        oldest = self._oldest[lane]
        while oldest:
            head, key = heappop(oldest)
            chat = self._ready(key, lane, head, now)
            if chat is not None:
                return chat
        return None

    def _ready(self, key: ChatKey, lane: Lane, head: int, now: float) -> _Chat | None:
        """Return the chat if this entry still tells the truth about it."""
        chat = self._chats.get(key)
        if chat is None or chat.in_flight or chat.head(lane) != head:
            return None
        if chat.budget.free_at() > now:  # it was paused after it had been entered
            self._offer(chat, lane, now)
            return None
        return chat

    def _start(self, chat: _Chat, lane: Lane, now: float) -> Ticket:
        waiting = chat.lanes[lane]
        ticket = waiting.pop(next(iter(waiting)))
        self._waiting[lane] -= 1
        self._turns[lane] += 1
        chat.in_flight = True
        self._bot.start(now)
        if lane is not Lane.REPLY:
            self._bulk_in_flight += 1
        return ticket

    def _note_busy(self, chat: _Chat, now: float) -> None:
        if isinstance(chat.key, int) and chat.budget.free_at() > now + BUSY_SECONDS:
            self._maybe_busy.add(chat.key)
