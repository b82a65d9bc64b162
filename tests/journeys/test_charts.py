"""Pictures: asked for with a card's button, turned to another span, and above the alerts of milestones."""

from pathlib import Path

from bot.drawer import DRAWS
from bot.drawing import HEIGHT, WIDTH
from sandbox.parliament.happenings import Happening
from tests.journeys.town import PEARS, Town, town_in


def uploads(town: Town) -> int:
    return sum(bool(request.files) for request in town.telegram.requests)


async def test_a_cards_button_brings_the_picture_and_its_buttons_turn_it(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot(draws=DRAWS):
        rosa = town.telegram.add_user("Rosa", started=True)
        card = await town.ask(rosa, f"/petition {PEARS}", "9,000")
        await town.presses(rosa, card, "📈 Chart", rosa)
        picture = await town.hears(rosa, "Watched since")
        photo = picture.json["photo"][-1]
        assert (photo["width"], photo["height"]) == (WIDTH, HEIGHT)
        assert "to go to 10,000" in picture.text
        await town.presses(rosa, picture, "30 d", rosa)
        [shown] = [each for each in town.telegram.bot_messages(rosa) if each.message_id == picture.message_id]
        assert "• 30 d •" in shown.labels
        assert shown.json["photo"][-1]["file_id"] != photo["file_id"]


async def test_a_milestone_comes_with_a_picture_in_private_and_in_words_in_a_group(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        people = [town.telegram.add_user(name, started=True) for name in ("Rosa", "Tom", "Ann")]
        group = town.telegram.add_group("Orchard", people[1:], people[:1])
        for person in people:
            await town.ask(person, f"/follow {PEARS}", "Now following")
        await town.asks(group, people[0], f"/follow {PEARS}", "Now following")
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        for person in people:
            alert = await town.hears(person, "🎯 10,000 signatures")
            assert "photo" in alert.json
            assert alert.labels == ["🔗 Open petition", "🔕 Mute"]
        assert "photo" not in (await town.hears(group, "🎯 10,000 signatures")).json
        assert uploads(town) == 1


async def test_who_turns_pictures_off_or_on_gets_none_or_some(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa = town.telegram.add_user("Rosa", started=True)
        group = town.telegram.add_group("Orchard", [], [rosa])
        for chat, choice in ((rosa, "off"), (group, "on")):
            await town.asks(chat, rosa, f"/follow {PEARS}", "Now following")
            await town.asks(chat, rosa, f"/alerts pictures {choice}", f"🖼 Pictures: {choice}")
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        for chat, has in ((rosa, False), (group, True)):
            assert ("photo" in (await town.hears(chat, "🎯 10,000 signatures")).json) is has


async def test_an_alert_whose_picture_cannot_be_drawn_or_sent_is_said_once(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot(draws=("/nowhere/python",)):
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {PEARS}", "Now following")
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        alert = await town.hears(rosa, "🎯 10,000 signatures")
        assert "photo" not in alert.json
        assert town.heard(rosa, "🎯") == 1
