import pytest

from sandbox.telegram.flood_control import FloodControl, flood_control


def admitted(model: FloodControl, chats: list[int], at: float, *, is_group: bool = False) -> int:
    return sum(model.admit(chat, is_group=is_group, at=at) == 0 for chat in chats)


@pytest.mark.parametrize("name", ["L", "S", "P"])
def test_thirty_pass_at_once_and_the_next_must_wait(name: str) -> None:
    model = FloodControl(name)
    assert admitted(model, list(range(30)), at=0.0) == 30
    assert model.admit(99, is_group=False, at=0.0) > 0
    assert (model.admitted, model.refused) == (30, 1)


def test_buckets_refill_steadily() -> None:
    model = FloodControl("L")
    admitted(model, list(range(30)), at=0.0)
    assert model.admit(40, is_group=False, at=0.5 / 30) == pytest.approx(0.5 / 30)
    assert admitted(model, list(range(50, 80)), at=0.5) == 15


def test_a_private_chat_has_a_burst_of_three_then_one_a_second() -> None:
    model = FloodControl("L")
    assert admitted(model, [1] * 5, at=0.0) == 3
    assert model.admit(1, is_group=False, at=0.25) == pytest.approx(0.75)
    assert model.admit(1, is_group=False, at=1.0) == 0


def test_a_refused_message_takes_no_token() -> None:
    model = FloodControl("L")
    assert admitted(model, [1] * 50, at=0.0) == 3
    assert admitted(model, list(range(2, 40)), at=0.0) == 27


def test_a_group_has_twenty_then_one_in_three_seconds() -> None:
    model = FloodControl("L")
    assert admitted(model, [-1] * 25, at=0.0, is_group=True) == 20
    assert model.admit(-1, is_group=True, at=0.0) == pytest.approx(3.0)
    assert model.admit(-1, is_group=True, at=3.0) == 0


def test_windows_open_exactly_when_the_first_message_leaves_them() -> None:
    model = FloodControl("S")
    admitted(model, list(range(30)), at=10.0)
    assert model.admit(40, is_group=False, at=10.75) == pytest.approx(0.25)
    assert admitted(model, list(range(50, 90)), at=11.0) == 30


def test_a_group_gets_twenty_in_any_minute() -> None:
    model = FloodControl("S")
    assert admitted(model, [-1] * 21, at=0.0, is_group=True) == 20
    assert model.admit(-1, is_group=True, at=59.0) == pytest.approx(1.0)
    assert model.admit(-2, is_group=True, at=59.0) == 0
    assert model.admit(-1, is_group=True, at=60.0) == 0


def test_overflow_blocks_the_whole_bot_for_five_seconds() -> None:
    model = FloodControl("P")
    admitted(model, list(range(30)), at=0.0)
    assert model.admit(50, is_group=False, at=0.5) == pytest.approx(5.0)
    assert model.admit(51, is_group=False, at=3.5) == pytest.approx(2.0)
    assert model.admit(51, is_group=False, at=5.5) == 0
    assert model.refused == 2


def test_models_are_chosen_by_letter() -> None:
    assert [model.name if (model := flood_control(name)) else None for name in ("s", "P", "none")] == ["S", "P", None]
    with pytest.raises(ValueError, match="L, S, P or none"):
        flood_control("X")
