from delivery.resting import MOST_AT_ONCE, WINDOW_SECONDS, RestingChats
from petitions.follows import ChatId

ONE, OTHER = ChatId(1), ChatId(2)


def test_a_chat_rests_after_a_few_messages_until_the_first_of_them_is_some_time_ago() -> None:
    chats = RestingChats()
    for second in range(MOST_AT_ONCE):
        assert list(chats.at(second)) == []
        chats.made(ONE, second)
    assert list(chats.at(MOST_AT_ONCE)) == [ONE]
    assert list(chats.at(WINDOW_SECONDS - 0.1)) == [ONE]
    assert list(chats.at(WINDOW_SECONDS)) == []


def test_a_chat_that_rests_is_nothing_to_another() -> None:
    chats = RestingChats()
    for _ in range(MOST_AT_ONCE):
        chats.made(ONE, 0)
    chats.made(OTHER, 0)
    assert list(chats.at(0)) == [ONE]


def test_a_chat_is_given_fifteen_messages_a_minute_at_most() -> None:
    chats, made = RestingChats(), []
    for tenth in range(3_000):
        if ONE not in chats.at(tenth / 10):
            chats.made(ONE, tenth / 10)
            made.append(tenth / 10)
    assert max(sum(start <= at < start + 60 for at in made) for start in made) <= 15
