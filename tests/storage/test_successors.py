from dataclasses import replace

from petitions.news import SuccessorFound
from petitions.petition import PetitionState, Site
from storage.storage import Storage
from tests.storage.samples import DAY, NOW, change, first_look, ref


async def test_only_words_that_were_indexed_last_find_a_petition(storage: Storage) -> None:
    stored = await storage.petitions.record(first_look(1))
    assert stored is not None
    for words in ({"swift", "brick"}, {"pear", "tree"}):
        await storage.successors.index({stored.id: words})

    async def found(*words: str) -> bool:
        states = (PetitionState.OPEN,)
        return bool(await storage.successors.candidates(Site.UK, words, states, seen_since=NOW, shared=2, limit=9))

    assert await found("pear", "tree", "park")
    assert not await found("pear", "park")
    assert not await found("swift", "brick")


async def test_what_was_compared_is_compared_again_when_its_state_has_changed(storage: Storage) -> None:
    look = first_look(1)
    stored = await storage.petitions.record(look)
    assert stored is not None
    await storage.successors.compared({stored.id: PetitionState.OPEN}, ())
    assert await storage.successors.uncompared(9) == []
    reopened = replace(look.snapshot, state=PetitionState.CLOSED)
    await storage.petitions.record(replace(look, version=1, snapshot=reopened))
    assert await storage.successors.uncompared(9) == []  # nobody follows it
    await storage.petitions.record(replace(look, version=2))
    await storage.successors.compared({stored.id: PetitionState.CLOSED}, ())
    assert [each.petition for each in await storage.successors.uncompared(9)] == [stored.id]


async def test_an_offer_is_stored_once_and_remembered(storage: Storage) -> None:
    stored = await storage.petitions.record(first_look(1))
    assert stored is not None
    offer = change("successor:uk:2", SuccessorFound(ref=ref(2), title="Two", signatures=2))
    for _ in range(2):
        await storage.successors.compared({stored.id: PetitionState.CLOSED}, [(stored.id, offer)])
    assert await storage.successors.offered_since([stored.id], NOW - DAY) == {stored.id}
    assert await storage.successors.offered_since([stored.id], NOW) == set()
    assert await storage.audit.keys(stored.id) == {"successor:uk:2"}


async def test_words_go_with_their_petition(storage: Storage) -> None:
    stored = await storage.petitions.record(first_look(1))
    assert stored is not None
    await storage.successors.index({stored.id: {"swift"}})
    await storage.tidy.forget_petitions(NOW + DAY, histories_before=NOW + DAY)
    async with storage.database.read() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM title_words")).scalar_one() == 0
