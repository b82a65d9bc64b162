"""What a place has chosen to hear of decides which alerts it is owed, and the audit knows it."""

from delivery.audit import Outcome
from delivery.chats import ChatKind
from petitions.follows import Place
from petitions.kinds import Group
from petitions.news import Archived, ClosingSoon, MilestoneReached, News, WordsEdited
from petitions.petition import Site
from petitions.preferences import Media
from petitions.streams import SiteStream, Stream
from petitions.watched import WatchedPetition
from storage.chats import close_topic
from storage.storage import Storage
from tests.storage.samples import (
    DAY,
    NOW,
    SECOND,
    TODAY,
    change,
    first_look,
    follower,
    happen,
    known_chat,
    next_look,
    stored_petition,
)
from tests.storage.test_audit import everything, send_all

CLOSING: News = ClosingSoon(on=(NOW + DAY).date(), signatures=5)
EDITED: News = WordsEdited(parts=("title",))
TEN_THOUSAND: News = MilestoneReached(highest=10_000, passed=(10_000,), signatures=10_000, response_threshold=True)


async def owed(storage: Storage, place: Place) -> list[str]:
    return [alert.change.change.key for alert in await storage.alerts.due(NOW, 100) if alert.place == place]


async def several(storage: Storage, petition: WatchedPetition) -> WatchedPetition:
    return await happen(
        storage, petition, change("closing", CLOSING), change("edited", EDITED), change("archived", Archived())
    )


async def test_a_place_hears_of_the_groups_that_it_wants(storage: Storage) -> None:
    petition = await stored_petition(storage)
    usual, quiet, curious = [await follower(storage, petition, number) for number in (7, 8, 9)]
    await storage.preferences.choose(quiet, Group.DEADLINES, wanted=False)
    await storage.preferences.choose(curious, Group.EDITS, wanted=True)
    await several(storage, petition)
    assert await owed(storage, usual) == ["closing"]
    assert await owed(storage, quiet) == []
    assert await owed(storage, curious) == ["closing", "edited"]


async def test_a_group_that_was_chosen_comes_whole(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await storage.preferences.choose(place, Group.LIFE, wanted=True)
    await several(storage, petition)
    assert await owed(storage, place) == ["closing", "archived"]


async def test_a_topic_chooses_for_itself_alone(storage: Storage) -> None:
    petition = await stored_petition(storage)
    topics = [await follower(storage, petition, -5, thread=thread) for thread in (0, 4)]
    await storage.preferences.choose(topics[0], Group.DEADLINES, wanted=False)
    await several(storage, petition)
    assert [await owed(storage, topic) for topic in topics] == [[], ["closing"]]


async def test_the_last_choice_counts(storage: Storage) -> None:
    place = Place(chat=(await known_chat(storage)).id)
    for wanted in (False, True, False):
        await storage.preferences.choose(place, Group.LIFE, wanted=wanted)
    await storage.preferences.choose(place, Group.EDITS, wanted=True)
    assert await storage.preferences.chosen(place) == {Group.LIFE: False, Group.EDITS: True}
    assert await storage.preferences.chosen(Place(chat=place.chat, thread=4)) == {}


async def test_pictures_come_to_private_chats_and_where_they_were_chosen(storage: Storage) -> None:
    petition = await stored_petition(storage)
    places = [
        await follower(storage, petition, number, thread) for number, thread in ((7, 0), (8, 0), (-5, 0), (-5, 4))
    ]
    await storage.preferences.choose(places[1], Media.PICTURES, wanted=False)
    await storage.preferences.choose(places[3], Media.PICTURES, wanted=True)
    await happen(storage, petition, change("a"))
    assert {alert.place: alert.pictures for alert in await storage.alerts.due(NOW, 10)} == dict(
        zip(places, (True, False, False, True), strict=True)
    )


async def test_streams_come_whatever_is_wanted_of_what_is_followed(storage: Storage) -> None:
    place = Place(chat=(await known_chat(storage)).id)
    stream = SiteStream(site=Site.UK, stream=Stream.RESPONSE_THRESHOLD)
    await storage.subscriptions.subscribe(place, stream, NOW - DAY, 10)
    await storage.preferences.choose(place, Group.SIGNATURES, wanted=False)
    assert await storage.petitions.record(first_look(changes=(change("a", TEN_THOUSAND),)))
    assert await storage.alerts.announce_next(NOW, 10, TODAY)
    assert await owed(storage, place) == ["a"]


async def test_who_turns_news_on_while_it_is_announced_hears_of_it_and_who_turns_it_off_does_not(
    storage: Storage,
) -> None:
    petition = await stored_petition(storage)
    places = [await follower(storage, petition, number) for number in (7, 8, 9)]
    await storage.preferences.choose(places[1], Group.DEADLINES, wanted=False)
    assert await storage.petitions.record(next_look(petition, change("closing", CLOSING)))
    await storage.preferences.choose(places[1], Group.DEADLINES, wanted=True)
    await storage.preferences.choose(places[2], Group.DEADLINES, wanted=False)
    assert await storage.alerts.announce_next(NOW, 10, TODAY)
    assert [await owed(storage, place) for place in places] == [["closing"], ["closing"], []]


async def test_the_audit_misses_nothing_of_somebody_who_changes_their_mind_again_and_again(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    for wanted in (False, True, False, True):
        await storage.preferences.choose(place, Group.DEADLINES, wanted=wanted)
        petition = await happen(storage, petition, change(f"closing, wanted: {wanted} {petition.version}", CLOSING))
    assert await send_all(storage) == ["closing, wanted: True 2", "closing, wanted: True 4"]
    found = await everything(storage)
    assert (found.outcomes, found.amiss) == ({Outcome.TOLD: 2, Outcome.UNWANTED: 2}, ())


async def test_the_audit_misses_what_was_wanted_since_the_last_choice(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await storage.preferences.choose(place, Group.EDITS, wanted=True)
    await happen(storage, petition, change("edited", EDITED))
    async with storage.database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM alerts")
    (amiss,) = (await everything(storage)).amiss
    assert await storage.audit.tell_followers(amiss, NOW) == 1
    assert await owed(storage, place) == ["edited"]


async def test_what_is_moved_to_a_topic_that_wants_more_is_not_told_late(storage: Storage) -> None:
    petition = await stored_petition(storage)
    old = await follower(storage, petition, -5, thread=4)
    new = Place(chat=old.chat, thread=9)
    await storage.preferences.choose(old, Group.DEADLINES, wanted=False)
    await happen(storage, petition, change("closing", CLOSING))
    assert await storage.follows.move_here(petition.id, new)
    assert (await everything(storage)).outcomes == {Outcome.UNWANTED: 1}


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_wants_and_takes_over_the_rest(storage: Storage) -> None:
    petition = await stored_petition(storage)
    group, same = [await follower(storage, petition, number) for number in (-5, -1005)]
    await storage.preferences.choose(group, Group.DEADLINES, wanted=True)
    await storage.preferences.choose(same, Group.DEADLINES, wanted=False)
    await storage.preferences.choose(same, Group.EDITS, wanted=True)
    another = await stored_petition(storage, 2)
    await storage.follows.follow(another.id, same, NOW, 10)
    for one in (petition, another):
        await several(storage, one)
    await send_all(storage)
    await storage.chats.migrate(-5, -1005, NOW)
    assert await storage.preferences.chosen(group) == {Group.DEADLINES: True, Group.EDITS: True}
    assert (await everything(storage)).amiss == ()


async def test_what_is_wanted_is_forgotten_with_the_chat_and_with_the_topic(storage: Storage) -> None:
    chat = await known_chat(storage, -5, ChatKind.SUPERGROUP)
    general, topic = Place(chat=chat.id), Place(chat=chat.id, thread=4)
    for place in (general, topic):
        await storage.preferences.choose(place, Group.EDITS, wanted=True)
    async with storage.database.write() as connection:
        await close_topic(connection, topic, "closed", NOW)
    await storage.tidy.forget_unreachable(NOW + SECOND)
    assert [len(await storage.preferences.chosen(place)) for place in (general, topic)] == [1, 0]
    await storage.chats.forget(-5)
    assert await storage.preferences.chosen(general) == {}
