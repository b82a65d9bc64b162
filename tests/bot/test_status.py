"""What was sent of late is told from counters that only grow."""

from bot.status import RecentSends


def test_what_was_sent_in_a_span_is_what_the_counters_have_grown_by() -> None:
    sends = RecentSends()
    for minute in range(121):
        sends.note(60.0 * minute, {"sent": 10 * minute, "later": 0})
    so_far = {"sent": 1_205, "later": 1}
    assert sends.within(60, 7_200, so_far) == {"sent": 15, "later": 1}
    assert sends.within(3_600, 7_200, so_far) == {"sent": 605, "later": 1}
    assert len(sends) == 61


def test_a_bot_that_has_just_started_counts_from_there() -> None:
    sends = RecentSends()
    assert sends.within(60, 0, {"sent": 3}) == {"sent": 0}
    sends.note(0, {"sent": 3})
    assert sends.within(3_600, 10, {"sent": 5}) == {"sent": 2}
