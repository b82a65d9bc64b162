"""/watch: a chat hears of all petitions of the site, whichever they are, without following any."""

from dataclasses import replace
from pathlib import Path

from sandbox.parliament.happenings import Happening
from sandbox.telegram.flood_control import FloodControl
from sandbox.telegram.local import ChatRef
from sandbox.telegram.people import User
from tests.journeys.town import (
    BELLS,
    FERRIES,
    LAMPS,
    PATIENCE,
    PEARS,
    TITLES,
    Town,
    petition,
    petitions,
    reads,
    town_in,
)


def rosa_in(town: Town) -> User:
    return town.telegram.add_user("Rosa", started=True)


async def watching(town: Town, chat: ChatRef, stream: str, *, by: User) -> None:
    """Subscribe, and wait until the lists have been read once."""
    await town.asks(chat, by, f"/watch {stream}", "This chat hears of it")
    await town.until_stored("SELECT count(*) > 0 AND count(complete_since) = count(*) FROM feeds")


async def test_a_channel_hears_of_every_petition_that_reaches_ten_thousand(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa = rosa_in(town)
        channel = town.telegram.add_channel("Petitions that made it", [rosa])
        await town.asks(channel, rosa, "/watch 10,000", "10,000 signatures, whichever petition")
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        alert = await town.hears(channel, "🎯 10,000 signatures")
        assert TITLES[PEARS] in alert.text
        assert [button.keys() for button in alert.buttons] == [{"text", "url"}]
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        town.happens(LAMPS, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(channel, TITLES[LAMPS])
        assert town.heard(channel, "100,000 signatures") == 0


async def test_responses_debates_and_new_petitions_are_heard_of(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa = rosa_in(town)
        for stream in ("responses", "debates scheduled", "held", "new"):
            await watching(town, rosa, stream, by=rosa)
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD, Happening.RESPOND)
        await town.hears(rosa, "The government has responded")
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD, Happening.SCHEDULE_DEBATE)
        await town.hears(rosa, "will debate this petition")
        town.happens(FERRIES, Happening.HOLD_DEBATE)
        await town.hears(rosa, "has debated this petition")
        assert town.heard(rosa, "🎯") == 0


async def test_streams_are_chosen_changed_and_ended_by_buttons(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa = rosa_in(town)
        overview = await town.ask(rosa, "/watch", "News of all petitions")
        await town.presses(rosa, overview, "Government responses", rosa)
        assert "it would have sent nothing" in reads(town, rosa, overview)
        assert await town.presses(rosa, overview, "🔔 Start", rosa) == "You’ll hear of it from now on"
        assert await town.presses(rosa, overview, "🔢 At most 25 a day", rosa) == "Changed"
        assert "At most 25 a day" in reads(town, rosa, overview)
        listed = await town.ask(rosa, "/list", "From all petitions")
        assert "• Government responses" in listed.text
        await town.presses(rosa, listed, "📡 News of all petitions…", rosa)
        await town.presses(rosa, listed, "✅ Government responses", rosa)
        assert await town.presses(rosa, listed, "✖️ Stop", rosa) == "Stopped"
        await town.ask(rosa, "/list", "Nothing is followed here yet")


async def test_a_stream_can_be_narrowed_to_topics(tmp_path: Path) -> None:
    path = petition(760_010, "Light the tow path", now=9_900)
    lives = [*petitions(), replace(path, attributes=dict(path.attributes) | {"topics": ["local-government"]})]
    async with town_in(tmp_path, lives=lives) as town, town.bot():
        rosa = rosa_in(town)
        await watching(town, rosa, "10000", by=rosa)
        overview = await town.ask(rosa, "/watch", "News of all petitions")
        await town.presses(rosa, overview, "✅ 10,000 signatures", rosa)
        await town.presses(rosa, overview, "🏷 Only some topics…", rosa)
        await town.presses(rosa, overview, "Local government", rosa)
        assert "About: Local government" in reads(town, rosa, overview)
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        town.happens(760_010, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(rosa, "Light the tow path")
        await town.until_stored(
            "SELECT count(*) = 2 FROM changes WHERE announced_at IS NOT NULL AND kind = 'milestone'"
        )
        assert town.heard(rosa, "🎯 10,000") == 1


async def test_who_follows_and_watches_hears_once_and_can_follow_from_an_alert(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa = rosa_in(town)
        await watching(town, rosa, "10000", by=rosa)
        await town.ask(rosa, f"/follow {PEARS}", "Now following")
        for number in (PEARS, LAMPS):
            town.happens(number, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(rosa, "🎯 10,000 signatures", times=2)
        of_lamps = await town.hears(rosa, TITLES[LAMPS])
        assert await town.presses(rosa, of_lamps, "🔔 Follow", rosa) == "Now following"
        await town.hears(rosa, "Now following", times=2)
        await town.until_stored("SELECT count(*) = 0 FROM changes WHERE announced_at IS NULL")
        assert town.heard(rosa, "🎯 10,000 signatures") == 2


async def test_sixty_alerts_in_a_minute_are_few_messages_in_a_channel(tmp_path: Path) -> None:
    lives = [*petitions(), *(petition(760_100 + each, f"Mend bridge {each}.", now=9_900) for each in range(55))]
    lives += [petition(760_200 + each, f"Paint bridge {each}.", now=20_000) for each in range(5)]
    titles = {f"Mend bridge {each}." for each in range(55)} | {f"Paint bridge {each}." for each in range(5)}
    async with town_in(tmp_path, lives=lives, flood_control=FloodControl("S")) as town, town.bot():
        rosa = rosa_in(town)
        channel = town.telegram.add_channel("Petitions that made it", [rosa])
        await watching(town, channel, "responses", by=rosa)
        await watching(town, channel, "10000", by=rosa)
        page = (await town.telegram.wait_for(lambda: town.telegram.bot_messages(channel), PATIENCE))[-1]
        for cap in (25, 50):
            await town.presses(channel, page, f"🔢 At most {cap} a day", rosa)
        for each in range(50):
            town.happens(760_100 + each, Happening.REACH_NEXT_THRESHOLD)
        for number in (*range(760_150, 760_155), *range(760_200, 760_205)):
            town.happens(number, Happening.RESPOND)

        def told() -> str:
            texts = " ".join(message.text for message in town.telegram.bot_messages(channel))
            return texts if all(title in texts for title in titles) else ""

        texts = await town.telegram.wait_for(told, 2 * PATIENCE)  # it rests in between
        told_of = {title: texts.count(title) - texts.count(f"“{title}”") for title in titles}
        assert told_of == dict.fromkeys(titles, 1)
        assert town.heard(channel, "News of") > 0
        assert len(town.telegram.bot_messages(channel)) < 30
        assert town.telegram.flood_control is not None
        assert town.telegram.flood_control.refused == 0


async def test_nobody_hears_of_what_the_site_had_before(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD, Happening.RESPOND)
        rosa = rosa_in(town)
        for stream in ("10000", "responses", "new"):
            await watching(town, rosa, stream, by=rosa)
        town.happens(BELLS, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(rosa, TITLES[BELLS])
        assert town.heard(rosa, TITLES[PEARS]) == 0
