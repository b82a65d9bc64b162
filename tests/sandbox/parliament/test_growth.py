from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sandbox.parliament.growth import Growth, Leg, Shape

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@st.composite
def growths(draw: st.DrawFn) -> Growth:
    at, count, legs = START, draw(st.integers(0, 100)), []
    first = count
    for _ in range(draw(st.integers(0, 4))):
        at += timedelta(minutes=draw(st.integers(1, 5_000)))
        count += draw(st.integers(0, 50_000))
        legs.append(Leg(at, count, draw(st.sampled_from(Shape))))
    return Growth(START, first, tuple(legs))


instants = st.integers(-1_000, 1_500_000).map(lambda seconds: START + timedelta(seconds=seconds))


@given(growths(), instants, instants)
def test_growth_never_falls(growth: Growth, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert growth.signatures(earlier) <= growth.signatures(later)


@given(growths())
def test_growth_passes_through_its_waypoints(growth: Growth) -> None:
    assert growth.signatures(START) == growth.first
    for leg in growth.legs:
        assert growth.signatures(leg.until) == leg.count


@given(growths(), st.integers(1, 200_000))
def test_a_count_is_reached_at_its_second_and_not_before(growth: Growth, count: int) -> None:
    reached = growth.reaches(count)
    if reached is None:
        assert growth.signatures(START + timedelta(days=1_000)) < count
    else:
        assert growth.signatures(reached) >= count
        assert reached == START or growth.signatures(reached - timedelta(microseconds=1)) < count
