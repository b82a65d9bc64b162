"""Pacing against three models of Telegram's limits, on a clock that is only a number."""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf
from random import Random  # noqa: TID251 - seeded

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.budgets import Limits
from delivery.outbox import Lane
from delivery.pacing import FAIR_TURN, Pacing, Ticket


class TokenBuckets:
    """Model L: 30 a second with a bucket of 30; groups 20 refilling in 60 s; chats one a second, three at once."""

    def __init__(self) -> None:
        self._levels: dict[object, tuple[float, float]] = {}

    def refuses(self, chat: int, now: float) -> float | None:
        own = (chat, 20 / 60, 20.0) if chat < 0 else (chat, 1.0, 3.0)
        wanted = [("bot", 30.0, 30.0), own]
        levels = {key: self._level(key, rate, cap, now) for key, rate, cap in wanted}
        if any(level < 1 - 1e-9 for level in levels.values()):
            return 1.0
        for key, level in levels.items():
            self._levels[key] = (level - 1, now)
        return None

    def _level(self, key: object, rate: float, cap: float, now: float) -> float:
        level, at = self._levels.get(key, (cap, now))
        return min(cap, level + (now - at) * rate)


class SlidingWindows:
    """Model S: 30 in any second, 20 a group in any minute; with `block` (model P) an excess silences the whole bot."""

    def __init__(self, block: float = 0.0) -> None:
        self._block = block
        self._blocked_until = -inf
        self._seconds: deque[float] = deque()
        self._groups: dict[int, deque[float]] = defaultdict(deque)

    def refuses(self, chat: int, now: float) -> float | None:
        if now < self._blocked_until:
            return self._blocked_until - now
        group = self._groups[chat]
        for window, seconds in ((self._seconds, 1.0), (group, 60.0)):
            while window and window[0] <= now - seconds:
                window.popleft()
        if len(self._seconds) >= 30 or (chat < 0 and len(group) >= 20):
            self._blocked_until = now + self._block
            return max(self._block, 1.0)
        self._seconds.append(now)
        group.append(now)
        return None


Model = TokenBuckets | SlidingWindows


@dataclass
class Outcome:
    """What a simulated delivery came to. `starts` in order; `order`: the tickets of each chat as they arrived."""

    finished_at: float = 0.0
    refused: int = 0
    starts: list[tuple[float, Ticket]] = field(default_factory=list)
    order: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def simulate(
    pacing: Pacing,
    model: Model,
    chats: Sequence[int],
    chance: Random,
    *,
    lane: Lane = Lane.ALERT,
    slowest: float = 0.03,
    lateness: float = 0.002,
) -> Outcome:
    """Deliver one message to each of `chats` with random latency both ways and timers that fire a little late."""
    outcome = Outcome()
    tickets: dict[int, int] = {}
    for number, chat in enumerate(chats):
        tickets[ask(pacing, chat, lane, 0.0).number] = number
    events: list[tuple[float, int, str, Ticket | None, float]] = [(0.0, 0, "ask", None, 0.0)]
    tie = 1
    asked = 0.0
    while events:
        now, _, what, ticket, wait = heappop(events)
        if what == "ask" and now != asked:
            continue  # an earlier question has replaced this one
        if what == "arrive":
            assert ticket is not None
            assert isinstance(ticket.chat, int)
            refused = model.refuses(ticket.chat, now)
            heappush(events, (now + chance.uniform(0, slowest), tie, "answer", ticket, refused or 0.0))
            tie += 1
            continue
        if what == "answer":
            assert ticket is not None
            assert isinstance(ticket.chat, int)
            if wait:
                outcome.refused += 1
                pacing.penalise(ticket.chat, wait, now)
                again = ask(pacing, ticket.chat, lane, now)
                tickets[again.number] = tickets.pop(ticket.number)
            else:
                outcome.order[ticket.chat].append(tickets.pop(ticket.number))
                outcome.finished_at = now
            pacing.done(ticket, now)
        while isinstance(turn := pacing.next(now), Ticket):
            outcome.starts.append((now, turn))
            heappush(events, (now + chance.uniform(0, slowest), tie, "arrive", turn, 0.0))
            tie += 1
        assert turn > 0
        asked = now + turn + chance.uniform(0, lateness)
        if asked < inf:
            heappush(events, (asked, tie, "ask", None, 0.0))
            tie += 1
    assert not tickets, "something was never sent"
    return outcome


def most_in(times: Sequence[float], seconds: float) -> int:
    """How many of the ascending times lie in any half-open window of that length, but for what rounding takes off."""
    most, first = 0, 0
    for last, time in enumerate(times):
        while time - times[first] >= seconds - 1e-6:
            first += 1
        most = max(most, last - first + 1)
    return most


MODELS = [
    pytest.param(TokenBuckets, id="L"),
    pytest.param(SlidingWindows, id="S"),
    pytest.param(lambda: SlidingWindows(block=5.0), id="P"),
]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("groups_last", [True, False])
def test_a_broadcast_ends_near_the_minimum_without_one_refusal(model: type[Model], groups_last: bool) -> None:
    chance = Random(1)
    groups = [-group for group in range(1, 11) for _ in range(30)]
    chats = [*range(1, 2_001), *groups]
    if not groups_last:
        chance.shuffle(chats)
    outcome = simulate(Pacing(Limits()), model(), chats, chance)
    assert outcome.refused == 0
    assert outcome.finished_at <= 1.1 * 75.7


@pytest.mark.parametrize("model", MODELS)
def test_a_thousand_people_and_ten_groups_are_told_near_the_minimum(model: type[Model]) -> None:
    chance = Random(2)
    chats = [*range(1, 1_001), *(-group for group in range(1, 11) for _ in range(20))]
    outcome = simulate(Pacing(Limits()), model(), chats, chance)
    assert outcome.refused == 0
    assert outcome.finished_at <= 1.1 * 39.0


@pytest.mark.parametrize("model", MODELS)
def test_a_busy_machine_that_wakes_us_late_costs_little(model: type[Model]) -> None:
    chats = list(range(1, 1_001))
    outcome = simulate(Pacing(Limits()), model(), chats, Random(4), slowest=0.01, lateness=0.1)
    assert outcome.refused == 0
    assert outcome.finished_at <= 1.2 * len(chats) / 30


def test_nothing_is_caught_up_with_after_a_rest() -> None:
    pacing = Pacing(Limits())
    ask(pacing, 1, Lane.ALERT, 0.0)
    drain(pacing, 0.0)
    for chat in range(2, 31):
        ask(pacing, chat, Lane.ALERT, 10.0)
    granted(pacing, 10.0)
    assert pacing.next(10.0) == pytest.approx(1 / 29)


@settings(max_examples=25)
@given(
    st.randoms(use_true_random=False),
    st.lists(st.tuples(st.integers(-6, 40).filter(bool), st.integers(1, 45)), min_size=1, max_size=12),
    st.sampled_from([0.0, 0.005, 0.2, 3.0]),
    st.sampled_from(["L", "S", "P"]),
)
def test_no_limit_is_ever_crossed_whatever_the_latency(
    chance: Random, load: list[tuple[int, int]], slowest: float, model: str
) -> None:
    chats = [chat for chat, messages in load for _ in range(messages)]
    chance.shuffle(chats)
    server = TokenBuckets() if model == "L" else SlidingWindows(block=5.0 if model == "P" else 0.0)
    outcome = simulate(Pacing(Limits()), server, chats, chance, slowest=slowest)
    assert outcome.refused == 0
    assert most_in([at for at, _ in outcome.starts], 1.0) <= 29
    for chat, sent in outcome.order.items():
        assert sent == [number for number, wanted in enumerate(chats) if wanted == chat], "order within a chat is kept"
        if chat < 0:
            assert most_in([at for at, ticket in outcome.starts if ticket.chat == chat], 60.5) <= 20


def test_a_bot_that_was_slowed_down_sends_everything_all_the_same() -> None:
    """A server stricter than ours: every refusal is waited for, nothing is dropped."""

    class Stricter(SlidingWindows):
        def refuses(self, chat: int, now: float) -> float | None:
            return super().refuses(chat, now) if int(now) % 5 else 1.0

    outcome = simulate(Pacing(Limits()), Stricter(), list(range(1, 300)), Random(3))
    assert outcome.refused > 0
    assert sum(map(len, outcome.order.values())) == 299


def ask(pacing: Pacing, chat: int, lane: Lane, now: float, flow: str | None = None) -> Ticket:
    return pacing.enqueue(chat, lane, now, granted=lambda: None, flow=flow)


def granted(pacing: Pacing, now: float) -> Ticket:
    turn = pacing.next(now)
    assert isinstance(turn, Ticket)
    return turn


def drain(pacing: Pacing, now: float) -> list[Ticket]:
    """Answer every request at once until nothing waits, and return them in order."""
    tickets = []
    while (turn := pacing.next(now)) != inf:
        if isinstance(turn, Ticket):
            tickets.append(turn)
            pacing.done(turn, now)
        else:
            now += turn
    return tickets


def test_a_person_who_waits_goes_before_alerts_and_alerts_before_broadcasts() -> None:
    pacing = Pacing(Limits())
    for chat, lane in [(1, Lane.BROADCAST), (2, Lane.ALERT), (3, Lane.REPLY), (4, Lane.ALERT), (5, Lane.REPLY)]:
        ask(pacing, chat, lane, 0.0)
    assert [ticket.chat for ticket in drain(pacing, 0.0)] == [3, 5, 2, 4, 1]


def test_a_reply_overtakes_the_alerts_of_its_own_chat() -> None:
    pacing = Pacing(Limits())
    ask(pacing, 1, Lane.ALERT, 0.0)
    ask(pacing, 1, Lane.REPLY, 0.0)
    assert [ticket.lane for ticket in drain(pacing, 0.0)] == [Lane.REPLY, Lane.ALERT]


def test_a_chat_has_one_request_in_flight() -> None:
    pacing = Pacing(Limits())
    ask(pacing, 1, Lane.ALERT, 0.0)
    ask(pacing, 1, Lane.ALERT, 0.0)
    first = granted(pacing, 0.0)
    assert pacing.next(10.0) == inf
    pacing.done(first, 10.0)
    assert granted(pacing, 10.0).number == first.number + 1


def test_a_private_chat_hears_three_at_once_and_then_one_a_second() -> None:
    pacing = Pacing(Limits(per_second=1_000))
    for _ in range(5):
        ask(pacing, 7, Lane.ALERT, 0.0)
    now, starts = 0.0, []
    while (turn := pacing.next(now)) != inf:
        if isinstance(turn, Ticket):
            starts.append(now)
            pacing.done(turn, now)
        else:
            now += turn
    assert starts == pytest.approx([0, 0, 0, 1, 2], abs=0.02)


def test_the_group_with_the_most_to_say_goes_first_but_not_always() -> None:
    pacing = Pacing(Limits())
    for chat in (1, 2, 3, -1, -2, -2, -3, -3, -3):
        ask(pacing, chat, Lane.ALERT, 0.0)
    order = [ticket.chat for ticket in drain(pacing, 0.0)]
    assert order[0] == 1, "whoever has waited longest has every fourth turn"
    assert order[1:FAIR_TURN] == [-3, -2, -3]


def test_people_are_not_starved_by_a_crowd_of_groups() -> None:
    pacing = Pacing(Limits())
    for group in range(1, 201):
        for _ in range(20):
            ask(pacing, -group, Lane.ALERT, 0.0)
    for person in range(1, 11):
        ask(pacing, person, Lane.ALERT, 0.0)
    first = Counter(ticket.chat for ticket in drain(pacing, 0.0)[: FAIR_TURN * 4_010])
    assert all(first[person] == 1 for person in range(1, 11))


def test_a_refused_group_waits_alone() -> None:
    pacing = Pacing(Limits())
    ask(pacing, -1, Lane.ALERT, 0.0)
    refused = granted(pacing, 0.0)
    pacing.penalise(-1, 30.0, 0.1)
    pacing.done(refused, 0.1)
    ask(pacing, -1, Lane.ALERT, 0.1)
    ask(pacing, 1, Lane.ALERT, 0.1)
    assert granted(pacing, 0.2).chat == 1
    assert pacing.busy(0.2) == {-1: pytest.approx(29.9)}
    assert pacing.next(0.3) == pytest.approx(29.8)
    assert granted(pacing, 30.2).chat == -1
    assert pacing.busy(30.2) == {}


@pytest.mark.parametrize("chat", [1, -1])
def test_what_was_in_line_when_its_chat_was_refused_gets_its_turn_afterwards(chat: int) -> None:
    pacing = Pacing(Limits())
    ask(pacing, chat, Lane.ALERT, 0.0)
    pacing.penalise(chat, 30.0, 0.1)
    assert pacing.next(0.2) == pytest.approx(29.9)
    assert granted(pacing, 30.1).chat == chat


def test_a_refused_private_chat_waits_alone_however_long() -> None:
    pacing = Pacing(Limits())
    pacing.penalise(1, 10_072.0, 0.0)
    ask(pacing, 1, Lane.ALERT, 0.0)
    ask(pacing, 2, Lane.ALERT, 0.0)
    assert granted(pacing, 0.1).chat == 2
    assert pacing.paused_for(0.1) == 0.0
    assert pacing.busy(0.1) == {1: pytest.approx(10_071.9)}
    assert granted(pacing, 10_072.0).chat == 1


def test_two_chats_refused_together_silence_the_bot_which_comes_back_slower_and_recovers() -> None:
    pacing = Pacing(Limits())
    pacing.penalise(-1, 5.0, 0.0)
    pacing.penalise(-2, 7.0, 0.0)
    for chat in range(1, 2_000):
        ask(pacing, chat, Lane.ALERT, 0.0)
    assert pacing.paused_for(2.0) == 3.0
    assert pacing.next(2.0) == pytest.approx(3.0)
    first = granted(pacing, 5.0)
    pacing.done(first, 5.0)
    assert pacing.next(5.0) == pytest.approx(1 / (29 * 0.95)), "no credit, and 5 % slower"
    now = 5.0
    starts = []
    while now < 70:
        turn = pacing.next(now)
        if isinstance(turn, Ticket):
            starts.append(now)
            pacing.done(turn, now)
        else:
            now += turn
    assert starts[-1] - starts[-2] == pytest.approx(1 / 29, rel=0.02)


def test_a_chat_that_is_refused_for_hours_silences_nobody_when_another_is_refused_later() -> None:
    pacing = Pacing(Limits())
    pacing.penalise(-1, 10_072.0, 0.0)
    pacing.penalise(-2, 30.0, 1_000.0)
    assert pacing.paused_for(1_000.0) == 0.0


def test_one_request_is_not_held_up_by_the_crowd_of_another_flow() -> None:
    pacing = Pacing(Limits(per_second=1_000))
    for chat in range(1, 901):
        ask(pacing, chat, Lane.ALERT, 0.0, "crowd")
    for _ in range(100):
        pacing.done(granted(pacing, 10.0 + _), 10.0 + _)
    ask(pacing, 2_000, Lane.ALERT, 200.0, "small")
    order = [ticket.chat for ticket in drain(pacing, 200.0)]
    assert order.index(2_000) <= 1
    assert len(order) == 801


def test_flows_take_turns() -> None:
    pacing = Pacing(Limits(per_second=1_000))
    for chat in (1, 2, 3, 4):
        ask(pacing, chat, Lane.ALERT, 0.0, "first")
    for chat in (11, 12):
        ask(pacing, chat, Lane.ALERT, 0.0, "second")
    assert [ticket.chat for ticket in drain(pacing, 0.0)] == [1, 11, 2, 12, 3, 4]


def test_a_full_group_is_busy_and_a_person_never_is() -> None:
    pacing = Pacing(Limits())
    for _ in range(21):
        ask(pacing, -5, Lane.ALERT, 0.0)
        ask(pacing, 5, Lane.ALERT, 0.0)
    now = 0.0
    for _ in range(40):
        while isinstance(turn := pacing.next(now), Ticket):
            pacing.done(turn, now)
        now += min(turn, 0.5)
    assert set(pacing.busy(now)) == {-5}


def test_what_was_sent_before_a_restart_counts() -> None:
    pacing = Pacing(Limits())
    for age in range(20, 0, -1):
        pacing.recall(-1, 1_000.0 - age, 1_000.0)
    ask(pacing, -1, Lane.ALERT, 1_000.0)
    assert pacing.busy(1_000.0) == {-1: pytest.approx(40.5)}
    assert pacing.next(1_000.0) == pytest.approx(40.5)


def test_a_withdrawn_ticket_leaves_the_rest_in_order() -> None:
    pacing = Pacing(Limits())
    tickets = [ask(pacing, -1, Lane.ALERT, 0.0) for _ in range(4)]
    pacing.withdraw(tickets[0], 0.0)
    pacing.withdraw(tickets[2], 0.0)
    assert drain(pacing, 0.0) == [tickets[1], tickets[3]]


def test_alerts_leave_room_for_replies_when_telegram_is_slow() -> None:
    pacing = Pacing(Limits(per_second=1_000, in_flight=2))
    for chat in range(1, 6):
        ask(pacing, chat, Lane.ALERT, 0.0)
    assert {granted(pacing, 1.0).chat, granted(pacing, 1.1).chat} == {1, 2}
    assert pacing.next(1.2) == inf
    ask(pacing, 9, Lane.REPLY, 1.2)
    assert granted(pacing, 1.3).chat == 9


def rushed(seconds: float, **limits: float) -> list[Ticket]:
    """Return what leaves in so many seconds of two crowds, of which one is paid for."""
    pacing = Pacing(Limits(**limits))  # type: ignore[arg-type]
    for chat in range(1, 1_001):
        ask(pacing, chat, Lane.PAID, 0.0)
        ask(pacing, 10_000 + chat, Lane.ALERT, 0.0)
    now, tickets = 0.0, []
    while now < seconds:
        turn = pacing.next(now)
        if isinstance(turn, Ticket):
            tickets.append(turn)
            pacing.done(turn, now)
        else:
            now += turn
    return tickets


def test_what_is_paid_for_leaves_beside_the_rest_and_takes_nothing_from_it() -> None:
    lanes = Counter(ticket.lane for ticket in rushed(4.0, paid_per_second=200))
    assert lanes[Lane.ALERT] == pytest.approx(4 * 29, abs=6)
    assert lanes[Lane.PAID] == pytest.approx(4 * 200, abs=20)


def test_where_nothing_may_be_paid_it_leaves_behind_the_rest() -> None:
    assert {ticket.lane for ticket in rushed(4.0)} == {Lane.ALERT}


def test_what_is_paid_for_waits_for_no_answers_to_the_rest() -> None:
    pacing = Pacing(Limits(in_flight=1, paid_per_second=200, paid_in_flight=2))
    for chat in range(1, 4):
        ask(pacing, chat, Lane.ALERT, 0.0)
        ask(pacing, 10 + chat, Lane.PAID, 0.0)
    assert [granted(pacing, 1.0 + at / 10).chat for at in range(3)] == [1, 11, 12]
    assert pacing.next(2.0) == inf


def test_when_the_whole_bot_is_silenced_nothing_is_paid_for_either() -> None:
    pacing = Pacing(Limits(paid_per_second=200))
    pacing.penalise(-1, 5.0, 0.0)
    pacing.penalise(-2, 7.0, 0.0)
    ask(pacing, 1, Lane.PAID, 0.0)
    assert pacing.next(2.0) == pytest.approx(3.0)


def test_a_chat_that_has_not_rested_is_not_forgotten() -> None:
    pacing = Pacing(Limits(per_second=100_000))
    for _ in range(20):
        ask(pacing, -1, Lane.ALERT, 0.0)
    drain(pacing, 0.0)
    for chat in range(1, 5_001):
        pacing.recall(chat, -100.0, 1.0)
    ask(pacing, -1, Lane.ALERT, 1.0)
    assert pacing.next(1.0) == pytest.approx(59.5, abs=0.1)


def test_chats_that_have_rested_are_forgotten() -> None:
    pacing = Pacing(Limits(per_second=100_000))
    now = 0.0
    for chat in range(1, 5_001):
        ask(pacing, chat, Lane.ALERT, now)
        now += 0.01
        while isinstance(turn := pacing.next(now), Ticket):
            pacing.done(turn, now)
    assert len(pacing._chats) <= 2_000
