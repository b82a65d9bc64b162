from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from delivery.outbox import (
    ChatLost,
    ChatMoved,
    ChatPaused,
    ClaimedMessage,
    Lane,
    MessageId,
    MessageState,
    PlaceReached,
    Settlement,
    TopicLost,
)
from delivery.settling import LONGEST_BACK_OFF, settlement_after
from delivery.verdicts import Gone, Later, Moved, Refused, Sent, Uncertain, Verdict
from messages.content import Content, Html
from petitions.follows import ChatId, Place

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def claimed(*, thread: int = 0, attempts: int = 0, uncertain: int = 0) -> ClaimedMessage:
    return ClaimedMessage(
        id=MessageId(1),
        place=Place(chat=ChatId(4), thread=thread),
        telegram_chat=-100,
        lane=Lane.ALERT,
        content=Content(text=Html("Hello")),
        attempts=attempts,
        uncertain=uncertain,
    )


def ended(message: ClaimedMessage, verdict: Verdict, jitter: float = 0.0) -> Settlement:
    return settlement_after(message, verdict, NOW, jitter)


def test_a_confirmed_message_is_sent() -> None:
    end = ended(claimed(attempts=2), Sent(telegram_message_id=77))
    assert (end.state, end.at, end.telegram_message_id, end.attempts) == (MessageState.SENT, NOW, 77, 2)


def test_it_waits_as_long_as_it_was_told() -> None:
    end = ended(claimed(), Later(reason="429", after=timedelta(seconds=17)), jitter=0.5)
    assert end.state is MessageState.QUEUED
    assert end.not_before == NOW + timedelta(seconds=17.5)
    assert end.attempts == 1


@pytest.mark.parametrize(
    ("attempts", "jitter", "seconds"), [(0, 0.0, 5), (0, 0.5, 3.75), (1, 0.0, 10), (4, 0.0, 80), (7, 0.0, 600)]
)
def test_it_backs_off_twice_as_long_each_time(attempts: int, jitter: float, seconds: float) -> None:
    end = ended(claimed(attempts=attempts), Later(reason="500"), jitter)
    assert end.not_before == NOW + timedelta(seconds=seconds)


def test_patience_has_no_end_but_waits_stay_bounded() -> None:
    end = ended(claimed(attempts=1_000_000), Later(reason="not connected"))
    assert end.state is MessageState.QUEUED
    assert end.not_before == NOW + LONGEST_BACK_OFF


@pytest.mark.parametrize("hours", [0, 3])
def test_a_chat_is_paused_as_long_as_telegram_told(hours: int) -> None:
    told = timedelta(hours=hours, seconds=17)
    end = ended(claimed(), Later(reason="429", after=told), jitter=0.5)
    assert end.effect == ChatPaused(chat=ChatId(4), until=NOW + told + timedelta(seconds=0.5))


def test_a_chat_waits_for_a_message_that_must_be_tried_again_but_not_for_long() -> None:
    ends = [ended(claimed(attempts=attempts), Later(reason="500")) for attempts in (0, 7)]
    ends += [ended(claimed(uncertain=tries), Uncertain(reason="timed out")) for tries in (0, 1)]
    waits = [
        (end.not_before, end.effect.until) for end in ends if end.not_before and isinstance(end.effect, ChatPaused)
    ]
    assert [(next_try - NOW, pause - NOW) for next_try, pause in waits] == [
        (timedelta(seconds=5), timedelta(seconds=5)),
        (timedelta(minutes=10), timedelta(seconds=30)),
        (timedelta(seconds=30), timedelta(seconds=30)),
        (timedelta(minutes=5), timedelta(seconds=30)),
    ]


def test_a_moved_chat_is_tried_again_at_once() -> None:
    end = ended(claimed(), Moved(telegram_id=-1009))
    assert (end.state, end.at, end.not_before, end.reason) == (MessageState.QUEUED, NOW, NOW, "moved")
    assert end.effect == ChatMoved(chat=ChatId(4), telegram_id=-1009)


def test_what_a_lost_chat_was_owed_is_held() -> None:
    end = ended(claimed(attempts=3), Gone(reason="bot was blocked by the user"))
    assert (end.state, end.attempts) == (MessageState.QUEUED, 3)
    assert end.effect == ChatLost(chat=ChatId(4), reason="bot was blocked by the user")


def test_a_closed_topic_does_not_suspend_its_chat() -> None:
    end = ended(claimed(thread=12), Gone(reason="topic closed", topic_only=True))
    assert end.effect == TopicLost(place=Place(chat=ChatId(4), thread=12), reason="topic closed")


def test_kicked_from_a_forum_the_whole_chat_is_lost_and_not_the_topic() -> None:
    end = ended(claimed(thread=12), Gone(reason="bot was kicked from the supergroup chat"))
    assert end.effect == ChatLost(chat=ChatId(4), reason="bot was kicked from the supergroup chat")


def test_the_general_topic_is_a_topic_like_others() -> None:
    end = ended(claimed(), Gone(reason="topic closed", topic_only=True))
    assert end.effect == TopicLost(place=Place(chat=ChatId(4)), reason="topic closed")


@pytest.mark.parametrize(("tries", "minutes"), [(0, 10), (1, 20), (5, 320), (9, 1_440), (1_000, 1_440)])
def test_what_may_be_open_again_is_tried_with_growing_waits_up_to_a_day(tries: int, minutes: int) -> None:
    retry_at = NOW + timedelta(minutes=minutes)
    message = replace(claimed(thread=12), place_tries=tries)
    chat = ended(message, Gone(reason="not enough rights", temporary=True))
    assert chat.effect == ChatLost(chat=ChatId(4), reason="not enough rights", retry_at=retry_at)
    topic = ended(message, Gone(reason="closed", temporary=True, topic_only=True))
    assert topic.effect == TopicLost(place=message.place, reason="closed", retry_at=retry_at)


def test_a_place_that_was_tried_again_and_took_the_message_is_reached() -> None:
    sent = Sent(telegram_message_id=77)
    assert ended(replace(claimed(thread=12), place_tries=3), sent).effect == PlaceReached(
        place=Place(chat=ChatId(4), thread=12)
    )
    assert ended(claimed(), sent).effect is None


def test_a_refused_message_is_never_tried_again_and_says_why() -> None:
    end = ended(claimed(), Refused(reason="can't parse entities"))
    assert (end.state, end.reason, end.not_before) == (MessageState.REJECTED, "can't parse entities", None)


def test_silence_is_answered_by_two_more_tries_spaced_and_then_final() -> None:
    silence = Uncertain(reason="timed out")
    first, second, third = (ended(claimed(uncertain=tries), silence) for tries in range(3))
    assert (first.state, first.uncertain) == (MessageState.QUEUED, 1)
    assert first.not_before == NOW + timedelta(seconds=30)
    assert (second.state, second.uncertain) == (MessageState.QUEUED, 2)
    assert second.not_before == NOW + timedelta(minutes=5)
    assert (third.state, third.uncertain, third.not_before) == (MessageState.UNCERTAIN, 3, None)
    assert third.effect is None


def test_back_offs_in_between_do_not_forget_the_first_silence() -> None:
    end = ended(claimed(uncertain=1), Later(reason="429", after=timedelta(seconds=1)))
    assert (end.attempts, end.uncertain) == (1, 1)
