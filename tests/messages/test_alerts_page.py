"""The page that tells people what they hear of says what the table of kinds says."""

import re
from pathlib import Path

import pytest

from messages.news import headline
from petitions.kinds import TREATMENTS, Group, Priority
from petitions.news import Kind, News
from tests.messages.samples import EVERY_NEWS, REF, RENDER

PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")


def any_number(text: str) -> str:
    return re.sub(r"\d[\d,]*", "N", text)


ROWS = {
    any_number(cells[1]): (cells[2], cells[3])
    for line in PAGE.splitlines()
    if len(cells := [cell.strip() for cell in line.split("|")]) > 4
}


@pytest.mark.parametrize("news", EVERY_NEWS)
def test_the_page_names_every_headline_with_its_group_its_sound_and_its_default(news: News) -> None:
    words = RENDER.about(REF.site).words
    read = any_number(re.sub("</?b>", "**", headline(news, words)))
    treatment = TREATMENTS[news.kind]
    sound = "○" if treatment.priority is Priority.LOW else "●"
    assert ROWS[read] == (treatment.group, sound if treatment.wanted else f"{sound} off")


def test_every_kind_is_treated_and_no_group_is_empty() -> None:
    assert TREATMENTS.keys() == set(Kind)
    assert {treatment.group for treatment in TREATMENTS.values()} == set(Group)
