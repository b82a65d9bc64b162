from storage.storage import Storage
from storage.updates import BegunUpdate, NewUpdate, WaitingUpdate
from tests.storage.samples import DAY, NOW, SECOND


def update(number: int, chat: int = 7) -> NewUpdate:
    return NewUpdate(update_id=number, chat_key=f"chat:{chat}", body=f'{{"update_id":{number}}}')


async def test_updates_wait_in_the_order_of_their_arrival(storage: Storage) -> None:
    assert await storage.updates.store([update(900), update(901)], NOW) == 2
    assert await storage.updates.store([update(5, chat=8)], NOW) == 1
    waiting = await storage.updates.waiting(10)
    assert waiting == [
        WaitingUpdate(id=1, chat_key="chat:7"),
        WaitingUpdate(id=2, chat_key="chat:7"),
        WaitingUpdate(id=3, chat_key="chat:8"),
    ]
    assert await storage.updates.waiting(1) == waiting[:1]
    assert await storage.updates.waiting(1, after=waiting[0].id) == waiting[1:2]


async def test_an_update_delivered_twice_is_stored_once(storage: Storage) -> None:
    assert await storage.updates.store([update(1)], NOW) == 1
    assert await storage.updates.store([update(1), update(2)], NOW) == 1
    begun = [await storage.updates.begin(one.id) for one in await storage.updates.waiting(10)]
    assert [one.update_id for one in begun if one is not None] == [1, 2]


async def test_of_an_update_that_cannot_be_read_only_the_id_is_kept(storage: Storage) -> None:
    await storage.updates.store_unreadable([1, 2, 2**63 - 1], NOW)
    assert await storage.updates.waiting(10) == []
    assert await storage.updates.store([update(1), update(3)], NOW) == 1
    await storage.updates.store_unreadable([3, 4], NOW)
    assert len(await storage.updates.waiting(10)) == 1


async def test_storing_nothing_is_fine(storage: Storage) -> None:
    assert await storage.updates.store([], NOW) == 0


async def test_a_handled_update_is_forgotten_but_its_id_is_known_for_a_while(storage: Storage) -> None:
    await storage.updates.store([update(1)], NOW)
    (one,) = await storage.updates.waiting(10)
    await storage.updates.handled(one.id, NOW + SECOND)
    assert await storage.updates.waiting(10) == []
    assert await storage.updates.store([update(1)], NOW) == 0


async def test_an_id_that_telegram_uses_again_after_a_while_is_new(storage: Storage) -> None:
    await storage.updates.store([update(1)], NOW)
    (one,) = await storage.updates.waiting(10)
    await storage.updates.handled(one.id, NOW)
    assert await storage.tidy.forget_sent(NOW + DAY) == 1
    assert await storage.updates.store([update(1)], NOW + DAY) == 1
    (again,) = await storage.updates.waiting(10)
    assert again.id > one.id


async def test_attempts_are_counted(storage: Storage) -> None:
    await storage.updates.store([update(1)], NOW)
    (one,) = await storage.updates.waiting(10)
    begun = [await storage.updates.begin(one.id) for _ in range(2)]
    assert begun == [BegunUpdate(update_id=1, body='{"update_id":1}', attempts=attempts) for attempts in (1, 2)]
    await storage.updates.handled(one.id, NOW)
    assert await storage.updates.begin(one.id) is None
