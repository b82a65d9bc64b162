from dataclasses import dataclass

from services import command_limit
from services.command_limit import Admission, CommandLimit, RateLimit


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_chat_has_so_many_commands_in_any_minute() -> None:
    clock = Clock()
    limit = RateLimit(3, clock)
    allowed = []
    for clock.now in (0.0, 10.0, 20.0, 30.0, 59.9, 60.0, 60.1, 70.0):
        allowed.append(limit.allow(1))
    assert allowed == [True, True, True, False, False, True, False, True]


def test_chats_do_not_share_a_limit() -> None:
    limit = RateLimit(1, Clock())
    assert limit.allow(1)
    assert limit.allow(2)


def test_refreshes_are_counted_apart() -> None:
    limit = CommandLimit(Clock(), commands=1, refreshes=2)
    assert [limit.refresh(1) for _ in range(3)] == [True, True, False]
    assert limit.command(1) is Admission.ACCEPT


def test_a_chat_is_told_once_a_minute_that_it_sends_too_many() -> None:
    clock = Clock()
    limit = CommandLimit(clock, commands=1)
    admissions = []
    for clock.now in (0.0, 1.0, 2.0, 60.5, 61.5, 61.6):
        admissions.append(limit.command(1))
    accept, notify, ignore = Admission.ACCEPT, Admission.NOTIFY, Admission.IGNORE
    assert admissions == [accept, notify, ignore, accept, notify, ignore]


def test_a_crowd_of_chats_is_not_remembered_for_ever() -> None:
    limit = RateLimit(1, Clock())
    for chat in range(command_limit.MOST_CHATS + 1):
        limit.allow(chat)
    assert not limit.allow(command_limit.MOST_CHATS)
    assert limit.allow(0)
