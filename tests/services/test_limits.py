"""How often one chat may ask."""

from services import limits
from services.limits import CommandLimit


def test_a_chat_has_so_many_commands_in_any_minute() -> None:
    limit = CommandLimit(per_minute=3)
    assert [limit.allow(1, at) for at in (0.0, 10.0, 20.0, 30.0, 59.9)] == [True, True, True, False, False]
    assert limit.allow(1, 60.0)
    assert not limit.allow(1, 60.1)


def test_chats_do_not_share_a_limit() -> None:
    limit = CommandLimit(per_minute=1)
    assert limit.allow(1, 0.0)
    assert limit.allow(2, 0.0)


def test_refreshes_are_counted_apart() -> None:
    limit = CommandLimit(per_minute=1, refreshes_per_minute=2)
    assert [limit.allow_refresh(1, 0.0) for _ in range(3)] == [True, True, False]
    assert limit.allow(1, 0.0)


def test_a_crowd_of_chats_is_not_remembered_for_ever() -> None:
    limit = CommandLimit(per_minute=1)
    for chat in range(limits.MOST_CHATS + 1):
        limit.allow(chat, 0.0)
    assert not limit.allow(limits.MOST_CHATS, 1.0)
    assert limit.allow(0, 1.0)
