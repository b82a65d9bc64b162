from dataclasses import dataclass

from services.command_limit import MOST_NOTICES, MOST_REMEMBERED, MOST_WAITING, Admission, CommandLimit, RateLimit


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


def test_a_chat_is_told_once_a_minute_that_it_asks_too_much() -> None:
    clock = Clock()
    limit = CommandLimit(clock, chat=1)
    admissions = []
    for clock.now in (0.0, 1.0, 2.0, 60.5, 61.5, 61.6):
        admissions.append(limit.admit(-5, 7, waiting=0))
    accept, notify, ignore = Admission.ACCEPT, Admission.NOTIFY, Admission.IGNORE
    assert admissions == [accept, notify, ignore, accept, notify, ignore]


def test_a_person_cannot_use_up_the_limit_of_a_group() -> None:
    limit = CommandLimit(Clock(), person=3, chat=5)
    admissions = [limit.admit(-5, 7, waiting=0) for _ in range(10)]
    assert admissions.count(Admission.ACCEPT) == 3
    assert limit.admit(-5, 8, waiting=0) is Admission.ACCEPT
    assert limit.admit(-6, 7, waiting=0) is not Admission.ACCEPT


def test_three_noisy_members_do_not_silence_the_others_of_a_group() -> None:
    limit = CommandLimit(Clock())
    for _ in range(100):
        for noisy in (7, 8, 9):
            limit.admit(-5, noisy, waiting=0)
    assert limit.admit(-5, 10, waiting=0) is Admission.ACCEPT
    assert limit.admit(-6, 7, waiting=0) is Admission.ACCEPT, "elsewhere they have done nothing yet"


def test_alone_with_the_bot_a_person_may_ask_more_than_in_a_group() -> None:
    limit = CommandLimit(Clock())
    alone, in_group = ([limit.admit(chat, 7, waiting=0) for _ in range(15)] for chat in (7, -5))
    assert alone == [Admission.ACCEPT] * 15
    assert in_group == [Admission.ACCEPT] * 12 + [Admission.NOTIFY] + [Admission.IGNORE] * 2


def test_each_noisy_member_is_told_once_and_a_crowd_of_them_does_not_fill_the_group_with_notices() -> None:
    limit = CommandLimit(Clock(), chat=1)
    limit.admit(-5, 6, waiting=0)
    admissions = [limit.admit(-5, person, waiting=0) for person in range(7, 20) for _ in range(2)]
    assert admissions[:4] == [Admission.NOTIFY, Admission.IGNORE] * 2
    assert admissions.count(Admission.NOTIFY) == MOST_NOTICES


def test_a_group_cannot_use_up_the_limit_of_another() -> None:
    limit = CommandLimit(Clock(), chat=1)
    assert [limit.admit(-5, person, waiting=0) for person in (7, 8)] == [Admission.ACCEPT, Admission.NOTIFY]
    assert limit.admit(-6, None, waiting=0) is Admission.ACCEPT


def test_a_chat_that_waits_for_many_answers_gets_no_further_ones() -> None:
    limit = CommandLimit(Clock())
    assert limit.admit(-5, 7, waiting=MOST_WAITING - 1) is Admission.ACCEPT
    assert limit.admit(-5, 7, waiting=MOST_WAITING) is Admission.NOTIFY


def test_a_crowd_of_chats_is_not_remembered_for_ever() -> None:
    limit = RateLimit(1, Clock())
    for chat in range(MOST_REMEMBERED + 1):
        limit.allow(chat)
    assert not limit.allow(MOST_REMEMBERED)
    assert limit.allow(0)
