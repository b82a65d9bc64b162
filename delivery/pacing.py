"""Which request may leave next: requests wait here until Telegram's limits let one go.

A state machine on seconds of the monotonic clock; it keeps no time and starts nothing itself. Each step costs
O(log n) of the waiting requests.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from math import inf

from delivery.budgets import BotBudget, GroupBudget, Limits, PrivateBudget
from delivery.outbox import Lane

ChatKey = int | str
"""A Telegram chat id, or the @name of a channel."""

BUSY_SECONDS = 5.0
"""A chat that takes nothing for longer than this is busy."""

FAIR_TURN = 4
"""Every so many turns of a lane goes to the fairest in line, whatever the backlog of the groups."""

TOGETHER_SECONDS = 60.0
"""Two chats refused within this time, while the pause of the first goes on, mean that the whole bot is refused."""


@dataclass(slots=True, eq=False)
class Ticket:
    """One request that waits for its turn, and then holds its chat until it is done.

    `granted` is called when its turn has come. Tickets leave in the order of `rank` where no limit forbids it.
    """

    number: int
    rank: tuple[int, int]
    chat: ChatKey
    lane: Lane
    granted: Callable[[], None]


class _Chat:
    """The waiting requests of one chat, and its budget. One request at a time is in flight, so that order is kept."""

    __slots__ = ("budget", "in_flight", "is_group", "key", "lanes", "paused_until", "timed_for")

    def __init__(self, key: ChatKey, limits: Limits) -> None:
        self.key = key
        self.is_group = is_group(key)
        self.budget = GroupBudget(limits) if self.is_group else PrivateBudget(limits)
        self.paused_until = -inf
        self.in_flight = False
        self.timed_for = -inf
        self.lanes: dict[Lane, dict[int, Ticket]] = {}

    def head(self, lane: Lane) -> Ticket | None:
        """The request of the lane that has waited longest."""
        waiting = self.lanes.get(lane)
        return next(iter(waiting.values())) if waiting else None

    def free_at(self) -> float:
        """When the next request may start."""
        return max(self.paused_until, self.budget.free_at())

    def is_idle(self, now: float) -> bool:
        """Whether nothing needs to be remembered of the chat."""
        rested = self.paused_until <= now and self.budget.rested_at() <= now
        return rested and not self.in_flight and not any(self.lanes.values())


class _Line:
    """The order in which requests of one lane leave.

    Requests of one `flow` (the alerts of one petition) stand one behind the other; flows take turns, so that one
    request is not held up by the thousands of another flow that came before it.
    Heap entries are dropped when they come to the top and are no longer true.
    """

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.waiting = 0
        self.turns = 0
        self.fairest: list[tuple[tuple[int, int], ChatKey]] = []
        self.groups: list[tuple[int, tuple[int, int], ChatKey]] = []
        self._served = 0
        self._last: dict[Hashable, int] = {}

    def rank(self, flow: Hashable | None, number: int) -> tuple[int, int]:
        """Return the place of a new request in line."""
        if flow is None:
            return self._served, number
        rank = self._last[flow] = max(self._served, self._last.get(flow, 0)) + 1
        return rank, number

    def serve(self, rank: tuple[int, int]) -> None:
        """Note that the fairest in line has its turn."""
        self._served = max(self._served, rank[0])

    def forget_served(self) -> None:
        """Drop the flows of which nothing waits any more."""
        self._last = {flow: rank for flow, rank in self._last.items() if rank > self._served}


class _Share:
    """Lanes that draw on one budget. At most `most` of what is not a reply is in flight."""

    def __init__(self, lines: tuple[_Line, ...], per_second: float, most: int) -> None:
        self._lines = lines
        self._replies = tuple(line for line in lines if line.lane is Lane.REPLY)
        self._most = most
        self.budget = BotBudget(per_second)
        self.bulk_in_flight = 0

    @property
    def full(self) -> bool:
        """Whether only replies may leave before an answer is here."""
        return self.bulk_in_flight >= self._most

    def waiting(self) -> list[_Line]:
        """Return the lanes of which something waits that may be in flight."""
        lines = self._replies if self.full else self._lines
        return [line for line in lines if line.waiting]


def is_group(chat: ChatKey) -> bool:
    """Groups and channels have negative ids; only channels are called by name."""
    return isinstance(chat, str) or chat < 0


class Pacing:
    """Grants turns: replies before alerts before broadcasts; in a lane the group with the most to say, then by rank.

    A group with much to say goes first because its window, not the bot's, decides when everything is out.
    What is paid for has a budget of its own, so that it neither takes from the rest nor waits for it.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._chats: dict[ChatKey, _Chat] = {}
        self._numbers = count(1)
        self._lines = tuple(map(_Line, Lane))
        free = Lane.PAID if limits.paid_per_second is not None else len(self._lines)
        self._shares = [_Share(self._lines[:free], limits.per_second, limits.in_flight)]
        if limits.paid_per_second is not None:
            self._shares.append(_Share(self._lines[free:], limits.paid_per_second, limits.paid_in_flight))
        self._timers: list[tuple[float, int, ChatKey]] = []
        self._maybe_busy: set[int] = set()
        self._refused: tuple[ChatKey, float, float] = (0, -inf, -inf)  # chat, when, until
        self._sweep_at = 1_000

    def enqueue(
        self, chat: ChatKey, lane: Lane, now: float, *, granted: Callable[[], None], flow: Hashable | None = None
    ) -> Ticket:
        """Let a request to the chat wait for its turn; `flow`: what it shares a place in line with."""
        number, line, known = next(self._numbers), self._lines[lane], self._chat(chat, now)
        ticket = Ticket(number, line.rank(flow, number), chat, lane, granted)
        waiting = known.lanes.setdefault(lane, {})
        waiting[number] = ticket
        line.waiting += 1
        if len(waiting) == 1 or known.is_group:
            self._offer(known, lane, now)
        return ticket

    def is_full(self, lane: Lane) -> bool:
        """Tell whether no request of the lane may leave before one that left is done."""
        return lane is not Lane.REPLY and self._share(lane).full

    def withdraw(self, ticket: Ticket, now: float) -> None:
        """Let a request wait no longer."""
        chat = self._chats[ticket.chat]
        del chat.lanes[ticket.lane][ticket.number]
        self._lines[ticket.lane].waiting -= 1
        self._offer(chat, ticket.lane, now)

    def next(self, now: float) -> Ticket | float:
        """Return the ticket whose turn it is, or after how many seconds to ask again.

        Infinity: not before something is enqueued or done.
        """
        soonest = inf
        for share in self._shares:
            turn = self._next_of(share, now)
            if isinstance(turn, Ticket):
                return turn
            soonest = min(soonest, turn)
        return soonest

    def _next_of(self, share: _Share, now: float) -> Ticket | float:
        waiting = share.waiting()
        if not waiting:
            return inf
        free = share.budget.free_at(now)
        if free > now:
            return free - now
        self._wake(now)
        for line in waiting:
            if (ticket := self._choose(line, now)) is not None:
                self._start(ticket, share, now)
                return ticket
        return self._timers[0][0] - now if self._timers else inf

    def done(self, ticket: Ticket, now: float) -> None:
        """The request was answered, or given up; its chat may have the next turn."""
        chat = self._chats[ticket.chat]
        chat.in_flight = False
        chat.budget.spend(now)
        share = self._share(ticket.lane)
        share.budget.end(now)
        if ticket.lane is not Lane.REPLY:
            share.bulk_in_flight -= 1
        if chat.is_group:
            self._note_busy(chat, now)
        for lane, waiting in chat.lanes.items():
            if waiting:
                self._offer(chat, lane, now)

    def penalise(self, chat: ChatKey, seconds: float, now: float) -> None:
        """Telegram has answered a request to the chat with 429.

        The chat pauses. The whole bot does so only when another chat was refused just before and still is: for as
        long as both are, because a single chat can be refused for hours.
        """
        known = self._chat(chat, now)
        known.paused_until = max(known.paused_until, now + seconds)
        self._note_busy(known, now)
        other, refused_at, until = self._refused
        if other != chat and now - refused_at <= TOGETHER_SECONDS and until > now:
            for share in self._shares:
                share.budget.pause(min(seconds, until - now), now)
        self._refused = chat, now, now + seconds

    def paused_for(self, now: float) -> float:
        """Return how many seconds the whole bot still has to be silent."""
        return max(0.0, self._shares[0].budget.paused_until - now)

    def busy(self, now: float) -> dict[int, float]:
        """Return the chats that take nothing for some seconds, and for how many."""
        waits = {chat: self._chats[chat].free_at() - now for chat in self._maybe_busy}
        busy = {chat: wait for chat, wait in waits.items() if wait > BUSY_SECONDS}
        self._maybe_busy = set(busy)
        return busy

    def recall(self, chat: ChatKey, at: float, now: float) -> None:
        """Count a message that was sent at that moment, before this process began; oldest first."""
        known = self._chat(chat, now)
        known.budget.spend(at)
        self._shares[0].budget.recall(at)
        self._note_busy(known, now)

    def _chat(self, key: ChatKey, now: float) -> _Chat:
        if len(self._chats) >= self._sweep_at:
            self._forget_idle(now)
        chat = self._chats.get(key)
        if chat is None:
            chat = self._chats[key] = _Chat(key, self._limits)
        return chat

    def _forget_idle(self, now: float) -> None:
        """Drop chats and flows that nothing needs to be remembered of, rarely enough for it to cost next to nothing."""
        self._chats = {key: chat for key, chat in self._chats.items() if not chat.is_idle(now)}
        self._maybe_busy.intersection_update(self._chats)
        for line in self._lines:
            line.forget_served()
        self._sweep_at = max(1_000, 4 * len(self._chats))

    def _offer(self, chat: _Chat, lane: Lane, now: float) -> None:
        """Enter the chat's lane where turns are given, or set a timer for when the chat is free."""
        head = chat.head(lane)
        if head is None or chat.in_flight:
            return
        free = chat.free_at()
        if free > now:
            if chat.timed_for != free:
                chat.timed_for = free
                heappush(self._timers, (free, head.number, chat.key))
            return
        line = self._lines[lane]
        heappush(line.fairest, (head.rank, chat.key))
        if chat.is_group:
            heappush(line.groups, (-len(chat.lanes[lane]), head.rank, chat.key))

    def _wake(self, now: float) -> None:
        while self._timers and self._timers[0][0] <= now:
            _, _, key = heappop(self._timers)
            chat = self._chats.get(key)
            if chat is not None:
                for lane in chat.lanes:
                    self._offer(chat, lane, now)

    def _choose(self, line: _Line, now: float) -> Ticket | None:
        if line.groups and line.turns % FAIR_TURN:
            while line.groups:
                backlog, rank, key = heappop(line.groups)
                ticket = self._ready(key, line.lane, rank, now)
                if ticket is not None and len(self._chats[key].lanes[line.lane]) == -backlog:
                    return ticket
        while line.fairest:
            rank, key = heappop(line.fairest)
            ticket = self._ready(key, line.lane, rank, now)
            if ticket is not None:
                line.serve(rank)
                return ticket
        return None

    def _ready(self, key: ChatKey, lane: Lane, rank: tuple[int, int], now: float) -> Ticket | None:
        """Return the first request of the chat if this entry is still true of it."""
        chat = self._chats.get(key)
        if chat is None or chat.in_flight or (head := chat.head(lane)) is None or head.rank != rank:
            return None
        if chat.free_at() > now:  # it was paused after it had been entered
            self._offer(chat, lane, now)
            return None
        return head

    def _start(self, ticket: Ticket, share: _Share, now: float) -> None:
        chat, line = self._chats[ticket.chat], self._lines[ticket.lane]
        del chat.lanes[ticket.lane][ticket.number]
        line.waiting -= 1
        line.turns += 1
        chat.in_flight = True
        share.budget.start(now)
        if ticket.lane is not Lane.REPLY:
            share.bulk_in_flight += 1

    def _share(self, lane: Lane) -> _Share:
        return self._shares[-1] if lane is Lane.PAID else self._shares[0]

    def _note_busy(self, chat: _Chat, now: float) -> None:
        if isinstance(chat.key, int) and chat.free_at() > now + BUSY_SECONDS:
            self._maybe_busy.add(chat.key)
