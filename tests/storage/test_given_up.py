"""Messages that were given up are sent again once, and never twice."""

from datetime import timedelta

import pytest

from delivery.outbox import Lane, MessageId, MessageState, Settlement
from petitions.follows import Place
from storage.storage import Storage
from tests.storage.samples import (
    NOW,
    change,
    claimed,
    compose_due,
    follower,
    happen,
    known_chat,
    message,
    stored_petition,
    texts,
)

LATER = NOW + timedelta(hours=1)
REJECTED, UNCERTAIN = MessageState.REJECTED, MessageState.UNCERTAIN


async def give_up(storage: Storage, state: MessageState = REJECTED) -> None:
    """Give up everything that is due."""
    await storage.messages.settle(
        [Settlement(message=one.id, state=state, at=NOW, uncertain=3, reason="no") for one in await claimed(storage)]
    )


async def place_of(storage: Storage, telegram_id: int = 7) -> Place:
    return Place(chat=(await known_chat(storage, telegram_id)).id)


@pytest.mark.parametrize("state", [REJECTED, UNCERTAIN])
async def test_what_was_given_up_leaves_once_more_and_not_a_third_time(storage: Storage, state: MessageState) -> None:
    place = await place_of(storage)
    for text in ("a", "b"):
        await storage.messages.queue(message(place, text))
    await give_up(storage, state)
    other = UNCERTAIN if state is REJECTED else REJECTED
    assert await storage.given_up.resend(other, LATER) == 0
    assert await storage.given_up.count(state) == 2
    assert await storage.given_up.resend(state, LATER) == 2
    assert await storage.given_up.resend(state, LATER) == 0
    [first, second] = await storage.messages.claim(LATER, 10, ())
    assert (first.attempts, first.uncertain) == (0, 0)
    await storage.messages.settle([Settlement(message=one.id, state=state, at=LATER) for one in (first, second)])
    assert await storage.given_up.count(state) == 0
    assert await storage.given_up.resend(state, LATER) == 0


async def test_one_message_is_sent_again_by_its_number(storage: Storage) -> None:
    place = await place_of(storage)
    for text in ("a", "b"):
        await storage.messages.queue(message(place, text))
    await give_up(storage)
    assert await storage.given_up.count(MessageId(2)) == 1
    assert await storage.given_up.resend(MessageId(2), LATER) == 1
    assert await texts(storage, LATER) == ["b"]
    assert await storage.given_up.resend(MessageId(9), LATER) == 0


async def test_what_is_under_way_or_was_sent_is_never_sent_again(storage: Storage) -> None:
    place = await place_of(storage)
    await storage.messages.queue(message(place, "waits"))
    assert await storage.given_up.resend(MessageId(1), LATER) == 0
    [one] = await claimed(storage)
    await storage.messages.settle([Settlement(message=one.id, state=MessageState.SENT, at=NOW)])
    assert await storage.given_up.resend(MessageId(1), LATER) == 0


async def test_messages_of_broadcasts_are_left_to_their_broadcast(storage: Storage) -> None:
    await storage.messages.queue(message(await place_of(storage), lane=Lane.BROADCAST))
    await give_up(storage)
    assert await storage.given_up.count(REJECTED) == 0


async def test_an_alert_about_what_was_unfollowed_meanwhile_is_not_sent_again(storage: Storage) -> None:
    petition = await stored_petition(storage)
    for chat in (7, 8):
        await follower(storage, petition, chat)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    await give_up(storage)
    assert await storage.given_up.count(REJECTED) == 2
    await storage.follows.unfollow(petition.id, await place_of(storage))
    assert await storage.given_up.resend(REJECTED, LATER) == 1


async def test_a_chat_that_is_banned_or_gone_gets_it_when_it_is_back(storage: Storage) -> None:
    await storage.messages.queue(message(await place_of(storage)))
    await give_up(storage)
    await storage.chats.suspend(7, "blocked", NOW)
    assert await storage.given_up.resend(REJECTED, LATER) == 1
    assert await texts(storage, LATER) == []
    await storage.chats.restore(7, LATER)
    assert await texts(storage, LATER) == ["Hello"]


async def test_many_are_sent_again_in_portions(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.given_up.PORTION", 2)
    place = await place_of(storage)
    for _ in range(5):
        await storage.messages.queue(message(place))
    await give_up(storage)
    assert await storage.given_up.resend(REJECTED, LATER) == 5
