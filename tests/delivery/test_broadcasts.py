"""What a broadcast costs, and whether it is paid for."""

import pytest

from delivery.broadcasts import Unpaid, price, why_unpaid


@pytest.mark.parametrize(("messages", "stars"), [(0, 0), (1, 1), (10, 1), (11, 2), (100_000, 10_000)])
def test_a_star_pays_for_ten_messages(messages: int, stars: int) -> None:
    assert price(messages) == stars


@pytest.mark.parametrize(
    ("most", "balance", "why"),
    [
        (5, 5, None),
        (4, 5, Unpaid.CAP),
        (4, None, Unpaid.CAP),
        (5, 4, Unpaid.BALANCE),
        (5, None, Unpaid.UNKNOWN),
    ],
)
def test_nothing_is_paid_that_is_not_allowed_and_there(most: int, balance: int | None, why: Unpaid | None) -> None:
    assert why_unpaid(50, most, balance) is why
