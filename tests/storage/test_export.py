"""What chats have chosen goes from one database to another: all of it, once, and without old news."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table

from delivery.chats import Announcement, ChatKind, Limited, PostStyle
from petitions.follows import MOST_FOLLOWS, Place
from petitions.kinds import Group
from petitions.petition import Site
from petitions.streams import SiteStream, Stream, Subscription
from petitions.watched import Schedule
from storage import importing
from storage.export import export_all
from storage.export_format import ImportRefusedError, check_export
from storage.importing import Imported, import_export
from storage.schema import (
    channel_links,
    chats,
    follows,
    metadata,
    petitions,
    preferences,
    scoreboards,
    subscription_subjects,
    subscriptions,
)
from storage.storage import Storage, open_storage
from tests.storage.samples import (
    DAY,
    HOUR,
    NOW,
    announce_all,
    change,
    first_look,
    follower,
    happen,
    known_chat,
    next_look,
    ref,
    stored_petition,
)

CHANNEL, GROUP = -1_007, -1_008
LATER = NOW + DAY


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Storage]:
    """Another database, with nothing in it."""
    async with open_storage(f"sqlite:///{tmp_path}/other.db") as opened:
        yield opened


async def lines(storage: Storage) -> list[str]:
    async with aclosing(export_all(storage.database, NOW)) as exported:
        return [line async for line in exported]


async def exported(storage: Storage, path: Path) -> Path:
    path.write_text("\n".join(await lines(storage)), encoding="utf-8")
    return path


async def imported(storage: Storage, path: Path) -> Imported:
    check_export(path)
    total = Imported()
    async with aclosing(import_export(storage.database, path, LATER)) as batches:
        async for batch in batches:
            total += batch
    return total


async def choose(storage: Storage) -> None:
    """Make every choice that can be made."""
    pears, bells = await stored_petition(storage, 1), await stored_petition(storage, 2)
    await follower(storage, pears, 7)
    place = await follower(storage, bells, GROUP, thread=4)
    await storage.follows.set_muted(bells.id, place, muted=True)
    await storage.preferences.choose(place, Group.EDITS, wanted=True)
    await storage.preferences.choose(place, Group.LIFE, wanted=False)
    await storage.chats.let_members(GROUP, allowed=True)
    await storage.chats.decline(GROUP, Announcement.NEWS, declined=True)
    await storage.chats.set_limit(GROUP, Limited.FOLLOWS, 40)
    await storage.chats.set_limit(GROUP, Limited.SUBSCRIPTIONS, 3)
    channel = await known_chat(storage, CHANNEL, ChatKind.CHANNEL)
    await storage.chats.set_style(CHANNEL, PostStyle(short=True, signature="Parish “News”\u2028", ask_first=True))
    await storage.channels.link(channel.id, 7)
    await storage.scoreboards.put(Place(chat=channel.id), 99, "Pears 5", NOW)
    for stream, topics in ((Stream.RESPONSE, {"health, and safety", "birds"}), (Stream.PUBLISHED, set[str]())):
        of = SiteStream(site=Site.UK, stream=stream)
        await storage.subscriptions.subscribe(Place(chat=channel.id), of, NOW, 10)
        chosen = Subscription(place=Place(chat=channel.id), of=of, since=NOW, daily_cap=25, subjects=frozenset(topics))
        assert await storage.subscriptions.change(chosen)
    await storage.chats.suspend(7, "blocked", NOW)


async def test_all_that_was_chosen_is_chosen_in_the_other_database(
    storage: Storage, other: Storage, tmp_path: Path
) -> None:
    await choose(storage)
    path = await exported(storage, tmp_path / "export.jsonl")
    assert await imported(other, path) == Imported(read=3, chats=3, follows=2, subscriptions=2)
    for before, after in zip(map(json.loads, await lines(storage)), map(json.loads, await lines(other)), strict=True):
        for subscription in before.get("subscriptions", ()):
            subscription["since"] = LATER.isoformat()
        assert after == before
    assert [chat.telegram_id for chat in await other.channels.linked(7)] == [CHANNEL]


LEFT_OUT = {
    petitions: {"everything but how it is named: it is read anew"},
    chats: {"id", "paused_until", "retry_at", "tries"},
    follows: {"id", "petition_id", "chat_id", "after_change", "choices_after"},
    preferences: {"chat_id"},
    subscriptions: {"id", "chat_id", "after_change", "subjects_after", "site"},
    subscription_subjects: {"subscription_id"},
    scoreboards: {"chat_id", "text", "stamp", "edited_at"},
    channel_links: {"chat_id"},
}
NAMED = {"thread": "topic", "reason": "suspended_because", "followed_at": "since", "person": "people"}
NAMED |= {"message_id": "message", "subject": "subjects"}
NOBODYS_CHOICE = {
    "readings",
    "title_words",
    "changes",
    "closed_topics",
    "messages",
    "alerts",
    "repairs",
    "feeds",
    "updates",
    "checks",
    "broadcasts",
    "broadcast_recipients",
    "bans",
    "switches",
    "pictures",
    "breakdowns",
}


@pytest.mark.parametrize("table", LEFT_OUT, ids=lambda table: table.name)
async def test_no_choice_that_is_stored_is_left_out(storage: Storage, table: Table) -> None:
    await choose(storage)
    text = "\n".join(await lines(storage))
    if table is petitions:
        assert '"petition":"uk:1"' in text
        return
    for column in table.columns:
        assert (column.name in LEFT_OUT[table]) is not (f'"{NAMED.get(column.name, column.name)}"' in text), column


def test_every_table_holds_choices_or_does_not() -> None:
    assert set(metadata.tables) == {table.name for table in LEFT_OUT} | NOBODYS_CHOICE


async def test_importing_again_changes_nothing(storage: Storage, other: Storage, tmp_path: Path) -> None:
    await choose(storage)
    path = await exported(storage, tmp_path / "export.jsonl")
    await imported(other, path)
    before = await lines(other)
    assert await imported(other, path) == Imported(read=3)
    assert await lines(other) == before


async def test_what_is_there_already_stays_as_it_is(storage: Storage, other: Storage, tmp_path: Path) -> None:
    await choose(storage)
    path = await exported(storage, tmp_path / "export.jsonl")
    await known_chat(other, GROUP, ChatKind.SUPERGROUP)
    assert await imported(other, path) == Imported(read=3, chats=2, follows=2, subscriptions=2)
    group = await other.chats.find(GROUP)
    assert group is not None
    assert (group.kind, group.members_may) == (ChatKind.SUPERGROUP, False)


async def test_an_import_that_was_cut_short_goes_on_when_it_is_made_again(
    storage: Storage, other: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "ROWS_A_BATCH", 2)
    petition = await stored_petition(storage)
    for telegram_id in range(1, 11):
        await follower(storage, petition, telegram_id)
    path = await exported(storage, tmp_path / "export.jsonl")
    check_export(path)
    async with aclosing(import_export(other.database, path, LATER)) as batches:
        assert await anext(batches) == Imported(read=1, chats=1, follows=1)
    assert await imported(other, path) == Imported(read=10, chats=9, follows=9)
    assert (await lines(other))[1:] == (await lines(storage))[1:]


async def test_the_export_is_of_one_moment_however_much_is_written_meanwhile(storage: Storage) -> None:
    await choose(storage)
    before = await lines(storage)
    async with aclosing(export_all(storage.database, NOW)) as exported:
        header = await anext(exported)
        await storage.chats.forget(GROUP)
        await known_chat(storage, 1)
        assert [header, *[line async for line in exported]] == before


async def test_chats_are_read_page_by_page(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    await choose(storage)
    before = await lines(storage)
    for size in (1, 2, 3):
        monkeypatch.setattr("storage.export.CHATS_A_PAGE", size)
        assert await lines(storage) == before


async def test_a_petition_that_is_imported_is_looked_at_next_and_says_nothing_old(
    storage: Storage, other: Storage, tmp_path: Path
) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await imported(other, await exported(storage, tmp_path / "export.jsonl"))
    found = await other.petitions.find(ref(1))
    assert found is not None
    assert (found.snapshot.title, found.marks.old_before, found.seen_at) == ("Petition 1", LATER, NOW)
    assert [look.petition for look in await other.petitions.due(Site.UK, LATER)] == [found.id]


async def test_a_petition_that_nobody_watched_any_more_is_looked_at_and_keeps_what_was_said(
    storage: Storage, other: Storage, tmp_path: Path
) -> None:
    await follower(storage, await stored_petition(storage))
    await stored_petition(other, 1, change("milestone:1000"))
    known = await other.petitions.find(ref(1))
    assert known is not None
    await other.petitions.reschedule(known.id, Schedule(count_at=None, page_at=None))
    await announce_all(other)
    await imported(other, await exported(storage, tmp_path / "export.jsonl"))
    found = await other.petitions.find(ref(1))
    assert found is not None
    assert (found.snapshot, found.marks) == (known.snapshot, replace(known.marks, old_before=LATER))
    assert [look.petition for look in await other.petitions.due(Site.UK, LATER)] == [known.id]
    await announce_all(other)
    assert await other.alerts.due(LATER, 10) == []
    await happen(other, found, change("response:1"))
    assert len(await other.alerts.due(LATER, 10)) == 1


async def test_a_petition_that_is_watched_is_left_as_it_is(storage: Storage, other: Storage, tmp_path: Path) -> None:
    await follower(storage, await stored_petition(storage))
    watched = await stored_petition(other)
    await follower(other, watched, 8)
    await imported(other, await exported(storage, tmp_path / "export.jsonl"))
    assert await other.petitions.find(ref(1)) == watched
    after = await other.petitions.record(next_look(watched, change("a")))
    assert after is not None
    await announce_all(other)
    assert len(await other.alerts.due(LATER, 10)) == 2


HEADER = {"format": "petition-alerts-export", "version": 1, "exported_at": NOW.isoformat(), "chats": 1}
FOLLOW = {"petition": "uk:1", "since": NOW.isoformat()}
CHAT = {"telegram_id": 7, "kind": "private", "since": NOW.isoformat(), "follows": [FOLLOW]}


def written(path: Path, *values: object) -> Path:
    text = (value if isinstance(value, str) else json.dumps(value) for value in values)
    path.write_text("\n".join(text), encoding="utf-8")
    return path


def refusal(path: Path) -> list[str]:
    with pytest.raises(ImportRefusedError) as caught:
        check_export(path)
    assert caught.value.lines[-1] == "Nothing was imported."
    return list(caught.value.lines[:-1])


def test_a_line_needs_no_more_than_what_has_no_default(tmp_path: Path) -> None:
    assert check_export(written(tmp_path / "export.jsonl", HEADER, "", CHAT, "")) == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "Line 2: Invalid JSON: EOF while parsing an object at line 1 column 1"),
        ("[]", "Line 2: Input should be an object"),
        ({**CHAT, "name": "Rosa"}, "Line 2: name: Unexpected keyword argument"),
        ({**CHAT, "telegram_id": "7"}, "Line 2: telegram_id: Input should be a valid integer"),
        ({**CHAT, "telegram_id": 2**63}, "Line 2: telegram_id: Input should be less than"),
        ({**CHAT, "kind": "planet"}, "Line 2: kind: Input should be 'private', 'group', 'supergroup' or 'channel'"),
        ({**CHAT, "since": "2026-03-04T05:06:07"}, "Line 2: since: Input should have timezone info"),
        (
            {**CHAT, "since": "0001-01-01T00:00:00+14:00"},
            "Line 2: since: Input should be greater than or equal to 2000",
        ),
        ({**CHAT, "heard_at": "9999-12-31T23:59:59-14:00"}, "Line 2: heard_at: Input should be less than 3000"),
        ({**CHAT, "signature": "s" * 101}, "Line 2: signature: String should have at most 100 characters"),
        ({**CHAT, "signature": "two\nlines"}, "Line 2: signature: String should match"),
        ({**CHAT, "follows": [FOLLOW] * (MOST_FOLLOWS + 1)}, "Line 2: follows: Tuple should have at most 2000"),
        ({**CHAT, "follows": [FOLLOW | {"petition": "mars:1"}]}, "Line 2: follows.0.petition: String should match"),
        ({**CHAT, "follows": [FOLLOW | {"petition": "uk:1\n"}]}, "Line 2: follows.0.petition: String should match"),
        ({**CHAT, "follows": [FOLLOW | {"topic": -1}]}, "Line 2: follows.0.topic: Input should be greater"),
        (
            '{"telegram_id": 7, "kind": "private", "signature": "\\ud800"}',
            "Line 2: Invalid JSON: ",
        ),
        ("x" * (1024 * 1024 + 1), "Line 2: it is longer than 1,048,576 bytes"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_nothing_is_imported(tmp_path: Path, line: object, why: str) -> None:
    [told] = refusal(written(tmp_path / "export.jsonl", HEADER, line))
    assert told.startswith(why)
    assert "Rosa" not in told


def test_all_bad_lines_are_told_up_to_a_number(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    told = refusal(written(path, {**HEADER, "chats": 3}, "{}", CHAT, "{}"))
    assert [line.partition(":")[0] for line in told] == ["Line 2", "Line 4"]
    told = refusal(written(path, {**HEADER, "chats": 100}, *["{}"] * 100))
    assert (len(told), told[-1]) == (21, "And 80 mistakes more.")


def test_a_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    told = refusal(written(tmp_path / "export.jsonl", {**HEADER, "chats": 2}, CHAT))
    assert told == ["There are 1 chats where line 1 tells of 2: the file is not whole."]


@pytest.mark.parametrize(
    "change",
    [
        lambda header: {**header, "version": 2},
        lambda header: {**header, "format": "something else"},
        lambda _header: CHAT,
        lambda _header: "",
        lambda _header: "SQLite format 3",
    ],
)
def test_a_file_of_another_kind_or_version_is_refused_in_one_line(
    tmp_path: Path, change: Callable[[object], object]
) -> None:
    [told] = refusal(written(tmp_path / "export.jsonl", change(HEADER)))
    assert told.startswith("Line 1: ")
    assert told.endswith("This is no export that this version of the bot can read.")


def test_moments_far_away_are_no_trouble(tmp_path: Path) -> None:
    late = {**CHAT, "since": (NOW + timedelta(days=40_000)).isoformat()}
    assert check_export(written(tmp_path / "export.jsonl", HEADER, late)) == 1


async def test_a_follow_of_the_future_is_no_trouble(other: Storage, tmp_path: Path) -> None:
    late = {**CHAT, "follows": [{**FOLLOW, "since": (LATER + HOUR).isoformat()}]}
    assert (await imported(other, written(tmp_path / "export.jsonl", HEADER, late))).follows == 1
    found = await other.petitions.find(first_look(1).ref)
    assert found is not None
    assert found.seen_at == LATER
