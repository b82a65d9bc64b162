"""A picture is drawn when a message needs it, uploaded once, and never keeps a message."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from delivery.chats import ChatKind
from delivery.outbox import Lane, NewMessage
from delivery.verdicts import Uncertain, Verdict
from messages.charts import Chart, Drawing, KeptPicture
from messages.content import Content, Document, Html, Outgoing
from petitions.follows import Place
from services import pictures as service
from services.pictures import Pictures
from services.ports import NotDrawnError
from storage.storage import Storage
from tests.services.outbox import NOW, FakeMessenger, Outbox, Sender, always
from tests.small_pictures import PNG

CHART = Chart(title="Lidos", heading="5 signatures", begins=0, ends=10, ticks=())


@dataclass
class Easel:
    """Draws when it is let."""

    drawn: list[Drawing] = field(default_factory=list)
    may_draw: asyncio.Event = field(default_factory=asyncio.Event)
    dies: bool = False
    seconds: float = 0.0

    async def draw(self, drawing: Drawing) -> bytes:
        self.drawn.append(drawing)
        await self.may_draw.wait()
        if self.dies:
            raise NotDrawnError("it died")
        return PNG


@pytest.fixture
def easel() -> Easel:
    easel = Easel()
    easel.may_draw.set()
    return easel


@pytest.fixture
async def pictures(storage: Storage, easel: Easel) -> AsyncIterator[Pictures]:
    async with opened(storage, easel) as pictures:
        yield pictures


@asynccontextmanager
async def opened(storage: Storage, easel: Easel) -> AsyncIterator[Pictures]:
    pictures = Pictures(pictures=storage.pictures, drawer=easel, now=lambda: NOW, monotonic=lambda: easel.seconds)
    try:
        yield pictures
    finally:
        await pictures.close()


async def sent(pictures: Pictures, key: str, file_id: str | None = "photo-1") -> str | bytes | None:
    """Send a picture as the messenger does, and return by what."""
    async with pictures.in_turn(key) as found:
        if isinstance(found, bytes):
            await asyncio.sleep(0)
            pictures.uploaded(key, file_id)
        return found


async def drawn(pictures: Pictures) -> str:
    """Draw a picture that nobody has sent, and return its key."""
    key = await pictures.keep(CHART)
    drawing = pictures.begin(key)
    assert drawing is not None
    await drawing
    return key


async def test_a_crowd_shares_one_drawing_and_one_upload(pictures: Pictures, easel: Easel) -> None:
    key = await pictures.keep(CHART)
    assert await pictures.keep(CHART) == key
    by = await asyncio.gather(*(sent(pictures, key) for _ in range(100)))
    assert by == [PNG, *["photo-1"] * 99]
    assert easel.drawn == [CHART]


async def test_after_a_restart_telegrams_id_is_known(storage: Storage, easel: Easel) -> None:
    async with opened(storage, easel) as before:
        key = await before.keep(CHART)
        await sent(before, key)
    async with opened(storage, easel) as after:
        assert await sent(after, key) == "photo-1"
    assert len(easel.drawn) == 1


async def test_an_id_that_telegram_refuses_is_forgotten_and_the_picture_uploaded_again(
    storage: Storage, easel: Easel
) -> None:
    async with opened(storage, easel) as pictures:
        key = await pictures.keep(CHART)
        await sent(pictures, key)
        pictures.refused(key, "photo-1")
        assert await sent(pictures, key, "photo-2") == PNG
        pictures.refused(key, "photo-1")  # another message had the old one, too
        assert await sent(pictures, key) == "photo-2"
    async with opened(storage, easel) as after:
        assert await sent(after, key) == "photo-2"


async def test_an_id_that_telegram_refuses_is_not_used_again_while_that_is_being_stored(
    storage: Storage, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_store, store = asyncio.Event(), storage.pictures.uploaded

    async def store_late(key: str, file_id: str | None) -> None:
        await may_store.wait()
        await store(key, file_id)

    async def find(key: str) -> KeptPicture:
        return KeptPicture(drawing=CHART, file_id=None if may_store.is_set() else "photo-1")

    async with opened(storage, easel) as pictures:
        key = await pictures.keep(CHART)
        await sent(pictures, key)
        monkeypatch.setattr(storage.pictures, "uploaded", store_late)
        monkeypatch.setattr(storage.pictures, "find", find)
        pictures.refused(key, "photo-1")
        again = asyncio.create_task(sent(pictures, key, "photo-2"))
        for _ in range(10):
            await asyncio.sleep(0)
        may_store.set()
        assert await again == PNG


async def test_whoever_uploads_in_vain_leaves_it_to_the_next(pictures: Pictures) -> None:
    key = await pictures.keep(CHART)
    assert await sent(pictures, key, None) == PNG
    assert await sent(pictures, key) == PNG
    assert await sent(pictures, key) == "photo-1"


async def test_a_picture_that_cannot_be_drawn_is_done_without_and_tried_again_later(
    pictures: Pictures, easel: Easel
) -> None:
    easel.dies = True
    key = await pictures.keep(CHART)
    assert [await sent(pictures, key) for _ in range(3)] == [None] * 3
    assert len(easel.drawn) == 1
    easel.dies = False
    easel.seconds = service.FAILED_SECONDS + 1
    assert await sent(pictures, key) == PNG


async def test_what_is_known_of_no_picture_is_no_picture(pictures: Pictures) -> None:
    assert await sent(pictures, "forgotten") is None


async def test_a_drawing_that_takes_too_long_is_not_waited_for(
    pictures: Pictures, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "READY_SECONDS", 0.05)
    easel.may_draw.clear()
    assert await sent(pictures, await pictures.keep(CHART)) is None


async def test_an_upload_that_takes_too_long_is_not_waited_for(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "UPLOAD_SECONDS", 0.05)
    key = await pictures.keep(CHART)
    async with pictures.in_turn(key):
        assert await sent(pictures, key) is None


class Illustrated(FakeMessenger):
    """Sends what its pictures are ready for."""

    pictures: Pictures

    def prepare(self, outgoing: Outgoing | Document) -> asyncio.Future[None] | None:
        return self.pictures.prepare(outgoing.picture) if isinstance(outgoing, Content) else None

    async def deliver(self, telegram_chat: int, thread: int, outgoing: Outgoing, *, paid: bool = False) -> Verdict:
        assert isinstance(outgoing, Content)
        by = await sent(self.pictures, outgoing.picture) if outgoing.picture else None
        text = Html(f"{outgoing.text} {'with' if by else 'without'}")
        return await self.send(telegram_chat, thread, Content(text=text))


@pytest.fixture
async def illustrated(pictures: Pictures) -> AsyncIterator[Illustrated]:
    messenger = Illustrated(in_flight=1)
    messenger.pictures = pictures
    yield messenger
    await messenger.pacer.shutdown()


async def queue(storage: Storage, chat: int, picture: str) -> None:
    known = await storage.chats.ensure(chat, ChatKind.PRIVATE, NOW)
    content = Content(text=Html("Hello"), picture=picture)
    await storage.messages.queue(NewMessage(place=Place(chat=known.id), lane=Lane.ALERT, content=content, due_at=NOW))


async def test_a_message_that_waits_for_its_picture_holds_up_no_other(
    storage: Storage, illustrated: Illustrated, pictures: Pictures, easel: Easel
) -> None:
    easel.may_draw.clear()
    key = await pictures.keep(CHART)
    for chat in range(1, 50):
        await queue(storage, chat, key)
    await queue(storage, 50, "")
    sender = Sender(storage.messages, illustrated)
    await sender.deliver.step(NOW)
    async with asyncio.timeout(30):
        while illustrated.sent != [(50, "Hello without")]:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    easel.may_draw.set()
    await sender.run(NOW)
    assert sorted(illustrated.sent) == [*((chat, "Hello with") for chat in range(1, 50)), (50, "Hello without")]


async def test_a_picture_that_fails_leaves_the_words_said_once(
    storage: Storage, outbox: Outbox, illustrated: Illustrated, pictures: Pictures, easel: Easel
) -> None:
    easel.dies = True
    await queue(storage, 1, await pictures.keep(CHART))
    await Sender(storage.messages, illustrated).run(NOW)
    assert illustrated.sent == [(1, "Hello without")]
    assert await outbox.states() == {"sent": 1}


async def test_after_a_try_without_an_answer_a_message_goes_without_its_picture(
    storage: Storage, illustrated: Illustrated, pictures: Pictures
) -> None:
    await queue(storage, 1, await pictures.keep(CHART))
    illustrated.answers[1] = [always(Uncertain(reason="no answer in time"))]
    sender = Sender(storage.messages, illustrated)
    await sender.run(NOW)
    assert illustrated.sent == []
    await sender.run(NOW + timedelta(minutes=1))
    assert illustrated.sent == [(1, "Hello without")]


async def test_what_is_put_back_while_its_picture_is_drawn_stays_there(
    storage: Storage, outbox: Outbox, illustrated: Illustrated, pictures: Pictures, easel: Easel
) -> None:
    easel.may_draw.clear()
    await queue(storage, 1, await pictures.keep(CHART))
    sender = Sender(storage.messages, illustrated)
    await sender.deliver.step(NOW)
    sender.deliver.recall_chat(1)
    easel.may_draw.set()
    await sender.deliver.close(NOW)
    assert await outbox.states() == {"queued": 1}
    assert illustrated.sent == []


async def test_while_the_first_message_brings_the_picture_the_others_can_be_put_back(
    storage: Storage, outbox: Outbox, illustrated: Illustrated, pictures: Pictures
) -> None:
    key = await pictures.keep(CHART)
    for chat in range(1, 20):
        await queue(storage, chat, key)
    async with pictures.in_turn(key) as found:
        assert found == PNG
        pictures.prepare(key)
        sender = Sender(storage.messages, illustrated)
        await sender.deliver.step(NOW)
        await sender.deliver.close(NOW)
        assert await outbox.states() == {"queued": 19}
    await Sender(storage.messages, illustrated).run(NOW)
    assert sorted(illustrated.sent) == [(chat, "Hello with") for chat in range(1, 20)]


async def test_a_first_message_that_is_never_sent_keeps_the_others_for_a_while_only(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await drawn(pictures)
    monkeypatch.setattr(service, "READY_SECONDS", 0.05)
    first, second = pictures.prepare(key), pictures.prepare(key)
    assert first is None  # it is drawn
    assert second is not None
    async with asyncio.timeout(30):
        await second
    assert await sent(pictures, key) == PNG


async def test_a_first_message_that_has_ended_does_not_end_the_wait_for_the_next_first_one(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await drawn(pictures)
    monkeypatch.setattr(service, "READY_SECONDS", 0.05)
    pictures.prepare(key)
    assert await sent(pictures, key, None) == PNG
    monkeypatch.setattr(service, "READY_SECONDS", 3_600.0)
    pictures.prepare(key)
    waiting = pictures.prepare(key)
    assert waiting is not None
    await asyncio.sleep(0.05)  # it was set after the first one's time, so that is over before
    assert not waiting.done()
    assert await sent(pictures, key) == PNG
    await waiting
