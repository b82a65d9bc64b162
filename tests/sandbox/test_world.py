from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.parliament.happenings import CannotHappenError, Happening
from sandbox.parliament.invented import DEFAULT_SPEED, DEFAULT_START
from sandbox.recording import load_recordings
from sandbox.saved_state import (
    DATABASE,
    FolderTakenError,
    SavedState,
    UnreadableStateError,
    empty,
    load,
    only_user,
    save,
)
from sandbox.telegram.people import MemberStatus
from sandbox.world import SAVED_AHEAD, SandboxWorld, invented_world, replayed_world

HEDGEHOGS = 750101


class HeldMonotonic:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def a_world(saved: SavedState | None = None) -> tuple[SandboxWorld, HeldMonotonic]:
    monotonic = HeldMonotonic()
    return invented_world(monotonic, saved=saved), monotonic


def test_a_new_world_begins_at_its_beginning() -> None:
    world, monotonic = a_world()
    world.begin()
    monotonic.seconds += 1
    assert world.clock.now() == DEFAULT_START + timedelta(seconds=DEFAULT_SPEED)


def test_a_restart_goes_on_where_the_world_stopped(tmp_path: Path) -> None:
    world, monotonic = a_world()
    world.begin()
    world.clock.set_speed(3600)
    monotonic.seconds += 10
    save(tmp_path, world.state())
    again, _ = a_world(load(tmp_path))
    assert again.clock.now() == DEFAULT_START + timedelta(hours=10)
    assert (again.clock.speed, again.starts) == (3600, 2)


def test_a_killed_world_never_goes_on_earlier_than_it_had_come() -> None:
    world, monotonic = a_world()
    world.begin()
    saved = world.state(ahead=SAVED_AHEAD)
    monotonic.seconds += SAVED_AHEAD
    assert a_world(saved)[0].clock.now() >= world.clock.now()


def test_what_was_made_to_happen_has_happened_after_a_restart() -> None:
    world, monotonic = a_world()
    world.begin()
    monotonic.seconds += 5
    world.make_happen(HEDGEHOGS, Happening.SIGN_1000)
    world.make_happen(HEDGEHOGS, Happening.RESPOND)
    world.make_happen(None, Happening.CLOSE)
    again, _ = a_world(world.state())
    now = again.clock.now()
    assert again.site.document(HEDGEHOGS, now) == world.site.document(HEDGEHOGS, now)
    assert again.state().happened == world.state().happened


def test_what_cannot_happen_is_not_saved() -> None:
    world, _ = a_world()
    with pytest.raises(CannotHappenError):
        world.make_happen(HEDGEHOGS, Happening.WITHDRAW_RESPONSE)
    assert world.state().happened == ()


def test_chats_and_topics_keep_their_numbers_over_a_restart() -> None:
    world, _ = a_world()
    again, _ = a_world(world.state())
    assert list(again.telegram.chats) == list(world.telegram.chats)
    assert list(again.chats.forum.topics) == list(world.chats.forum.topics)


def test_the_bot_is_after_a_restart_what_it_was_before() -> None:
    world, _ = a_world()
    chats = world.chats
    world.telegram.block(chats.you)
    world.telegram.kick(chats.forum)
    world.telegram.promote(chats.group)
    again, _ = a_world(world.state())
    bot, found = again.telegram.bot, again.chats
    assert [chat.member(bot).status for chat in (again.telegram.chat(found.you), found.group, found.forum)] == [
        MemberStatus.KICKED,
        MemberStatus.ADMINISTRATOR,
        MemberStatus.KICKED,
    ]


def test_the_bot_is_told_nothing_anew_after_a_restart() -> None:
    world, _ = a_world()
    assert len(world.telegram.updates.pending) > 0
    assert len(a_world(world.state())[0].telegram.updates.pending) == 0


def test_an_upgraded_group_stays_upgraded() -> None:
    world, _ = a_world()
    upgraded = world.telegram.migrate(world.chats.group)
    again, _ = a_world(world.state())
    assert again.chats.group.migrated_to == upgraded.id
    assert again.telegram.chat(upgraded.id).member(again.telegram.bot).is_present
    assert again.state().chats == world.state().chats


def test_no_saved_state_is_a_new_world_and_a_bad_one_is_said_so(tmp_path: Path) -> None:
    assert load(tmp_path) is None
    (tmp_path / "world.json").write_text('{"version": 7}')
    with pytest.raises(UnreadableStateError, match=r"world\.json"):
        load(tmp_path)


def test_emptying_a_folder_touches_nothing_but_the_sandboxs_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    (tmp_path / DATABASE).write_text("")
    save(tmp_path, a_world()[0].state())
    empty(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_has_one_user_at_a_time(tmp_path: Path) -> None:
    with only_user(tmp_path), pytest.raises(FolderTakenError), only_user(tmp_path):
        raise AssertionError
    with only_user(tmp_path):
        pass


def test_a_recording_plays_in_about_five_minutes_and_cannot_be_changed(tmp_path: Path) -> None:
    series = tmp_path / "uk-4711.csv"
    series.write_text(
        "timestamp_utc,signature_count\n2019-03-01T00:00:00Z,900\n2019-03-02T00:00:00Z,1100\n2019-03-11T00:00:00Z,9000\n"
    )
    monotonic = HeldMonotonic()
    world = replayed_world(load_recordings(series), monotonic)
    world.begin()
    monotonic.seconds += 300
    assert world.site.document(4711, world.clock.now())["attributes"]["signature_count"] == 9000
    with pytest.raises(CannotHappenError):
        world.make_happen(4711, Happening.SIGN_1000)
