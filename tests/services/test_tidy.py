"""Tidying: at the start and once an hour, each thing at its age."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.tidy import Tidy
from tests.services.world import HOUR, MINUTE, NOW


@dataclass
class FakeStore:
    done: list[tuple[str, timedelta]] = field(default_factory=list)
    thinned_since: list[datetime | None] = field(default_factory=list)
    now: datetime = NOW

    async def thin_readings(self, now: datetime, done_at: datetime | None) -> int:
        self.done.append(("thin", self.now - now))
        self.thinned_since.append(done_at)
        return 3

    async def expire_held(self, before: datetime) -> int:
        self.done.append(("owed", self.now - before))
        return 0

    async def forget_unreachable(self, before: datetime) -> int:
        self.done.append(("follows", self.now - before))
        return 2

    async def forget_petitions(self, before: datetime, *, histories_before: datetime) -> int:
        self.done += [("petitions", self.now - before), ("histories", self.now - histories_before)]
        return 0

    async def forget_pictures(self, before: datetime) -> int:
        self.done.append(("pictures", self.now - before))
        return 0

    async def forget_broadcasts(self, before: datetime) -> int:
        self.done.append(("broadcasts", self.now - before))
        return 0

    async def forget_sent(self, before: datetime) -> int:
        self.done.append(("sent", self.now - before))
        return 0


async def test_everything_is_dropped_at_its_age() -> None:
    store = FakeStore()
    dropped: list[int] = []
    assert not await Tidy(store=store, forgotten=dropped.append).step(NOW)
    assert dict(store.done) == {
        "thin": timedelta(0),
        "owed": timedelta(days=7),
        "follows": timedelta(days=90),
        "petitions": timedelta(days=30),
        "histories": timedelta(days=730),
        "sent": timedelta(days=30),
        "broadcasts": timedelta(days=90),
        "pictures": timedelta(days=30),
    }


async def test_it_is_done_once_an_hour() -> None:
    store = FakeStore()
    dropped: list[int] = []
    tidy = Tidy(store=store, forgotten=dropped.append)
    for minutes in (0, 1, 59, 60, 61):
        await tidy.step(NOW + minutes * MINUTE)
    assert len([what for what, _ in store.done if what == "thin"]) == 2
    await tidy.step(NOW + 2 * HOUR)
    assert len([what for what, _ in store.done if what == "thin"]) == 3
    assert sum(dropped) == 6


async def test_only_what_has_grown_old_since_the_last_time_is_thinned() -> None:
    store = FakeStore()
    dropped: list[int] = []
    tidy = Tidy(store=store, forgotten=dropped.append)
    for hours in (0, 1, 2):
        await tidy.step(NOW + hours * HOUR)
    assert store.thinned_since == [None, NOW, NOW + HOUR]
