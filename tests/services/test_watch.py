"""What the watch finds, and what it makes of a site that misbehaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from petitions.answers import Busy, Gone, ListPage, NotFound, Ok, TallyAnswer, Unpublished, Unreadable
from petitions.news import Kind, MilestoneReached
from petitions.petition import PetitionRef, PetitionState, Site, Tally
from petitions.planning import Lateness
from services.looks import Looked, SiteSilent
from storage.storage import Storage
from tests.services.world import HOUR, MINUTE, RESPONSE, SWIFTS, World, new_world, number, responded


async def test_a_milestone_is_found_by_the_count_alone(world: World) -> None:
    await world.follow()
    world.site.petitions.clear()
    world.site.counts["900001"] = Tally(signatures=1_007)
    world.site.asked.clear()
    await world.wait(5 * MINUTE)
    assert await world.owed() == [MilestoneReached(highest=1_000, passed=(1_000,), signatures=1_007)]
    assert "900001" not in world.asked()


async def test_a_milestone_tells_how_the_petition_grew(world: World) -> None:
    world.site.show(replace(SWIFTS, signatures=8_500))
    await world.follow()
    for hour in range(1, 25):
        world.sign(8_500 + hour * 70)
        await world.watch_until(world.now + HOUR, each=20 * MINUTE)
    [news] = await world.owed()
    assert isinstance(news, MilestoneReached)
    assert news.highest == 10_000
    assert news.growth is not None
    assert news.growth.per_day == pytest.approx(70 * 24, rel=0.1)
    assert news.growth.reach is not None
    assert news.growth.reach.threshold == 100_000


async def test_a_falling_count_never_fires_again(world: World) -> None:
    await world.follow()
    for signatures in (1_001, 990, 1_002, 997, 1_000):
        world.sign(signatures)
        await world.wait(10 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_a_jump_over_several_milestones_is_one_change(world: World) -> None:
    await world.follow()
    world.sign(26_000)
    await world.wait(10 * MINUTE)
    [news] = await world.owed()
    assert isinstance(news, MilestoneReached)
    assert news.passed == (1_000, 2_500, 5_000, 10_000, 25_000)
    assert news.response_threshold


async def test_a_response_in_the_count_has_the_document_read_past_caches_at_once(world: World) -> None:
    await world.follow()
    await world.wait(MINUTE)
    world.asked()
    world.change(lambda shown: responded(shown, world.now))
    await world.wait(6 * MINUTE)
    assert await world.owed_kinds() == [Kind.RESPONSE]
    asked = world.asked()
    assert asked[asked.index("900001 count?") + 1] == "900001"


async def test_a_response_in_a_list_is_found_without_asking_for_the_petition(world: World) -> None:
    await world.follow()
    world.site.lists["with_response"] = (responded(SWIFTS),)
    world.asked()
    assert await world.watch.step(world.now)
    await world.watch_now()
    assert await world.owed_kinds() == [Kind.RESPONSE]
    assert "900001" not in world.asked()


async def test_what_a_list_shows_of_petitions_nobody_follows_is_not_stored(world: World) -> None:
    other = number(responded(SWIFTS), "900002")
    world.site.lists["with_response"] = (other,)
    await world.watch_now()
    assert await world.storage.petitions.find(other.ref) is None


async def test_a_response_seen_in_list_count_and_document_is_told_once(world: World) -> None:
    await world.follow()
    world.change(responded)
    world.site.lists["with_response"] = (responded(SWIFTS),)
    await world.wait(2 * HOUR)
    assert await world.owed_kinds() == [Kind.RESPONSE]


async def test_a_stale_copy_withdraws_nothing(world: World) -> None:
    world.site.show(responded(SWIFTS))
    await world.follow()
    world.sign(901)
    world.site.petitions["900001"] = SWIFTS
    world.now += 31 * MINUTE
    await world.watch.look(SWIFTS.ref, world.place.chat, world.now)
    world.site.show(responded(SWIFTS))
    await world.wait(HOUR)
    assert await world.owed_kinds() == []
    assert (await world.stored()).snapshot.response == RESPONSE
    assert not (await world.stored()).marks.doubts


async def test_a_disappearance_is_believed_after_a_second_unconditional_look(world: World) -> None:
    world.site.show(responded(SWIFTS))
    await world.follow()
    world.now += MINUTE
    world.change(lambda shown: replace(shown, response=None, response_at=None))
    await world.watch.look(SWIFTS.ref, world.place.chat, world.now)
    assert await world.owed_kinds() == []
    world.asked()
    await world.wait(6 * MINUTE)
    assert await world.owed_kinds() == [Kind.RESPONSE_WITHDRAWN]
    assert "900001" in world.asked()


async def test_a_count_between_two_looks_does_not_clear_a_doubt(world: World) -> None:
    world.site.show(replace(responded(SWIFTS), opened_at=world.now))  # fresh: counted every minute
    await world.follow()
    world.site.counts["900001"] = Tally(signatures=902)
    world.now += MINUTE
    world.change(lambda shown: replace(shown, response=None, response_at=None))
    await world.watch.look(SWIFTS.ref, world.place.chat, world.now)
    doubts = (await world.stored()).marks.doubts
    assert doubts
    await world.wait(2 * MINUTE)
    assert (await world.stored()).snapshot.signatures == 902
    assert (await world.stored()).marks.doubts == doubts


async def test_an_archived_petition_is_read_in_the_archive_from_then_on(world: World) -> None:
    await world.follow()
    world.site.archive["900001"] = replace(
        SWIFTS, archived=True, state=PetitionState.CLOSED, closed_at=world.now, closing_on=None
    )
    del world.site.petitions["900001"]
    await world.wait(31 * MINUTE)
    stored = await world.stored()
    assert stored.snapshot.archived
    assert stored.schedule.count_at is None
    assert await world.owed_kinds() == [Kind.CLOSED]
    world.asked()
    await world.watch.look(SWIFTS.ref, world.place.chat, world.now)
    assert world.asked() == ["archived 900001!"]


async def test_not_found_is_believed_only_when_it_is_repeated_for_half_an_hour(world: World) -> None:
    await world.follow()
    world.site.petitions["900001"] = NotFound()
    await world.wait(2 * MINUTE)
    assert (await world.stored()).marks.misses == 1
    await world.wait(28 * MINUTE)
    assert await world.owed_kinds() == []
    await world.wait(10 * MINUTE)
    assert await world.owed_kinds() == [Kind.REMOVED]


async def test_strangers_who_ask_for_a_missing_petition_do_not_have_it_removed(world: World) -> None:
    await world.follow()
    world.site.petitions["900001"] = NotFound()
    for second in range(10):
        await world.watch.look(SWIFTS.ref, world.place.chat, world.now + timedelta(seconds=second))
    world.site.show(SWIFTS)
    await world.wait(HOUR)
    assert await world.owed_kinds() == []
    assert (await world.stored()).marks.misses == 0


async def test_what_was_believed_to_be_gone_is_looked_at_again_soon(world: World) -> None:
    await world.follow()
    world.site.petitions["900001"] = Gone()
    await world.wait(2 * MINUTE)
    world.site.show(SWIFTS)
    await world.wait(20 * MINUTE)
    assert await world.owed_kinds() == [Kind.REMOVED, Kind.REOPENED]


@pytest.mark.parametrize("answer", [NotFound(), Unpublished()])
async def test_petitions_that_are_missing_together_are_the_sites_illness(
    world: World, answer: NotFound | Unpublished
) -> None:
    """Unpublished: a maintenance page to which every address leads looks like that."""
    shown = [number(SWIFTS, str(name)) for name in range(900_001, 900_005)]
    for petition in shown:
        await world.follow(petition)
    for petition in shown:
        world.site.petitions[petition.ref.number] = answer
        world.site.counts[petition.ref.number] = NotFound()
    await world.watch_until(world.now + 2 * HOUR, each=5 * MINUTE)
    assert world.watch.ill_since(Site.UK) is not None
    assert isinstance(await world.watch.look(SWIFTS.ref, world.place.chat, world.now), SiteSilent)
    for petition in shown:
        world.site.show(petition)
    world.site.counts.clear()
    await world.watch_until(world.now + HOUR, each=5 * MINUTE)
    assert world.watch.ill_since(Site.UK) is None
    assert await world.owed_kinds() == []


async def test_a_clock_that_was_a_day_ahead_for_a_moment_stops_nothing(world: World) -> None:
    await world.follow()
    await world.watch_now()
    right, world.now = world.now, world.now + timedelta(days=1)
    await world.watch_now()
    world.site.down = Busy(reason="503", retry_after=timedelta(hours=1))
    world.now += 10 * MINUTE
    await world.watch_now()
    world.site.down, world.now = None, right
    world.sign(1_001)
    world.site.lists["with_response"] = (responded(SWIFTS),)
    await world.wait(10 * MINUTE)
    assert set(await world.owed_kinds()) == {Kind.MILESTONE, Kind.RESPONSE}


async def test_the_watch_says_how_late_it_is(world: World) -> None:
    await world.follow(replace(SWIFTS, opened_at=world.now))
    assert world.watch.lateness(Site.UK) == Lateness()
    world.now += 3 * MINUTE
    await world.watch.step(world.now)
    late = world.watch.lateness(Site.UK)
    assert late.hot == late.any == 2 * MINUTE


async def test_gone_is_believed_at_once(world: World) -> None:
    await world.follow()
    world.site.petitions["900001"] = Gone()
    await world.wait(2 * MINUTE)
    assert await world.owed_kinds() == [Kind.REMOVED]


@pytest.mark.parametrize("count", [NotFound(), Unreadable(reason="HTML")])
async def test_a_site_without_counts_has_its_documents_read_in_their_place(world: World, count: TallyAnswer) -> None:
    await world.follow()
    world.site.counts["900001"] = count
    world.sign(1_200)
    await world.wait(6 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_a_count_that_cannot_be_read_is_logged_once(world: World) -> None:
    await world.follow()
    world.site.counts["900001"] = Unreadable(reason="HTML")
    with capture_logs() as logs:
        await world.wait(HOUR)
    [entry] = [entry for entry in logs if entry["event"] == "petition.unreadable"]
    assert (entry["petition"], entry["part"], entry["reason"]) == ("uk:900001", "count", "HTML")
    assert world.watch.unreachable_since(Site.UK) is None


async def test_a_site_without_lists_is_watched_all_the_same(world: World) -> None:
    await world.follow()
    world.site.show_lists(Unreadable(reason="HTML"))
    world.sign(1_200)
    await world.wait(6 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE]
    assert world.watch.unreachable_since(Site.UK) is None


async def test_one_broken_item_is_logged_with_its_id_once_and_the_rest_is_processed(world: World) -> None:
    await world.follow()
    broken = ((PetitionRef(site=Site.UK, number="900002"), "signature_count is a word"),)
    world.site.lists["with_response"] = Ok(body=ListPage(items=(responded(SWIFTS),), next_page=None, broken=broken))
    with capture_logs() as logs:
        await world.wait(20 * MINUTE)
    assert await world.owed_kinds() == [Kind.RESPONSE]
    assert [entry["petition"] for entry in logs if entry["event"] == "petition.unreadable"] == ["uk:900002"]


async def test_a_petition_that_cannot_be_read_does_not_stop_the_others(world: World) -> None:
    other = number(SWIFTS, "900002")
    await world.follow()
    await world.follow(other)
    world.site.petitions["900001"] = Unreadable(reason="truncated")
    world.site.counts["900001"] = Unreadable(reason="truncated")
    world.sign(1_001, other)
    with capture_logs() as logs:
        await world.wait(30 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE]
    assert {entry["petition"] for entry in logs if entry["event"] == "petition.unreadable"} == {"uk:900001"}
    world.site.show(replace(SWIFTS, signatures=1_005))
    del world.site.counts["900001"]
    await world.wait(30 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE, Kind.MILESTONE]


async def test_a_document_that_cannot_be_read_leaves_the_count_alone(world: World) -> None:
    await world.follow()
    world.site.counts["900001"] = Tally(signatures=1_001)
    world.site.petitions["900001"] = Unreadable(reason="truncated")
    with capture_logs() as logs:
        await world.wait(2 * HOUR)
    assert await world.owed_kinds() == [Kind.MILESTONE]
    assert len([entry for entry in logs if entry["event"] == "petition.unreadable"]) == 1


async def test_a_document_that_cannot_be_read_does_not_delay_the_count(world: World) -> None:
    await world.follow(replace(SWIFTS, opened_at=world.now))  # fresh: counted every minute
    await world.wait(5 * MINUTE)
    world.site.petitions["900001"] = Unreadable(reason="truncated")
    world.site.counts["900001"] = Tally(signatures=901)
    await world.wait(30 * MINUTE)
    world.asked()
    await world.wait(10 * MINUTE)
    assert world.asked().count("900001 count") == 10


async def test_a_petition_that_does_not_change_is_read_past_caches_every_twelve_hours(world: World) -> None:
    await world.follow()
    world.asked()
    unconditional = []
    for _ in range(27):
        await world.watch_until(world.now + HOUR, each=30 * MINUTE)
        unconditional.append(world.asked().count("900001"))
    assert sum(unconditional) == 2
    assert max(unconditional) == 1


async def test_a_person_does_not_ask_a_site_that_has_told_us_to_wait(world: World) -> None:
    await world.follow()
    began = world.now
    world.site.down = Busy(reason="429", retry_after=timedelta(minutes=40))
    await world.wait(6 * MINUTE)
    world.site.down = None
    world.asked()
    silent = await world.watch.look(SWIFTS.ref, world.place.chat, world.now)
    assert silent == SiteSilent(ref=SWIFTS.ref, since=began + MINUTE)
    assert world.asked() == []
    assert isinstance(await world.watch.look(SWIFTS.ref, world.place.chat, world.now + HOUR), Looked)


async def test_a_person_may_try_now_and_then_while_only_the_watch_pauses(world: World) -> None:
    await world.follow()
    world.site.down = Busy(reason="503")
    await world.wait(HOUR)
    world.asked()
    looks = [
        await world.watch.look(SWIFTS.ref, world.place.chat, world.now + timedelta(seconds=second))
        for second in (10, 11, 12, 16)
    ]
    assert all(isinstance(look, SiteSilent) for look in looks)
    assert len(world.asked()) == 2


async def test_a_single_wish_for_patience_is_obeyed_and_a_single_failure_is_not_taken_for_one(world: World) -> None:
    await world.follow()
    for wait, asked_again in ((None, True), (timedelta(minutes=40), False)):
        world.site.counts["900001"] = Busy(reason="503", retry_after=wait)
        await world.wait(MINUTE)
        del world.site.counts["900001"]
        world.asked()
        await world.watch_until(world.now + 20 * MINUTE, each=5 * MINUTE)
        assert bool(world.asked()) is asked_again
        await world.watch_until(world.now + HOUR, each=5 * MINUTE)


async def test_a_followed_petition_that_fails_for_people_does_not_pause_the_watch(world: World) -> None:
    await world.follow()
    other = number(SWIFTS, "900002")
    await world.follow(other)
    world.site.petitions[SWIFTS.ref.number] = Busy(reason="status 403")
    for _ in range(5):
        await world.watch.look(SWIFTS.ref, world.place.chat, world.now)
    world.sign(1_001, other)
    world.now += 6 * MINUTE
    await world.watch_now()
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_what_fails_for_one_person_does_not_pause_the_watch(world: World) -> None:
    await world.follow()
    world.site.lists["all"] = Busy(reason="status 403")
    for words in ("select", "union", "drop", "script"):
        await world.searching.search(words, page=1, site=Site.UK, chat=world.place.chat, now=world.now)
    world.sign(1_001)
    await world.wait(6 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE]
    assert world.watch.unreachable_since(Site.UK) is None


async def test_a_silent_site_loses_nothing_and_is_said_once(world: World) -> None:
    await world.follow()
    await world.watch_now()
    world.site.down = Busy(reason="503")
    went_down = world.now
    with capture_logs() as logs:
        await world.wait(3 * HOUR)
        since = world.watch.unreachable_since(Site.UK)
        assert since is not None
        assert went_down < since <= went_down + 10 * MINUTE
        assert await world.owed_kinds() == []
        world.site.down = None
        world.change(lambda shown: responded(replace(shown, signatures=10_400), world.now))
        await world.wait(HOUR)
    assert world.watch.unreachable_since(Site.UK) is None
    assert set(await world.owed_kinds()) == {Kind.MILESTONE, Kind.RESPONSE}
    assert [entry["event"] for entry in logs if entry["event"].startswith("site.")] == [
        "site.unreachable",
        "site.reachable",
    ]


async def test_a_silent_site_is_asked_less_and_less(world: World) -> None:
    await world.follow()
    world.site.down = Busy(reason="connection refused")
    await world.wait(HOUR)
    world.asked()
    await world.wait(2 * HOUR)
    assert len(world.asked()) <= 9


async def test_a_site_that_asks_for_patience_gets_it(world: World) -> None:
    await world.follow()
    await world.watch_now()
    world.site.down = Busy(reason="429", retry_after=timedelta(minutes=40))
    await world.wait(10 * MINUTE)
    world.site.down = None
    world.asked()
    await world.wait(25 * MINUTE)
    assert world.asked() == []
    await world.wait(20 * MINUTE)
    assert world.asked()
    assert world.waits == []


async def test_a_site_that_asks_for_a_day_is_asked_once_an_hour_and_the_operator_hears_of_it(world: World) -> None:
    await world.follow()
    await world.watch_now()
    world.site.down = Busy(reason="503", retry_after=timedelta(days=1))
    await world.wait(10 * MINUTE)
    assert world.waits == [timedelta(days=1)]
    world.asked()
    await world.watch_until(world.now + 2 * HOUR, each=5 * MINUTE)
    assert 1 <= len(world.asked()) <= 2
    world.site.down = None
    world.sign(1_001)
    await world.watch_until(world.now + HOUR, each=5 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_a_restart_finds_the_watch_where_it_was(world: World, storage: Storage) -> None:
    await world.follow()
    await world.watch_now()
    again = await new_world(storage, world.site)
    world.asked()
    again.now = world.now
    await again.watch_now()
    assert again.asked() == []
    world.sign(1_001)
    await again.wait(10 * MINUTE)
    assert await again.owed_kinds() == [Kind.MILESTONE]


async def test_petitions_and_lists_take_turns(world: World) -> None:
    world.site.show_lists(())
    for name in range(900_001, 900_006):
        await world.follow(number(SWIFTS, str(name)))
    world.now += MINUTE
    world.asked()
    for _ in range(8):
        await world.watch.step(world.now)
    asked = world.asked()
    assert len([question for question in asked if "count" in question]) == 4
    assert len(asked) == 8


async def test_a_list_is_not_read_again_before_its_time_and_then_with_its_validator(world: World) -> None:
    world.site.show_lists(())
    await world.watch_now()
    assert sorted(world.asked()) == [
        "awaiting_debate 1",
        "debated 1",
        "not_debated 1",
        "recent 1",
        "with_response 1",
    ]
    await world.wait(3 * MINUTE)
    assert world.asked() == []
    await world.wait(MINUTE)
    assert sorted(world.asked()) == [
        "awaiting_debate 1?",
        "debated 1?",
        "not_debated 1?",
        "recent 1?",
        "with_response 1?",
    ]


async def test_a_long_list_is_read_to_its_end(world: World) -> None:
    await world.follow()
    debate = replace(SWIFTS, debate_on=(world.now + timedelta(days=20)).date())
    world.site.lists["awaiting_debate"] = Ok(body=ListPage(items=(), next_page=2))
    world.site.lists["awaiting_debate 2"] = (debate,)
    await world.watch_now()
    assert await world.owed_kinds() == [Kind.DEBATE_SCHEDULED]


async def test_a_petition_sent_back_to_moderation_and_published_again_is_noticed(world: World) -> None:
    await world.follow()
    world.site.petitions["900001"] = Unpublished()
    world.site.counts["900001"] = Tally(signatures=900)
    await world.wait(80 * MINUTE)
    assert await world.owed_kinds() == [Kind.REOPENED]
    world.site.show(replace(SWIFTS, opened_at=world.now))
    await world.wait(20 * MINUTE)
    assert await world.owed_kinds() == [Kind.REOPENED, Kind.PUBLISHED]


async def test_words_that_change_beside_the_count_have_the_document_read(world: World) -> None:
    world.site.show(responded(SWIFTS))
    await world.follow()
    await world.wait(2 * MINUTE)
    edited = replace(RESPONSE, summary="We have looked at it and will act.")
    world.change(lambda shown: replace(shown, response=edited))
    await world.wait(6 * MINUTE)
    assert await world.owed_kinds() == [Kind.RESPONSE_EDITED]


async def test_words_that_changed_beside_the_count_while_the_bot_was_down_are_found_at_once(
    world: World, storage: Storage
) -> None:
    world.site.show(responded(SWIFTS))
    await world.follow()
    await world.wait(2 * MINUTE)
    edited = replace(RESPONSE, summary="We have looked at it and will act.")
    world.change(lambda shown: replace(shown, response=edited))
    again = await new_world(storage, world.site)
    again.now = world.now
    await again.wait(6 * MINUTE)
    assert await again.owed_kinds() == [Kind.RESPONSE_EDITED]


async def test_a_petition_closes_right_after_its_deadline(world: World) -> None:
    midnight = world.now.replace(hour=0) + timedelta(days=1)
    world.now = midnight - 2 * HOUR
    await world.follow(replace(SWIFTS, closing_on=world.now.date()))
    await world.watch_until(midnight, each=10 * MINUTE)
    world.change(lambda shown: replace(shown, state=PetitionState.CLOSED, closed_at=midnight - MINUTE, closing_on=None))
    await world.watch_until(midnight + 10 * MINUTE)
    assert await world.owed_kinds() == [Kind.CLOSED]


async def test_a_petition_that_cannot_be_stored_is_reported_and_put_behind_the_others(world: World) -> None:
    await world.follow()
    await world.follow(number(SWIFTS, "900002"))
    world.site.counts["900001"] = "not an answer"  # type: ignore[assignment]
    world.sign(1_001, number(SWIFTS, "900002"))
    world.now += MINUTE
    await world.watch_now()
    assert world.failed == [SWIFTS.ref]
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_a_site_that_answers_everything_in_html_is_said_to_be_unreachable(world: World) -> None:
    await world.follow()
    html = Unreadable(reason="HTML")
    world.site.petitions["900001"] = world.site.counts["900001"] = html
    world.site.show_lists(html)
    await world.wait(HOUR)
    assert world.watch.unreachable_since(Site.UK) is not None


async def test_a_series_tells_each_milestone_once_however_often_the_bot_is_restarted(
    world: World, storage: Storage
) -> None:
    await world.follow()
    running = world
    for signatures in (950, 1_100, 1_050, 2_499, 2_500, 2_400, 9_999, 10_000, 60_000, 59_000, 101_000):
        running = await new_world(storage, world.site)
        running.now = world.now = world.now + 20 * MINUTE
        running.sign(signatures)
        await running.watch_now()
        await running.watch_now()
    reached = [news.highest for news in await running.owed() if isinstance(news, MilestoneReached)]
    assert reached == [1_000, 2_500, 5_000, 10_000, 50_000, 100_000]


async def test_a_date_is_told_in_its_hour_while_the_site_does_not_answer(world: World) -> None:
    world.site.petitions["900001"] = replace(SWIFTS, debate_on=world.now.date() + timedelta(days=1))
    await world.follow()
    world.site.down = Busy(reason="503")
    await world.wait(22 * HOUR)
    assert await world.owed_kinds() == []
    await world.wait(HOUR)
    assert await world.owed_kinds() == [Kind.DEBATE_TODAY]
    await world.wait(2 * HOUR)
    assert await world.owed_kinds() == [Kind.DEBATE_TODAY]


async def test_a_date_that_came_while_the_bot_was_down_is_told_when_it_is_back(world: World, storage: Storage) -> None:
    world.site.petitions["900001"] = replace(SWIFTS, closing_on=date(2026, 3, 10))
    await world.follow()
    await world.wait(HOUR)
    back = await new_world(storage, world.site)
    back.now = datetime(2026, 3, 4, 9, tzinfo=UTC)
    back.site.asked.clear()
    assert await back.watch.step(back.now)
    assert back.asked() == []
    assert await back.owed_kinds() == [Kind.CLOSING_SOON]


async def test_who_follows_after_a_date_has_come_does_not_hear_of_it(world: World) -> None:
    world.site.petitions["900001"] = replace(SWIFTS, debate_on=world.now.date())
    await world.follow()
    await world.wait(25 * HOUR)
    assert await world.owed_kinds() == []


async def test_a_petition_whose_dates_cannot_be_told_holds_up_no_other(world: World) -> None:
    debated = replace(SWIFTS, debate_on=world.now.date() + timedelta(days=1))
    other = number(debated, "900002")
    for shown in (debated, other):
        world.site.petitions[shown.ref.number] = shown
        await world.follow(shown)
    async with world.storage.database.write() as connection:
        spoilt = "UPDATE petitions SET marks = replace(marks, '\"dates_until\"', '\"dates_untold\"'), snapshot = '{}' "
        await connection.exec_driver_sql(spoilt + "WHERE number = '900001'")
    world.site.down = Busy(reason="503")
    await world.wait(23 * HOUR)
    assert await world.owed_kinds() == [Kind.DEBATE_TODAY]
