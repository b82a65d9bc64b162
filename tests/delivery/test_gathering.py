from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from delivery.chats import ChatKind
from delivery.gathering import CHANGES_PER_MESSAGE, CHANGES_PER_ROUND_UP, SEPARATE_PETITIONS, gather
from delivery.outbox import AlertId, OwedAlert
from petitions.follows import ChatId, Place
from petitions.news import (
    Change,
    ChangeId,
    Closed,
    ClosingSoon,
    FinalCount,
    MilestoneReached,
    News,
    StoredChange,
)
from petitions.petition import PetitionId, PetitionRef, Site

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLOSED = Closed(signatures=1)


def reached(*passed: int, response: bool = False, debate: bool = False) -> MilestoneReached:
    return MilestoneReached(
        highest=passed[-1],
        passed=passed,
        signatures=passed[-1] + 7,
        response_threshold=response,
        debate_threshold=debate,
    )


def owed(
    alert: int, change: int, news: News = CLOSED, *, chat: int = 1, thread: int = 0, petition: int = 1
) -> OwedAlert:
    return OwedAlert(
        id=AlertId(alert),
        place=Place(chat=ChatId(chat), thread=thread),
        chat_kind=ChatKind.PRIVATE,
        change=StoredChange(
            id=ChangeId(change),
            petition=PetitionId(petition),
            ref=PetitionRef(site=Site.UK, number=str(petition)),
            title="A petition",
            change=Change(key=f"change-{change}", news=news, happened_at=None, seen_at=NOW),
        ),
        due_at=NOW,
    )


def test_alerts_of_one_place_and_petition_are_said_together_in_the_order_of_changes() -> None:
    (message,) = gather([owed(1, 12), owed(2, 11), owed(3, 13)])
    assert [change.id for change in message.changes] == [11, 12, 13]
    assert message.alerts == (2, 1, 3)


def test_the_thresholds_that_an_overtaken_milestone_reached_are_still_said() -> None:
    (message,) = gather([owed(1, 1, reached(10_000, response=True)), owed(2, 2, reached(100_000, debate=True))])
    (change,) = message.changes
    assert isinstance(change.change.news, MilestoneReached)
    assert change.change.news.response_threshold
    assert change.change.news.debate_threshold
    (message,) = gather([owed(1, 1, reached(100_000, debate=True)), owed(2, 2, reached(250_000))])
    (change,) = message.changes
    assert isinstance(change.change.news, MilestoneReached)
    assert change.change.news.debate_threshold


def test_places_topics_and_petitions_are_kept_apart() -> None:
    messages = gather([owed(1, 1, chat=2), owed(2, 1), owed(3, 1, thread=5), owed(4, 2, petition=9), owed(5, 3)])
    assert [(message.place.chat, message.place.thread, message.petition, message.alerts) for message in messages] == [
        (2, 0, 1, (1,)),
        (1, 0, 1, (2, 5)),
        (1, 0, 9, (4,)),
        (1, 5, 1, (3,)),
    ]


def test_a_newer_milestone_overtakes_older_ones_and_settles_them() -> None:
    (message,) = gather([owed(1, 1, reached(5_000)), owed(2, 2), owed(3, 3, reached(10_000, 25_000, response=True))])
    assert message.alerts == (2, 1, 3)
    assert [change.id for change in message.changes] == [2, 3]
    news = message.changes[-1].change.news
    assert isinstance(news, MilestoneReached)
    assert (news.highest, news.passed, news.signatures) == (25_000, (5_000, 10_000, 25_000), 25_007)
    assert news.response_threshold


def test_of_several_milestones_the_last_count_is_said() -> None:
    (message,) = gather([owed(number, number, reached(milestone)) for number, milestone in enumerate((5, 7, 9), 1)])
    news = message.changes[-1].change.news
    assert isinstance(news, MilestoneReached)
    assert (news.passed, news.signatures) == ((5, 7, 9), 16)


def test_an_official_threshold_is_not_forgotten_when_it_is_overtaken() -> None:
    (message,) = gather([owed(1, 1, reached(10_000, response=True)), owed(2, 2, reached(25_000))])
    news = message.changes[0].change.news
    assert isinstance(news, MilestoneReached)
    assert news.response_threshold


def test_a_message_says_only_so_much() -> None:
    messages = gather([owed(number, number) for number in range(1, 20)])
    assert [len(message.changes) for message in messages] == [CHANGES_PER_MESSAGE, CHANGES_PER_MESSAGE, 3]


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 200), st.booleans()),
        unique_by=lambda each: each[:3],
    )
)
def test_every_alert_is_settled_by_exactly_one_message(wanted: list[tuple[int, int, int, bool]]) -> None:
    alerts = [
        owed(number, change, reached(change) if milestone else CLOSED, chat=chat, petition=petition)
        for number, (chat, petition, change, milestone) in enumerate(wanted)
    ]
    settled = [alert for message in gather(alerts) for alert in message.alerts]
    assert sorted(settled) == sorted(alert.id for alert in alerts)


def test_a_few_petitions_that_wait_for_one_place_are_told_one_by_one() -> None:
    messages = gather([owed(number, number, petition=number) for number in range(1, SEPARATE_PETITIONS + 1)])
    assert [message.petition for message in messages] == [1, 2, 3]


def test_more_petitions_that_wait_for_one_place_are_one_message() -> None:
    waiting = [owed(number, number, petition=number % 5 + 1) for number in range(1, 11)]
    message, elsewhere = gather([*waiting, owed(11, 11, thread=3)])
    assert message.petition is None
    assert sorted(message.alerts) == list(range(1, 11))
    assert (elsewhere.petition, elsewhere.alerts) == (1, (11,))


def test_a_round_up_tells_milestones_that_were_overtaken_once() -> None:
    waiting = [owed(number, number, petition=number) for number in range(3, 7)]
    (message,) = gather([owed(1, 1, reached(1_000)), owed(2, 2, reached(2_500)), *waiting])
    assert len(message.changes) == 5
    assert sorted(message.alerts) == [1, 2, 3, 4, 5, 6]


def test_what_is_too_much_for_a_round_up_becomes_several() -> None:
    messages = gather([owed(number, number, petition=number) for number in range(1, 2 * CHANGES_PER_ROUND_UP + 2)])
    assert [len(message.changes) for message in messages] == [CHANGES_PER_ROUND_UP, CHANGES_PER_ROUND_UP, 1]


def test_a_place_follows_what_any_of_its_alerts_is_owed_for_following() -> None:
    subscribed = [replace(owed(number, number), followed=False) for number in (1, 2)]
    assert [message.followed for message in gather(subscribed)] == [False]
    assert [message.followed for message in gather([*subscribed, owed(3, 3)])] == [True]


def test_of_many_petitions_the_pressing_news_comes_first() -> None:
    news: list[News] = [FinalCount(signatures=1), CLOSED, ClosingSoon(on=NOW.date(), signatures=1), CLOSED]
    (message,) = gather([owed(number, number, each, petition=number) for number, each in enumerate(news, start=1)])
    assert [change.id for change in message.changes] == [3, 2, 4, 1]
    assert message.alerts == (3, 2, 4, 1)
