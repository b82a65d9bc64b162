"""Pictures are remembered by what they show, within bounds."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from messages.charts import Chart, KeptPicture, Ranking, Row
from storage import tidy
from storage.schema import pictures
from storage.storage import Storage
from tests.storage.samples import DAY, NOW, SECOND

CHART = Chart(title="Lidos", heading="5 signatures", begins=0, ends=10, ticks=())
RANKING = Ranking(title="Lidos", heading="Where", rows=(Row(name="Bath", about="", count=5, text="5", usual=2.5),))


async def test_the_same_picture_has_the_same_key_and_keeps_what_telegram_calls_it(storage: Storage) -> None:
    key = await storage.pictures.keep(CHART, NOW)
    await storage.pictures.uploaded(key, "photo-1")
    assert await storage.pictures.keep(CHART, NOW + DAY) == key
    assert await storage.pictures.find(key) == KeptPicture(drawing=CHART, file_id="photo-1")
    await storage.pictures.uploaded(key, None)
    assert await storage.pictures.find(key) == KeptPicture(drawing=CHART, file_id=None)


async def test_another_picture_has_another_key(storage: Storage) -> None:
    keys = [await storage.pictures.keep(one, NOW) for one in (CHART, replace(CHART, heading="6 signatures"), RANKING)]
    assert len(set(keys)) == 3
    assert await storage.pictures.find(keys[2]) == KeptPicture(drawing=RANKING, file_id=None)


async def test_what_cannot_be_read_is_no_picture(storage: Storage) -> None:
    key = await storage.pictures.keep(CHART, NOW)
    async with storage.database.write() as connection:
        await connection.execute(update(pictures).values(drawing='{"kind": "film"}'))
    assert await storage.pictures.find(key) is None
    assert await storage.pictures.find("nothing") is None


async def test_pictures_that_are_old_or_too_many_are_forgotten(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [
        await storage.pictures.keep(replace(CHART, heading=str(number)), NOW + number * SECOND) for number in range(10)
    ]
    assert await storage.tidy.forget_pictures(NOW) == 0
    assert await storage.tidy.forget_pictures(NOW + 2 * SECOND) == 2
    assert [await storage.pictures.find(key) is None for key in keys] == [True] * 2 + [False] * 8
    monkeypatch.setattr(tidy, "MOST_PICTURES", 3)
    assert await storage.tidy.forget_pictures(NOW) == 5
    assert [await storage.pictures.find(key) is None for key in keys] == [True] * 7 + [False] * 3
