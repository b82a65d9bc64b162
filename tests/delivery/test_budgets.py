"""What the whole bot may send, on a clock that is only a number."""

import pytest

from delivery.budgets import SECOND, BotBudget


def test_what_begins_late_is_caught_up_with_only_as_far_as_a_second_allows() -> None:
    budget = BotBudget(3.0)
    for begun in (0.0, 0.5, 0.7, 1.1):
        budget.start(begun)
        budget.end(begun)
    assert budget.free_at(1.34) == pytest.approx(0.5 + SECOND)
