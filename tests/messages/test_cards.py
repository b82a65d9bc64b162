from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from messages.cards import card
from messages.clipping import MESSAGE_LIMIT
from messages.content import Content
from petitions.forecast import Growth, Reach
from petitions.petition import DebateOutcome, PetitionState, Rejection, Response, Snapshot
from tests.messages.samples import NOW, OUTCOME, RENDER, RESPONSE, SNAPSHOT, growths, shown, texts, watched
from tests.messages.telegram_html import seen, units

GROWTH = Growth(per_day=423.4, reach=Reach(threshold=100_000, soonest=None, latest=None))


def _card(
    snapshot_: Snapshot = SNAPSHOT,
    *,
    following: bool = False,
    muted: bool = False,
    grows: Growth | None = None,
    stale_since: datetime | None = None,
    now: datetime = NOW,
) -> Content:
    return card(
        watched(snapshot_),
        following=following,
        muted=muted,
        grows=grows,
        stale_since=stale_since,
        render=replace(RENDER, now=now),
    )


def test_an_open_petition() -> None:
    assert shown(_card(grows=GROWTH, following=True)) == snapshot("""\
<b><a href="https://petition.example/petitions/700143">Keep lidos open all winter</a></b>
🟢 Open until 24 May 2026

✍️ <b>46,120</b> signatures
<code>████████████</code> ✅ 10,000 for a response
<code>█████░░░░░░░</code> 46% of 100,000 for a debate
📈 About 420 signatures a day
⏳ At this pace it won’t reach 100,000 before it closes

<blockquote>Cold water is good for you, and most lidos close in September.</blockquote>

🕰 Waiting for the government’s response since 22 February 2026

<i>Checked at <tg-time unix="1772546520" format="t">14:02 today</tg-time></i>
[✖️ Unfollow → 1:u:uk:700143] [🔕 Mute → 1:m:uk:700143]
[🔄 Refresh → 1:r:uk:700143] [📈 Chart → 1:C:uk:700143]
[🔗 Open petition → https://petition.example/petitions/700143]\
""")


def test_an_open_petition_that_is_not_followed_and_has_just_begun() -> None:
    young = replace(SNAPSHOT, signatures=12, response_threshold_at=None)
    assert shown(_card(young)) == snapshot("""\
<b><a href="https://petition.example/petitions/700143">Keep lidos open all winter</a></b>
🟢 Open until 24 May 2026

✍️ <b>12</b> signatures
<code>█░░░░░░░░░░░</code> under 1% of 10,000 for a response
<code>█░░░░░░░░░░░</code> under 1% of 100,000 for a debate

<blockquote>Cold water is good for you, and most lidos close in September.</blockquote>

<i>Checked at <tg-time unix="1772546520" format="t">14:02 today</tg-time></i>
[🔔 Follow → 1:f:uk:700143]
[🔄 Refresh → 1:r:uk:700143] [📈 Chart → 1:C:uk:700143]
[🔗 Open petition → https://petition.example/petitions/700143]\
""")


def test_a_petition_with_a_response_and_a_debate_to_come() -> None:
    famous = replace(
        SNAPSHOT,
        signatures=104_233,
        response=RESPONSE,
        debate_threshold_at=NOW - timedelta(days=3),
        debate_on=date(2026, 4, 20),
    )
    assert shown(_card(famous, grows=Growth(per_day=423.4), following=True, muted=True)) == snapshot("""\
<b><a href="https://petition.example/petitions/700143">Keep lidos open all winter</a></b>
🟢 Open until 24 May 2026

✍️ <b>104,233</b> signatures
<code>████████████</code> ✅ 10,000 for a response
<code>████████████</code> ✅ 100,000 for a debate
📈 About 420 signatures a day

<blockquote>Cold water is good for you, and most lidos close in September.</blockquote>

💬 <b>The government responded</b> on 2 March 2026
We have no plans to change the length of the swimming season.
<a href="https://petition.example/petitions/700143?reveal_response=yes">Read the full response</a>

📅 <b>Debate</b> on Monday 20 April 2026

<i>Checked at <tg-time unix="1772546520" format="t">14:02 today</tg-time></i>
[✖️ Unfollow → 1:u:uk:700143] [🔔 Unmute → 1:n:uk:700143]
[🔄 Refresh → 1:r:uk:700143] [📈 Chart → 1:C:uk:700143]
[🔗 Open petition → https://petition.example/petitions/700143]\
""")


def test_a_closed_petition_that_was_debated() -> None:
    closed = replace(
        SNAPSHOT,
        state=PetitionState.CLOSED,
        signatures=131_000,
        closing_on=None,
        closed_at=NOW - timedelta(days=40),
        response=RESPONSE,
        debate_threshold_at=NOW - timedelta(days=90),
        debate_on=date(2026, 2, 23),
        debate_outcome=OUTCOME,
        archived=True,
    )
    assert shown(_card(closed)) == snapshot("""\
<b><a href="https://petition.example/petitions/700143">Keep lidos open all winter</a></b>
🔒 Closed on 22 January 2026
🗄 From an earlier Parliament

✍️ <b>131,000</b> signatures
<code>████████████</code> ✅ 10,000 for a response
<code>████████████</code> ✅ 100,000 for a debate

<blockquote>Cold water is good for you, and most lidos close in September.</blockquote>

💬 <b>The government responded</b> on 2 March 2026
We have no plans to change the length of the swimming season.
<a href="https://petition.example/petitions/700143?reveal_response=yes">Read the full response</a>

🏛 <b>Debated</b> on Monday 23 February 2026
<a href="https://video.example/1">Watch</a> · <a href="https://hansard.example/1">Read the transcript</a> · <a href="https://library.example/1">Research pack</a>

<i>Checked at <tg-time unix="1772546520" format="t">14:02 today</tg-time></i>
[🔔 Follow → 1:f:uk:700143]
[🔄 Refresh → 1:r:uk:700143] [📈 Chart → 1:C:uk:700143]
[🔗 Open petition → https://petition.example/petitions/700143]\
""")


def test_a_petition_waiting_for_everything() -> None:
    waiting = replace(SNAPSHOT, signatures=104_233, debate_threshold_at=NOW - timedelta(days=3), background="")
    assert seen(_card(waiting).text) == snapshot("""\
Keep lidos open all winter
🟢 Open until 24 May 2026

✍️ 104,233 signatures
████████████ ✅ 10,000 for a response
████████████ ✅ 100,000 for a debate

🕰 Waiting for the government’s response since 22 February 2026

🕰 Waiting for Parliament to consider a debate since 28 February 2026

Checked at 14:02 today\
""")


def test_a_petition_that_will_not_be_debated() -> None:
    refused = replace(SNAPSHOT, debated=False, debate_outcome=DebateOutcome(overview="It was debated last week."))
    assert "🏛 Parliament will not debate it\nIt was debated last week." in seen(_card(refused).text)


def test_a_debate_whose_outcome_is_not_published_yet() -> None:
    past = replace(SNAPSHOT, debate_on=date(2026, 3, 2))
    assert "🏛 Debated on Monday 2 March 2026" in seen(_card(past).text)


def test_a_rejected_petition() -> None:
    rejected = replace(
        SNAPSHOT,
        state=PetitionState.REJECTED,
        signatures=7,
        response_threshold_at=None,
        rejected_at=NOW,
        rejection=Rejection(code="irrelevant", details="Lidos are run by councils."),
    )
    assert shown(_card(rejected)) == snapshot("""\
<b><a href="https://petition.example/petitions/700143">Keep lidos open all winter</a></b>
⛔ Rejected on 3 March 2026

Reason: it asks for something the government and Parliament are not responsible for.
<blockquote>Lidos are run by councils.</blockquote>

<blockquote>Cold water is good for you, and most lidos close in September.</blockquote>

<i>Checked at <tg-time unix="1772546520" format="t">14:02 today</tg-time></i>
[🔔 Follow → 1:f:uk:700143]
[🔄 Refresh → 1:r:uk:700143] [🔗 Open petition → https://petition.example/petitions/700143]\
""")


def test_an_unpublished_petition_without_a_title() -> None:
    unpublished = Snapshot(ref=SNAPSHOT.ref, title="", state=PetitionState.UNPUBLISHED, signatures=6)
    assert shown(_card(unpublished)) == snapshot("""\
<b><a href="https://petition.example/petitions/700143">Petition 700143</a></b>
🕓 Not published yet: it is gathering supporters or being checked

✍️ 6 supporters so far

<i>Checked at <tg-time unix="1772546520" format="t">14:02 today</tg-time></i>
[🔔 Follow → 1:f:uk:700143]
[🔄 Refresh → 1:r:uk:700143] [🔗 Open petition → https://petition.example/petitions/700143]\
""")


def test_a_removed_petition() -> None:
    assert seen(_card(replace(SNAPSHOT, state=PetitionState.REMOVED)).text) == snapshot("""\
Keep lidos open all winter
🗑 Removed by the petition site

Cold water is good for you, and most lidos close in September.

Checked at 14:02 today\
""")


def test_a_site_that_does_not_answer() -> None:
    text = seen(_card(stale_since=NOW - timedelta(hours=3), now=NOW + timedelta(hours=1)).text)
    assert text.splitlines()[-1] == snapshot(
        "⚠️ The petition site hasn’t answered us since 11:02 today. This is from 14:02 today."
    )


def test_a_site_that_is_switched_off() -> None:
    content = card(watched(), following=True, muted=False, grows=None, stale_since=NOW, off=True, render=RENDER)
    assert seen(content.text).splitlines()[-1] == snapshot(
        "⏸ The petition site is switched off here for the moment. This is from 14:02 today."
    )


@given(
    text=texts,
    state=st.sampled_from(PetitionState),
    signatures=st.integers(0, 10**9),
    debated=st.none() | st.booleans(),
    grows=st.none() | growths,
)
def test_no_petition_can_make_a_card_that_telegram_refuses(
    text: str, state: PetitionState, signatures: int, debated: bool | None, grows: Growth | None
) -> None:
    ugly = replace(
        SNAPSHOT,
        title=text,
        state=state,
        signatures=signatures,
        background=text,
        rejection=Rejection(code=text, details=text),
        response=Response(summary=text, details=text),
        debated=debated,
        debate_outcome=DebateOutcome(overview=text, video_url=text, transcript_url=f"http://{text}"),
    )
    content = _card(ugly, grows=grows, stale_since=NOW)
    assert 0 < units(seen(content.text)) <= MESSAGE_LIMIT
