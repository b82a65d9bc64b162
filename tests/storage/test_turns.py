"""Crowds of any size take turns: a small one waits for no big one, and a big one is not starved."""

from sqlalchemy import Connection, event

from delivery.outbox import ClaimedMessage
from petitions.watched import WatchedPetition
from storage.storage import Storage
from tests.storage.samples import (
    DAY,
    NOW,
    SECOND,
    TODAY,
    announce_all,
    change,
    compose_due,
    follower,
    happen,
    next_look,
    sent,
    stored_petition,
    text_of,
)

BIG, SMALL = 30, 3


async def followed(storage: Storage, number: int, followers: int) -> WatchedPetition:
    petition = await stored_petition(storage, number)
    for person in range(1, followers + 1):
        await follower(storage, petition, person)
    return petition


async def claim(storage: Storage, size: int) -> list[str]:
    """Claim and send messages, and say what they said."""
    claimed: list[ClaimedMessage] = [*await storage.messages.claim(NOW, size, ())]
    await storage.messages.settle([sent(one) for one in claimed])
    return [text_of(one) for one in claimed]


async def test_a_small_crowd_leaves_between_the_parts_of_a_big_one(storage: Storage) -> None:
    big, small = await followed(storage, 1, BIG), await followed(storage, 2, SMALL)
    await happen(storage, big, change("big"))
    await compose_due(storage)
    assert await claim(storage, 10) == ["big"] * 10
    await happen(storage, small, change("small"))
    await compose_due(storage)
    assert sorted(await claim(storage, 2 * SMALL)) == ["big"] * SMALL + ["small"] * SMALL


async def test_what_is_in_flight_already_is_what_a_small_crowd_waits_for_and_nothing_else(storage: Storage) -> None:
    big, small = await followed(storage, 1, BIG), await followed(storage, 2, SMALL)
    await happen(storage, big, change("big"))
    await compose_due(storage)
    await storage.messages.claim(NOW, 10, ())
    await happen(storage, small, change("small"))
    await compose_due(storage)
    left = await claim(storage, 2 * SMALL)
    assert [left[:turns].count("small") for turns in (2, 4, 6)] == [1, 2, 3]


async def test_a_big_crowd_is_not_starved_by_small_ones(storage: Storage) -> None:
    big = await followed(storage, 1, BIG)
    await happen(storage, big, change("big"))
    await compose_due(storage)
    left = []
    for number in range(2, 6):
        await happen(storage, await followed(storage, number, SMALL), change(f"small {number}"))
        await compose_due(storage)
        left += await claim(storage, 2 * SMALL)
    assert left.count("big") >= 4 * SMALL


async def test_crowds_that_begin_together_take_turns_one_by_one(storage: Storage) -> None:
    first, second = await followed(storage, 1, 5), await followed(storage, 2, 5)
    assert await storage.petitions.record(next_look(first, change("first"))) is not None
    assert await storage.petitions.record(next_look(second, change("second"))) is not None
    await announce_all(storage)
    await compose_due(storage)
    left = await claim(storage, 10)
    assert [left[:turns].count("first") - left[:turns].count("second") for turns in (2, 4, 6, 8, 10)] == [0] * 5


async def test_composing_takes_turns_too(storage: Storage) -> None:
    big, small = await followed(storage, 1, BIG), await followed(storage, 2, SMALL)
    await happen(storage, big, change("big"))
    await happen(storage, small, change("small"))
    due = [alert.change.change.key for alert in await storage.alerts.due(NOW, 2 * SMALL)]
    assert due.count("small") == SMALL


async def test_a_change_with_many_followers_holds_up_the_announcing_of_none_with_few(storage: Storage) -> None:
    big, small = await followed(storage, 1, BIG), await followed(storage, 2, SMALL)
    assert await storage.petitions.record(next_look(big, change("big"))) is not None
    await storage.alerts.announce_next(NOW, 10, TODAY)
    assert await storage.petitions.record(next_look(small, change("small"))) is not None
    announced = await storage.alerts.announce_next(NOW, 10, TODAY)
    assert announced is not None
    assert (announced.alerts, announced.finished) == (SMALL, True)
    await announce_all(storage)
    assert len(await storage.alerts.due(NOW, 1_000)) == BIG + SMALL


async def test_a_chat_hears_of_one_petition_in_the_order_in_which_it_happened(storage: Storage) -> None:
    petition = await followed(storage, 1, 25)
    petition = await happen(storage, petition, change("first"))
    await compose_due(storage)
    await claim(storage, 5)
    after = await storage.petitions.record(next_look(petition, change("second")))
    assert after is not None
    await storage.alerts.announce_next(NOW, 10, TODAY)
    assert await storage.petitions.record(next_look(after, change("third"))) is not None
    while await storage.alerts.announce_next(NOW, 10, TODAY) is not None:
        pass
    await compose_due(storage)
    claimed = await storage.messages.claim(NOW, 1_000, ())
    for number in range(6, 26):
        said = [text_of(one) for one in claimed if one.telegram_chat == number]
        assert said == ["first", "second", "third"]


async def test_what_begins_when_nothing_waits_gains_nothing_on_what_begins_after_it(storage: Storage) -> None:
    old, new = await followed(storage, 1, 10), await followed(storage, 2, 10)
    for number in range(3):
        await happen(storage, old, change(str(number)))
    await compose_due(storage)
    await claim(storage, 30)
    later = NOW + DAY
    for petition, key in ((old, "old"), (new, "new")):
        current = await storage.petitions.find(petition.ref)
        assert current is not None
        assert await storage.petitions.record(next_look(current, change(key))) is not None
    await announce_all(storage, later)
    first_turns = [alert.change.change.key for alert in await storage.alerts.due(later + SECOND, 4)]
    assert first_turns.count("old") == first_turns.count("new") == 2


async def test_the_line_is_read_in_order_and_never_sorted(storage: Storage) -> None:
    said: list[tuple[str, object]] = []

    def remember(_c: Connection, _cursor: object, statement: str, parameters: object, _x: object, _m: bool) -> None:
        said.append((statement, parameters))

    engine = storage.database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", remember)
    await storage.messages.claim(NOW, 100, (1, 2, 3))
    await storage.alerts.announce_next(NOW, 100, TODAY)
    event.remove(engine, "before_cursor_execute", remember)
    async with storage.database.read() as connection:
        for statement, parameters in said:
            if statement.startswith("SELECT"):
                rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
                assert not [row.detail for row in rows if "TEMP B-TREE" in row.detail]
