from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from messages import lists, searches
from messages.buttons import DATA_LIMIT
from messages.clipping import MESSAGE_LIMIT
from messages.content import Content
from messages.pages import PAGE_SIZE, page_count
from messages.presses import ShowFound, ShowList
from messages.untrusted_text import one_line
from petitions.forecast import Growth, Reach
from petitions.petition import PetitionId, PetitionRef, PetitionState, Site, Snapshot
from petitions.watched import FollowedPetition
from tests.messages.samples import NOW, RENDER, SNAPSHOT, shown, texts, watched
from tests.messages.telegram_html import seen, units


def _followed(number: int, *, muted: bool = False, title: str = SNAPSHOT.title) -> FollowedPetition:
    one = replace(SNAPSHOT, ref=PetitionRef(site=Site.UK, number=str(700_000 + number)), title=title)
    return FollowedPetition(petition=watched(one), muted=muted, followed_at=NOW)


def _list(
    items: list[FollowedPetition],
    total: int,
    page: int,
    *,
    to_unfollow: bool = False,
    grow: Mapping[PetitionId, Growth] | None = None,
) -> Content:
    shown_page = ShowList(page=page, to_unfollow=to_unfollow)
    return lists.followed(items, grow=grow or {}, total=total, subscribed=(), shown=shown_page, render=RENDER)


def _found(items: list[Snapshot], query: str = "winter lidos", *, page: int = 1, pages: int | None = None) -> Content:
    return searches.found(
        items,
        shown=ShowFound(query=query, page=page),
        first=(page - 1) * 5 + 1,
        pages=pages,
        site=Site.UK,
        render=RENDER,
    )


def test_a_short_list() -> None:
    closed = replace(SNAPSHOT, state=PetitionState.CLOSED, signatures=1)
    items = [
        _followed(1),
        _followed(2, muted=True),
        FollowedPetition(petition=watched(closed), muted=False, followed_at=NOW),
    ]
    assert shown(_list(items, 3, 1)) == snapshot("""\
📋 <b>Following 3 petitions</b>

1. <a href="https://petition.example/petitions/700001">Keep lidos open all winter</a>
46,120 signatures · 46% of 100,000 · open

2. <a href="https://petition.example/petitions/700002">Keep lidos open all winter</a>
46,120 signatures · 46% of 100,000 · open · 🔕 muted

3. <a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>
1 signature · closed

Tap a number to see that petition.
[1 → 1:c:uk:700001] [2 → 1:c:uk:700002] [3 → 1:c:uk:700143]\
""")


def test_a_list_says_how_petitions_grow() -> None:
    reach = Reach(threshold=100_000, soonest=NOW + timedelta(days=20), latest=NOW + timedelta(days=40))
    items = [_followed(1), replace(_followed(2), petition=replace(watched(), id=PetitionId(2)))]
    listed = seen(_list(items, 2, 1, grow={PetitionId(1): Growth(per_day=1_834.0, reach=reach)}).text)
    assert listed.splitlines()[2:7] == [
        "1. Keep lidos open all winter",
        "46,120 signatures · 46% of 100,000 · open",
        "📈 1,800 a day · 100,000 in 2 to 6 weeks",
        "",
        "2. Keep lidos open all winter",
    ]


def test_a_page_in_the_middle_of_a_list_to_unfollow_from() -> None:
    assert shown(_list([_followed(1), _followed(2)], 20, 2, to_unfollow=True)) == snapshot("""\
📋 <b>Following 20 petitions</b>
Page 2 of 3

9. <a href="https://petition.example/petitions/700001">Keep lidos open all winter</a>
46,120 signatures · 46% of 100,000 · open

10. <a href="https://petition.example/petitions/700002">Keep lidos open all winter</a>
46,120 signatures · 46% of 100,000 · open

Tap a number to unfollow that petition.
[9 → 1:v:uk:700001] [10 → 1:v:uk:700002]
[◀️ Back → 1:x:1] [Next ▶️ → 1:x:3]\
""")


def test_an_empty_list() -> None:
    assert shown(_list([], 0, 1)) == snapshot(
        "Nothing is followed here yet. Send /follow with a petition’s number or link, or /search with a few words."
    )


def test_search_results() -> None:
    assert shown(
        _found([SNAPSHOT, replace(SNAPSHOT, title="Open <all> lidos & pools", signatures=104_000)])
    ) == snapshot("""\
🔎 <b>Petitions about “winter lidos”</b>
Page 1

1. <a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>
46,120 signatures · 46% of 100,000 · open

2. <a href="https://petition.example/petitions/700143">Open &lt;all&gt; lidos &amp; pools</a>
104,000 signatures · open

Tap a petition to see more.
<a href="https://petition.example/petitions?q=winter+lidos&amp;state=all">See all results on the petition site</a>
[1. Keep lidos open all winter → 1:c:uk:700143]
[2. Open <all> lidos & pools → 1:c:uk:700143]
[Next ▶️ → 1:s:2:winter lidos]\
""")


def test_the_last_page_of_search_results_only_leads_back() -> None:
    (_, turning) = _found([SNAPSHOT], page=3, pages=3).buttons
    assert [one.data for one in turning] == ["1:s:2:winter lidos"]


def test_a_search_without_results() -> None:
    assert shown(_found([], "winter & <lidos>")) == snapshot("""\
No petitions found for “winter &amp; &lt;lidos&gt;”. Try fewer or other words: all of them must occur.

<a href="https://petition.example/petitions?q=winter+%26+%3Clidos%3E&amp;state=all">See all results on the petition site</a>\
""")


def test_a_query_too_long_for_a_button_still_leads_to_the_site() -> None:
    content = _found([SNAPSHOT], "so many words " * 8)
    assert len(content.buttons) == 1
    assert "petitions?q=so+many+words" in content.text


def test_pages_are_counted() -> None:
    assert [page_count(items) for items in (0, 1, PAGE_SIZE, PAGE_SIZE + 1)] == [1, 1, 1, 2]


@given(text=texts, page=st.integers(1, 25))
def test_no_petition_can_make_a_list_that_telegram_refuses(text: str, page: int) -> None:
    followed = _list([_followed(number, title=text) for number in range(PAGE_SIZE)], 200, page)
    found = _found([replace(SNAPSHOT, title=text)] * 5, one_line(text) or "x", page=page)
    for content in (followed, found):
        assert 0 < units(seen(content.text)) <= MESSAGE_LIMIT
        for button in (one for row in content.buttons for one in row):
            assert button.label
            assert len((button.data or "").encode()) <= DATA_LIMIT
