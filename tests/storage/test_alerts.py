from dataclasses import replace

from sqlalchemy import select, update

from delivery.outbox import Announced, Lane, NewMessage, OwedAlert
from petitions.follows import Place
from petitions.news import WordsEdited
from petitions.petition import Reading
from storage.documents import NEWS
from storage.schema import changes, petitions
from storage.storage import Storage
from tests.storage.samples import (
    NOW,
    SECOND,
    TODAY,
    announce_all,
    change,
    claimed,
    compose_due,
    content,
    follower,
    happen,
    milestone,
    next_look,
    stored_petition,
    text_of,
    texts,
)


def carrying(*alerts: OwedAlert) -> NewMessage:
    return NewMessage(
        place=alerts[0].place,
        lane=Lane.ALERT,
        content=content("+".join(alert.change.change.key for alert in alerts)),
        due_at=NOW,
        petition=alerts[0].change.petition,
        alerts=tuple(alert.id for alert in alerts),
    )


async def test_a_change_nobody_follows_is_done_at_once(storage: Storage) -> None:
    await stored_petition(storage, 1, change("a"))
    announced = await storage.alerts.announce_next(NOW, 10, TODAY)
    assert announced is not None
    assert (announced.alerts, announced.finished) == (0, True)
    assert await storage.alerts.announce_next(NOW, 10, TODAY) is None


async def test_a_change_is_announced_in_batches_to_each_follower_once(storage: Storage) -> None:
    petition = await stored_petition(storage)
    places = [await follower(storage, petition, number) for number in range(1, 6)]
    assert await storage.petitions.record(next_look(petition, change("a"))) is not None
    batches: list[Announced] = []
    while announced := await storage.alerts.announce_next(NOW, 2, TODAY):
        batches.append(announced)
    assert [(batch.alerts, batch.finished) for batch in batches] == [(2, False), (2, False), (1, True)]
    assert [alert.place for alert in await storage.alerts.due(NOW, 10)] == places


async def test_the_oldest_change_is_announced_first(storage: Storage) -> None:
    first, second = await stored_petition(storage, 1), await stored_petition(storage, 2)
    await follower(storage, first)
    assert await storage.petitions.record(next_look(second, change("b"))) is not None
    assert await storage.petitions.record(next_look(first, change("a"), change("c"))) is not None
    assert [(await storage.alerts.announce_next(NOW, 10, TODAY)) for _ in range(4)] == [
        Announced(change=1, alerts=0, finished=True),  # type: ignore[arg-type]
        Announced(change=2, alerts=1, finished=True),  # type: ignore[arg-type]
        Announced(change=3, alerts=1, finished=True),  # type: ignore[arg-type]
        None,
    ]


async def test_two_topics_that_follow_one_petition_are_both_told(storage: Storage) -> None:
    petition = await stored_petition(storage)
    topics = [await follower(storage, petition, -5, thread=thread) for thread in (4, 9)]
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    assert [(one.telegram_chat, one.place) for one in await claimed(storage)] == [(-5, place) for place in topics]


async def test_whoever_follows_while_a_change_is_being_announced_does_not_hear_of_it(storage: Storage) -> None:
    petition = await stored_petition(storage)
    early = [await follower(storage, petition, number) for number in (1, 2)]
    assert await storage.petitions.record(next_look(petition, change("a"))) is not None
    await storage.alerts.announce_next(NOW, 1, TODAY)
    await follower(storage, petition, 3)
    await announce_all(storage)
    assert [alert.place for alert in await storage.alerts.due(NOW, 10)] == early


async def test_an_owed_alert_carries_all_that_is_to_be_said(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    news = change("a", milestone(2_500))
    await happen(storage, petition, news)
    (alert,) = await storage.alerts.due(NOW, 10)
    assert alert.place == place
    assert alert.due_at == NOW
    async with storage.database.read() as connection:
        assert alert.change.id == (await connection.execute(select(changes.c.id))).scalar_one()
    assert alert.change.change == news
    assert (alert.change.ref, alert.change.petition, alert.change.title) == (petition.ref, petition.id, "Petition 1")


async def test_nothing_is_due_before_its_time(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await happen(storage, petition, change("a"))
    assert await storage.alerts.due(NOW - SECOND, 10) == []


async def test_alerts_of_one_place_and_petition_stand_together_and_are_not_split(storage: Storage) -> None:
    first, second = await stored_petition(storage, 1), await stored_petition(storage, 2)
    one, two = await follower(storage, first, 1), await follower(storage, first, 2)
    await storage.follows.follow(second.id, one, NOW, 5)
    await happen(storage, first, change("a"))
    await happen(storage, second, change("b"))
    await happen(storage, first, change("c"))

    async def due(limit: int) -> list[tuple[Place, str]]:
        return [(alert.place, alert.change.change.key) for alert in await storage.alerts.due(NOW, limit)]

    assert await due(10) == [(one, "a"), (one, "c"), (one, "b"), (two, "a"), (two, "c")]
    assert await due(4) == [(one, "a"), (one, "c"), (one, "b")]
    assert await due(2) == [(one, "a"), (one, "c")]
    assert await due(1) == [(one, "a")]


async def test_composing_queues_messages_and_settles_their_alerts(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await happen(storage, petition, change("a"), change("b"))
    due = await storage.alerts.due(NOW, 10)
    await storage.alerts.compose([carrying(*due)])
    assert await storage.alerts.due(NOW, 10) == []
    assert await texts(storage) == ["a+b"]


async def test_composing_the_same_alerts_twice_says_them_once(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await happen(storage, petition, change("a"))
    (alert,) = await storage.alerts.due(NOW, 10)
    await storage.alerts.compose([carrying(alert), carrying(alert)])
    await storage.alerts.compose([carrying(alert)])
    assert await texts(storage) == ["a"]


async def test_a_message_that_lost_an_alert_in_between_is_left_for_the_next_step(storage: Storage) -> None:
    first, second = await stored_petition(storage, 1), await stored_petition(storage, 2)
    place = await follower(storage, first)
    await storage.follows.follow(second.id, place, NOW, 5)
    await happen(storage, first, change("a"))
    await happen(storage, second, change("b"))
    due = await storage.alerts.due(NOW, 10)
    await storage.follows.unfollow(first.id, place)
    await storage.alerts.compose([carrying(*due)])
    assert await claimed(storage) == []
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 10)] == ["b"]


async def test_composing_for_a_chat_that_was_forgotten_in_between_does_nothing(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition, 7)
    await follower(storage, petition, 8)
    await happen(storage, petition, change("a"))
    due = await storage.alerts.due(NOW, 10)
    await storage.chats.forget(7)
    await storage.alerts.compose([carrying(alert) for alert in due])
    assert [one.telegram_chat for one in await claimed(storage)] == [8]


async def test_a_message_composed_for_a_chat_suspended_in_between_is_held(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await happen(storage, petition, change("a"))
    due = await storage.alerts.due(NOW, 10)
    await storage.chats.suspend(7, "blocked", NOW)
    await storage.alerts.compose([carrying(alert) for alert in due])
    assert await claimed(storage) == []
    await storage.chats.restore(7, NOW)
    assert await texts(storage) == ["a"]


async def test_news_of_a_later_version_waits_for_it_and_stops_nobody_else(storage: Storage) -> None:
    petition, other = await stored_petition(storage, 1), await stored_petition(storage, 2)
    place = await follower(storage, petition)
    await storage.follows.follow(other.id, place, NOW, 5)
    await happen(storage, petition, change("future"), change("known"))
    await happen(storage, other, change("elsewhere"))
    async with storage.database.write() as connection:
        await connection.execute(
            update(changes).where(changes.c.key == "future").values(kind="halved", news='{"kind":"halved"}')
        )
        await connection.execute(update(petitions).where(petitions.c.id == other.id).values(site="mars"))
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 10)] == ["known"]
    assert [one.petition.id for one in await storage.follows.followed(place, offset=0, limit=9)] == [petition.id]
    async with storage.database.write() as connection:
        known = NEWS.write(milestone(1_000))
        await connection.execute(update(changes).where(changes.c.key == "future").values(kind="milestone", news=known))
    assert await storage.alerts.take_back_set_aside() == 2
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 10)] == ["future", "known"]


async def test_news_that_cannot_be_read_stops_nobody_else_however_many_follow(storage: Storage) -> None:
    broken, whole = await stored_petition(storage, 1), await stored_petition(storage, 2)
    for number in range(1, 8):
        await follower(storage, broken, number)
    await follower(storage, whole)
    await happen(storage, broken, change("broken"))
    await happen(storage, whole, change("whole"))
    async with storage.database.write() as connection:
        await connection.execute(update(changes).where(changes.c.key == "broken").values(news='{"kind":"milestone"}'))
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 1)] == ["whole"]


async def test_what_is_set_aside_is_owed_to_nobody_who_no_longer_follows(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await follower(storage, petition, 8)
    await happen(storage, petition, change("a"))
    await storage.alerts.set_aside([alert.id for alert in await storage.alerts.due(NOW, 10)])
    assert await storage.alerts.due(NOW, 10) == []
    await storage.follows.unfollow(petition.id, place)
    await storage.chats.suspend(8, "blocked", NOW)
    assert await storage.alerts.take_back_set_aside() == 0
    await storage.chats.restore(8, NOW)
    assert len(await storage.alerts.due(NOW, 10)) == 1


async def test_a_thousand_alerts_become_a_thousand_messages(storage: Storage) -> None:
    petition = await stored_petition(storage)
    for number in range(1, 41):
        await follower(storage, petition, number)
    await happen(storage, petition, *(change(str(number)) for number in range(25)))
    due = await storage.alerts.due(NOW, 2_000)
    await storage.alerts.compose([carrying(alert) for alert in due])
    messages = await claimed(storage)
    said = {(one.telegram_chat, text_of(one)) for one in messages}
    assert said == {(chat, str(number)) for chat in range(1, 41) for number in range(25)}
    assert await compose_due(storage) == 0


async def test_a_look_at_a_muted_petition_owes_nothing(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await storage.follows.set_muted(petition.id, place, muted=True)
    look = next_look(petition, change("a"), reading=Reading(at=NOW, signatures=1_000))
    assert await storage.petitions.record(replace(look)) is not None
    await announce_all(storage)
    assert await storage.alerts.due(NOW, 10) == []


async def test_who_has_chosen_nothing_is_not_told_of_edits(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition, 7)
    await happen(storage, petition, change("a", WordsEdited(parts=("title",))), change("b"))
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 10)] == ["b"]
