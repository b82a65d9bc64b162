"""Where a petition is signed, said and drawn."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from messages.clipping import CAPTION_LIMIT, visible_length
from messages.constituencies import MOST_ROWS, Local, local_buttons, local_caption, local_chart
from petitions.breakdown import Breakdown, Constituency
from petitions.petition import PetitionState, Snapshot
from tests.messages.samples import REF, RENDER

LIDOS = Snapshot(ref=REF, title="Keep lidos open", state=PetitionState.OPEN, signatures=1_000)
PLACES = (
    Constituency(code="E1", name="Bath", member="Ann Example MP", signatures=600),
    Constituency(code="E2", name="Wells & Mendip", member="", signatures=390),
    Constituency(code="E3", name="Quiet Hills", member="Bo Example MP", signatures=0),
    Constituency(code="E4", name="Small Bay", member="Cy Example MP", signatures=9),
)


def local(breakdown: Breakdown = PLACES, usual: Mapping[str, float] | None = None) -> Local:
    return Local(snapshot=LIDOS, breakdown=breakdown, usual=usual)


def test_the_caption_names_places_members_and_how_unusual_they_are() -> None:
    assert local_caption(local(usual={"E1": 0.3, "E2": 0.5, "E4": 0.0001}), RENDER) == snapshot("""\
<b><a href="https://petition.example/petitions/700143">Keep lidos open</a></b>

🗺 <b>Where it is signed most</b>
• Bath (Ann Example MP): 600 · 2.0× usual
• Wells &amp; Mendip (no MP at the moment): 390 · 0.8× usual
• Small Bay (Cy Example MP): 9

📍 Strongest against what is usual: Bath, 2.0×\
""")


def test_on_thin_data_no_usual_share_is_made_up() -> None:
    chart = local_chart(local(), RENDER)
    assert chart is not None
    assert [row.usual for row in chart.rows] == [None] * 3
    assert chart.note == "No usual share yet: I haven’t read the figures of enough other petitions."
    assert chart.note in local_caption(local(), RENDER)


def test_the_usual_is_marked_for_a_petition_of_this_size() -> None:
    chart = local_chart(local(usual={"E1": 0.3}), RENDER)
    assert chart is not None
    assert chart.about == "999 signatures in 3 constituencies"
    assert [(row.name, row.count, row.usual) for row in chart.rows][:2] == [
        ("Bath", 600, 0.3 * 999),
        ("Wells & Mendip", 390, 0.0),
    ]


def test_where_the_site_says_nothing_a_sentence_says_so() -> None:
    assert local_chart(local(()), RENDER) is None
    assert "doesn’t say where this petition is signed" in local_caption(local(()), RENDER)
    assert [button.label for row in local_buttons(local(()), RENDER) for button in row] == [
        "📈 Growth",
        "🔗 Open petition",
    ]


places = st.builds(
    Constituency,
    code=st.text(min_size=1, max_size=9),
    name=st.text(min_size=1, max_size=200),
    member=st.text(max_size=200),
    signatures=st.integers(0, 10**9),
)


@given(
    st.lists(places, max_size=40).map(tuple),
    st.none() | st.dictionaries(st.text(max_size=9), st.floats(0, 1)),
    st.text(max_size=400),
)
def test_whatever_the_site_says_the_picture_keeps_within_its_limits(
    breakdown: Breakdown, usual: Mapping[str, float] | None, title: str
) -> None:
    one = replace(local(breakdown, usual), snapshot=replace(LIDOS, title=title))
    assert visible_length(local_caption(one, RENDER)) <= CAPTION_LIMIT
    chart = local_chart(one, RENDER)
    assert chart is None or 0 < len(chart.rows) <= MOST_ROWS
