"""Which alerts have a picture, and that one is enough for everybody."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from delivery.chats import ChatKind, PostStyle
from delivery.gathering import Gathered
from delivery.outbox import AlertId
from messages.charts import Drawing
from messages.clipping import CAPTION_LIMIT
from messages.content import Content, Html
from messages.growth_chart import SignatureHistory, growth_chart
from petitions.follows import ChatId, Place
from petitions.news import Change, ChangeId, Closed, MilestoneReached, News, StoredChange
from petitions.petition import PetitionId, Reading
from services.illustrating import Illustrating
from services.pictures import Pictures
from storage.storage import Storage
from tests.handlers.fakes import FakePictures
from tests.messages.samples import RENDER
from tests.storage.samples import NOW, first_look, next_look, stored_petition

TEN_THOUSAND = MilestoneReached(highest=10_000, passed=(10_000,), signatures=10_004)
HELLO = Content(text=Html("Hello"))


@dataclass
class Studio:
    """Illustrates the alerts of one petition, and counts what is drawn for that."""

    illustrating: Illustrating
    shelf: FakePictures
    petition: PetitionId
    drawn: list[SignatureHistory] = field(default_factory=list)

    def gathered(self, *news: News, pictures: bool = True, chat: int = 7, change: int = 1) -> Gathered:
        changes = tuple(
            StoredChange(
                id=ChangeId(change + place),
                petition=self.petition,
                ref=first_look().ref,
                title="Lidos",
                change=Change(key=str(place), news=each, happened_at=None, seen_at=NOW),
            )
            for place, each in enumerate(news)
        )
        return Gathered(
            place=Place(chat=ChatId(chat)),
            chat_kind=ChatKind.PRIVATE,
            telegram_chat=chat,
            style=PostStyle(),
            petition=self.petition,
            followed=True,
            pictures=pictures,
            changes=changes,
            alerts=(AlertId(1),),
        )

    async def picture(self, gathered: Gathered, content: Content = HELLO) -> str:
        return (await self.illustrating.illustrate(content, gathered)).picture


@pytest.fixture
async def studio(storage: Storage) -> AsyncIterator[Studio]:
    petition = await stored_petition(storage)
    for hours in (30, 20, 10, 0):
        reading = Reading(at=NOW - timedelta(hours=hours), signatures=10_004 - hours * 50)
        after = await storage.petitions.record(next_look(petition, reading=reading))
        assert after is not None
        petition = after
    shelf = FakePictures()
    pictures = Pictures(pictures=shelf, drawer=shelf, now=lambda: NOW, monotonic=lambda: 0.0)
    drawn: list[SignatureHistory] = []

    def draw(growth: SignatureHistory) -> Drawing | None:
        drawn.append(growth)
        return growth_chart(growth, replace(RENDER, now=growth.now))

    illustrating = Illustrating(petitions=storage.petitions, pictures=pictures, draw=draw)
    yield Studio(illustrating=illustrating, shelf=shelf, petition=petition.id, drawn=drawn)
    await pictures.close()


async def test_a_milestone_has_a_picture_of_how_it_came_to_that(studio: Studio) -> None:
    key = await studio.picture(studio.gathered(TEN_THOUSAND))
    drawing = studio.shelf.kept[key].drawing
    assert drawing.heading == "10,004 signatures"
    assert [reading.signatures for reading in studio.drawn[0].readings] == [8_504, 9_004, 9_504, 10_004]


async def test_a_crowd_of_one_petition_has_one_picture(studio: Studio) -> None:
    keys = {await studio.picture(studio.gathered(TEN_THOUSAND, chat=chat)) for chat in range(500)}
    assert len(keys) == len(studio.shelf.kept) == len(studio.drawn) == 1


async def test_the_picture_is_the_same_whenever_it_is_made(studio: Studio, storage: Storage) -> None:
    key = await studio.picture(studio.gathered(TEN_THOUSAND))
    known = await storage.petitions.get(studio.petition)
    assert known is not None
    later = Reading(at=NOW + timedelta(hours=3), signatures=10_900)
    await storage.petitions.record(next_look(known, reading=later))
    again = Illustrating(
        petitions=storage.petitions,
        pictures=Pictures(pictures=studio.shelf, drawer=studio.shelf, now=lambda: NOW, monotonic=lambda: 0.0),
        draw=lambda growth: growth_chart(growth, replace(RENDER, now=growth.now)),
    )
    illustrated = await again.illustrate(HELLO, studio.gathered(TEN_THOUSAND))
    assert illustrated.picture == key


@pytest.mark.parametrize(
    ("news", "more"),
    [
        ((Closed(signatures=5),), {}),
        ((TEN_THOUSAND,), {"pictures": False}),
    ],
)
async def test_what_is_no_milestone_or_for_a_place_without_pictures_is_words(
    studio: Studio, news: Sequence[News], more: dict[str, bool]
) -> None:
    assert await studio.picture(studio.gathered(*news, **more)) == ""
    assert studio.drawn == []


async def test_a_message_about_several_petitions_is_words(studio: Studio) -> None:
    assert await studio.picture(replace(studio.gathered(TEN_THOUSAND), petition=None)) == ""


async def test_words_that_do_not_fit_below_a_picture_have_none(studio: Studio) -> None:
    fits, too_long = (Content(text=Html("x" * length)) for length in (CAPTION_LIMIT, CAPTION_LIMIT + 1))
    assert await studio.picture(studio.gathered(TEN_THOUSAND), too_long) == ""
    assert await studio.picture(studio.gathered(TEN_THOUSAND), fits) != ""


async def test_the_newest_milestone_of_several_pieces_of_news_is_shown(studio: Studio) -> None:
    assert await studio.picture(studio.gathered(TEN_THOUSAND, Closed(signatures=10_004))) != ""


async def test_an_alert_whose_picture_fails_is_said_all_the_same(studio: Studio) -> None:
    class Broken:
        async def get(self, petition: PetitionId) -> None:
            raise OSError("the disk is gone")

        async def readings(self, petition: PetitionId, since: datetime) -> Sequence[Reading]:
            return ()

    studio.illustrating._petitions = Broken()  # type: ignore[assignment]
    assert await studio.illustrating.illustrate(HELLO, studio.gathered(TEN_THOUSAND)) == HELLO
