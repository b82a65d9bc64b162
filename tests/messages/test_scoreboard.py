from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from messages.clipping import MESSAGE_LIMIT
from messages.scoreboard import MOST_LINES, ScoreLine, board
from petitions.petition import PetitionRef, PetitionState, Site
from tests.messages.samples import RENDER, SNAPSHOT, shown
from tests.messages.telegram_html import seen, units


def line(number: int, signatures: int, gained: int | None = None, *, title: str = SNAPSHOT.title) -> ScoreLine:
    ref = PetitionRef(site=Site.UK, number=str(number))
    return ScoreLine(snapshot=replace(SNAPSHOT, ref=ref, signatures=signatures, title=title), gained=gained)


def test_the_most_signed_stands_first() -> None:
    closed = replace(line(3, 400), snapshot=replace(line(3, 400).snapshot, state=PetitionState.CLOSED))
    assert shown(board([line(1, 2_000), line(2, 60_000, 1_234), closed], total=4, render=RENDER)) == snapshot("""\
📊 <b>Scoreboard</b>

<a href="https://petition.example/petitions/2">Keep lidos open all winter</a>
<code>███████░░░░░</code>
60,000 signatures · 60% of 100,000 · open
↗️ 1,234 in 24 hours

<a href="https://petition.example/petitions/1">Keep lidos open all winter</a>
<code>██░░░░░░░░░░</code>
2,000 signatures · 20% of 10,000 · open

<a href="https://petition.example/petitions/3">Keep lidos open all winter</a>
400 signatures · closed

… and one more: /list\
""")


@given(st.lists(st.text(max_size=400), min_size=MOST_LINES, max_size=MOST_LINES))
def test_a_full_scoreboard_keeps_to_the_limits(titles: list[str]) -> None:
    lines = [line(number, 99_999, 99_999, title=title) for number, title in enumerate(titles, start=1)]
    content = board(lines, total=200, render=RENDER)
    assert units(seen(content.text)) <= MESSAGE_LIMIT
    assert content.text.count("</") <= 100
