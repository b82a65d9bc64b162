import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from messages.alerts import SIGNATURE_ROOM, alert, plain_alert, signed
from messages.buttons import DATA_LIMIT, decode
from messages.clipping import MESSAGE_LIMIT
from messages.content import Content, escaped
from messages.presses import Mute
from petitions.forecast import Growth, Reach
from petitions.news import (
    Archived,
    BelowThreshold,
    BusinessAdded,
    BusinessEdited,
    Closed,
    ClosingSoon,
    CommitteeNoted,
    CommitteeNoteEdited,
    DeadlineExtended,
    DebateCancelled,
    Debated,
    DebateMoved,
    DebateScheduled,
    DebateToday,
    FinalCount,
    Kind,
    MilestoneReached,
    News,
    NotDebated,
    OutcomeCompleted,
    Published,
    Rejected,
    Removed,
    Reopened,
    ResponseEdited,
    ResponsePublished,
    ResponseWithdrawn,
    Stopped,
    StoredChange,
    SuccessorFound,
    WaitingForResponse,
    WordsEdited,
)
from petitions.petition import Business, DebateOutcome, PetitionId, PetitionState, Rejection, Response
from tests.messages.samples import (
    EVERY_NEWS,
    NOW,
    OUTCOME,
    REF,
    RENDER,
    RESPONSE,
    UGLY,
    news_of_any_text,
    shown,
    stored,
    texts,
)
from tests.messages.telegram_html import seen, units


def _alert(*changes: StoredChange, now: datetime = NOW) -> Content:
    return alert(changes, replace(RENDER, now=now))


def _told(news: News) -> str:
    return shown(_alert(stored(news)))


def test_a_milestone() -> None:
    assert _told(MilestoneReached(highest=25_000, passed=(25_000,), signatures=25_013)) == snapshot("""\
🎉 <b>25,000 signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It now has 25,013 signatures.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_milestone_says_how_the_petition_grows() -> None:
    reach = Reach(threshold=100_000, soonest=NOW + timedelta(days=20), latest=NOW + timedelta(days=40))
    growth = Growth(per_day=2_412.0, per_hour=420.0, surge=4.2, reach=reach)
    news = MilestoneReached(highest=50_000, passed=(50_000,), signatures=50_013, growth=growth)
    assert _told(news) == snapshot("""\
🎉 <b>50,000 signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It now has 50,013 signatures.

📈 About 2,400 signatures a day, 420 an hour just now
🚀 4 times as many as usual in the last 3 hours
⏳ 100,000 in 2 to 6 weeks at this pace
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_the_threshold_for_a_response() -> None:
    news = MilestoneReached(highest=10_000, passed=(10_000,), signatures=10_000, response_threshold=True)
    assert _told(news) == snapshot("""\
🎯 <b>10,000 signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It has reached 10,000 signatures.

The government will respond.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_the_threshold_for_a_debate() -> None:
    news = MilestoneReached(highest=100_000, passed=(100_000,), signatures=100_020, debate_threshold=True)
    assert _told(news) == snapshot("""\
🎯 <b>100,000 signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It now has 100,020 signatures.

Parliament will consider it for debate.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_jump_over_several_milestones_names_them_all() -> None:
    assert _told(MilestoneReached(highest=50_000, passed=(25_000, 50_000), signatures=50_120)) == snapshot("""\
🎉 <b>50,000 signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It passed 25,000 and 50,000, and now has 50,120 signatures.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_jump_over_very_many_milestones_counts_them() -> None:
    passed = tuple(range(1_000_000, 221_000_000, 1_000_000))
    told = _told(MilestoneReached(highest=220_000_000, passed=passed, signatures=220_000_001))
    assert "It passed 220 milestones at once, and now has 220,000,001 signatures." in told


def test_a_jump_over_both_thresholds() -> None:
    news = MilestoneReached(
        highest=100_000,
        passed=(10_000, 25_000, 50_000, 75_000, 100_000),
        signatures=104_000,
        response_threshold=True,
        debate_threshold=True,
    )
    assert _told(news) == snapshot("""\
🎯 <b>100,000 signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It passed 10,000, 25,000, 50,000, 75,000 and 100,000, and now has 104,000 signatures.

The government will respond, and Parliament will consider it for debate.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_threshold_that_the_count_has_fallen_below_again() -> None:
    news = MilestoneReached(highest=10_000, passed=(10_000,), signatures=9_990, response_threshold=True)
    assert _told(news) == snapshot("""\
🎯 <b>10,000 signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It passed 10,000; the count the site shows now is 9,990.

The government will respond.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_response() -> None:
    assert _told(ResponsePublished(response=RESPONSE)) == snapshot("""\
💬 <b>The government has responded</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It answered this petition on 2 March 2026.

<b>We have no plans to change the length of the swimming season.</b>

<blockquote expandable>The government recognises the value of cold water.

It will keep the matter under review.</blockquote>

<a href="https://petition.example/petitions/700143?reveal_response=yes">Read the full response</a>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_response_without_a_day_or_details() -> None:
    assert _told(ResponsePublished(response=Response(summary="No."))) == snapshot("""\
💬 <b>The government has responded</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It has answered this petition.

<b>No.</b>

<a href="https://petition.example/petitions/700143?reveal_response=yes">Read the full response</a>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_response_edited() -> None:
    assert _told(ResponseEdited(response=RESPONSE)) == snapshot("""\
✏️ <b>The government’s response has changed</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The wording is not what it was when we last told you.

<b>We have no plans to change the length of the swimming season.</b>

<blockquote expandable>The government recognises the value of cold water.

It will keep the matter under review.</blockquote>

<a href="https://petition.example/petitions/700143?reveal_response=yes">Read the full response</a>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_response_withdrawn() -> None:
    assert _told(ResponseWithdrawn()) == snapshot("""\
↩️ <b>The government’s response has been withdrawn</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It is no longer on the petition’s page. A new one may follow.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_debate_scheduled() -> None:
    assert _told(DebateScheduled(on=date(2026, 4, 20))) == snapshot("""\
📅 <b>Parliament will debate this petition</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

MPs will debate it on <b>Monday 20 April 2026</b>.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_debate_moved() -> None:
    assert _told(DebateMoved(moved_from=date(2026, 4, 20), on=date(2026, 4, 27))) == snapshot("""\
📅 <b>The debate has a new date</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

MPs will debate it on <b>Monday 27 April 2026</b>, not on Monday 20 April 2026.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_debate_cancelled() -> None:
    assert _told(DebateCancelled(was_on=date(2026, 4, 20))) == snapshot("""\
🚫 <b>The debate no longer has a date</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The debate planned for Monday 20 April 2026 is off. Parliament may set another date.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_debate_held() -> None:
    assert _told(Debated(outcome=OUTCOME)) == snapshot("""\
🏛 <b>Parliament has debated this petition</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

MPs debated it on Monday 23 February 2026.

<blockquote expandable>Members from all sides spoke for longer opening hours.</blockquote>

<a href="https://video.example/1">Watch</a> · <a href="https://hansard.example/1">Read the transcript</a> · <a href="https://library.example/1">Research pack</a>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_not_debated() -> None:
    assert _told(NotDebated(outcome=DebateOutcome(overview="A debate on this took place last week."))) == snapshot("""\
🏛 <b>Parliament will not debate this petition</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The Petitions Committee has decided against a debate.

<blockquote expandable>A debate on this took place last week.</blockquote>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_published() -> None:
    assert _told(Published(closing_on=date(2026, 9, 3))) == snapshot("""\
📢 <b>Now open for signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It can be signed until 3 September 2026.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_closed() -> None:
    assert _told(Closed(signatures=48_121)) == snapshot("""\
🔒 <b>Closed for signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It closed with 48,121 signatures. It can’t be signed any more, but the government and Parliament can still act on it.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_closed_early() -> None:
    assert _told(Closed(signatures=48_121, early=True)) == snapshot("""\
🔒 <b>Closed early</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It closed before its deadline, with 48,121 signatures. It can’t be signed any more, but the government and Parliament can still act on it.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_rejected() -> None:
    news = Rejected(rejection=Rejection(code="duplicate", details="Please see petition 700001."))
    assert _told(news) == snapshot("""\
⛔ <b>The petition was rejected</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It can’t be signed.

Reason: there is already a petition about this.

<blockquote expandable>Please see petition 700001.</blockquote>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_taken_down_for_a_reason_nobody_knows() -> None:
    assert _told(Rejected(rejection=Rejection(code="brand-new"), taken_down=True)) == snapshot("""\
⛔ <b>The petition was taken down</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It had been published, and can no longer be signed.

Reason given by the site: “brand-new”.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_removed() -> None:
    assert _told(Removed()) == snapshot("""\
🗑 <b>The petition was removed</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The petition site has taken it away without saying why. We’ll tell you if it comes back.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_reopened() -> None:
    assert _told(Reopened(was=PetitionState.CLOSED, state=PetitionState.OPEN)) == snapshot("""\
🔓 <b>Open for signatures again</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It can be signed once more.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_back_with_the_moderators() -> None:
    assert _told(Reopened(was=PetitionState.REJECTED, state=PetitionState.UNPUBLISHED)) == snapshot("""\
🔎 <b>Back with the moderators</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It is being checked again and can’t be signed for now. We’ll tell you if it opens.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_below_a_threshold_again() -> None:
    assert _told(BelowThreshold(threshold=10_000, signatures=9_987, for_debate=False)) == snapshot("""\
📉 <b>Below 10,000 again</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

Signatures were taken back, and it now has 9,987. Below 10,000, the government need not respond.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")
    assert _told(BelowThreshold(threshold=100_000, signatures=99_987, for_debate=True)) == snapshot("""\
📉 <b>Below 100,000 again</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

Signatures were taken back, and it now has 99,987. Below 100,000, Parliament need not consider a debate.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_the_final_count() -> None:
    assert _told(FinalCount(signatures=48_123)) == snapshot("""\
🧮 <b>The final count</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It ended with <b>48,123</b> signatures. The last ones could be confirmed until a day after it closed.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_closing_soon() -> None:
    assert _told(ClosingSoon(on=date(2026, 5, 24), signatures=9_412)) == snapshot("""\
⏰ <b>Closing soon</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It can be signed until the end of <b>Sunday 24 May 2026</b>. It has 9,412 signatures so far.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_deadline_extended() -> None:
    assert _told(DeadlineExtended(was_on=date(2026, 5, 24), on=date(2026, 5, 25))) == snapshot("""\
🗓 <b>Open for longer</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It can now be signed until <b>Monday 25 May 2026</b>, not only until 24 May 2026.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_wait_for_a_response() -> None:
    assert _told(WaitingForResponse(days=30, since=date(2026, 2, 1))) == snapshot("""\
🕰 <b>30 days without a response</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It has had enough signatures for one since 1 February 2026. The government will respond, but the petition site doesn’t say when.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_the_day_of_a_debate() -> None:
    assert _told(DebateToday(on=date(2026, 3, 3))) == snapshot("""\
🏛 <b>The debate is today</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

MPs debate it on <b>Tuesday 3 March 2026</b>.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_an_outcome_completed() -> None:
    assert _told(OutcomeCompleted(added=replace(OUTCOME, overview="", debate_summary_url="https://x/1"))) == snapshot("""\
🎬 <b>More about the debate</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The petition’s page now has this as well:

<a href="https://video.example/1">Watch</a> · <a href="https://hansard.example/1">Read the transcript</a> · <a href="https://library.example/1">Research pack</a> · <a href="https://x/1">Read the summary</a>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_note_of_the_committee() -> None:
    assert _told(CommitteeNoted(note="We wrote to the minister.")) == snapshot("""\
📝 <b>A note from the Petitions Committee</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The Petitions Committee, which decides what Parliament does about petitions, writes:

<blockquote expandable>We wrote to the minister.</blockquote>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")
    assert _told(CommitteeNoteEdited(note="We wrote again.")) == snapshot("""\
📝 <b>The committee’s note has changed</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The note of the Petitions Committee now reads:

<blockquote expandable>We wrote again.</blockquote>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_other_business() -> None:
    item = Business(created_at=NOW, on=date(2026, 3, 1), subject="Inquiry into lidos", body="It begins in May.")
    assert _told(BusinessAdded(item=item)) == snapshot("""\
📜 <b>News from Parliament</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

<b>Inquiry into lidos</b>
1 March 2026

<blockquote expandable>It begins in May.</blockquote>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")
    assert _told(BusinessEdited(item=item)) == snapshot("""\
📜 <b>News from Parliament, updated</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

What Parliament did about it is now described in other words:

<b>Inquiry into lidos</b>
1 March 2026

<blockquote expandable>It begins in May.</blockquote>
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_new_wording() -> None:
    assert _told(WordsEdited(parts=("title", "background", "details"), was_titled="Keep <all> lidos")) == snapshot("""\
🖊 <b>The petition has new wording</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The petition site has changed the title, the background and the details.

It was called “Keep &lt;all&gt; lidos”.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_hidden_petition() -> None:
    assert _told(Removed(hidden=True)) == snapshot("""\
🙈 <b>The petition can’t be seen any more</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The petition site has taken it away without saying why. We’ll tell you if it comes back.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")
    assert _told(Removed(hidden=True, published=False)) == snapshot("""\
🙈 <b>The petition won’t be published</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It had not been published, and the petition site doesn’t say why it won’t be. We’ll tell you if it comes back.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_rejection_withdrawn() -> None:
    assert _told(Reopened(was=PetitionState.REJECTED, state=PetitionState.OPEN)) == snapshot("""\
🔓 <b>Approved after all</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

The petition site has withdrawn the rejection. It can be signed.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")
    assert _told(Reopened(was=PetitionState.REJECTED, state=PetitionState.CLOSED)) == snapshot("""\
↩️ <b>Back on the petition site</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It is back, but can’t be signed any more.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_petition_stopped_and_one_archived() -> None:
    assert _told(Stopped()) == snapshot("""\
🛑 <b>Stopped before it was published</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

Parliament was dissolved before it could be published. It would have to be started anew.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")
    assert _told(Archived()) == snapshot("""\
🗄 <b>Moved to the archive</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It belongs to an earlier Parliament now. You go on following it there.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_a_successor_can_be_followed_from_its_offer() -> None:
    twin = SuccessorFound(ref=replace(REF, number="760144"), title="Keep the lidos open all winter", signatures=13_000)
    assert _told(twin) == snapshot("""\
🔁 <b>A petition like this is open</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

This one takes no signatures any more. Another seems to ask for the same, and has 13,000 signatures so far:

<a href="https://petition.example/petitions/760144">Keep the lidos open all winter</a>
[🔔 Follow “Keep the lidos open all winter” → 1:g:uk:760144]
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")
    both = _alert(stored(Closed(signatures=46_120), number=1), stored(twin, number=2))
    assert both.buttons == _alert(stored(twin)).buttons


def test_several_changes_are_one_message() -> None:
    changes = (
        stored(ResponsePublished(response=RESPONSE), number=1),
        stored(DebateScheduled(on=date(2026, 4, 20)), number=2),
    )
    assert shown(_alert(*changes)) == snapshot("""\
🔔 <b>2 updates</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

💬 <b>The government has responded</b>
It answered this petition on 2 March 2026.

<b>We have no plans to change the length of the swimming season.</b>

<blockquote expandable>The government recognises the value of cold water.

It will keep the matter under review.</blockquote>

<a href="https://petition.example/petitions/700143?reveal_response=yes">Read the full response</a>

📅 <b>Parliament will debate this petition</b>
MPs will debate it on <b>Monday 20 April 2026</b>.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_milestones_passed_together_are_all_named() -> None:
    passed = MilestoneReached(highest=25_000, passed=(10_000, 25_000), signatures=25_031, response_threshold=True)
    assert shown(_alert(stored(passed))) == snapshot("""\
🎯 <b>25,000 signatures</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>

It passed 10,000 and 25,000, and now has 25,031 signatures.

The government will respond.
[🔗 Open petition → https://petition.example/petitions/700143] [🔕 Mute → 1:m:uk:700143]\
""")


def test_what_was_seen_late_says_when_it_happened() -> None:
    change = stored(
        Removed(), happened_at=datetime(2026, 3, 3, 14, 2, tzinfo=UTC), seen_at=datetime(2026, 3, 4, 9, 5, tzinfo=UTC)
    )
    assert seen(_alert(change, now=datetime(2026, 3, 4, 9, 6, tzinfo=UTC)).text).splitlines()[-1] == snapshot(
        "Happened at 14:02 on 3 March; the petition site showed it to us at 09:05 today."
    )


def test_what_is_told_late_says_when_it_happened() -> None:
    seen_at = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    happened = _alert(stored(Removed(), happened_at=seen_at, seen_at=seen_at))
    merely_seen = _alert(stored(Removed(), seen_at=seen_at))
    assert [seen(each.text).splitlines()[-1] for each in (happened, merely_seen)] == snapshot(
        ["This happened at 23:30 on 31 December 2025.", "We saw this at 23:30 on 31 December 2025."]
    )


def test_what_the_calendar_brings_late_says_for_when_it_was_meant() -> None:
    change = stored(DebateToday(on=date(2026, 3, 3)), happened_at=NOW - timedelta(hours=6), seen_at=NOW)
    assert seen(_alert(change).text).splitlines()[-1] == snapshot("Meant for 08:02 today. Sorry that it is late.")
    in_time = replace(change, change=replace(change.change, happened_at=NOW))
    assert "<i>" not in _alert(in_time).text


def test_times_are_those_of_the_zone() -> None:
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    late = _alert(stored(Removed(), seen_at=summer), now=summer + timedelta(hours=1))
    assert "13:00 today" in late.text


def test_what_is_seen_and_told_at_once_says_nothing_of_times() -> None:
    change = stored(Removed(), happened_at=NOW - timedelta(minutes=14), seen_at=NOW)
    assert "<i>" not in _alert(change, now=NOW + timedelta(minutes=15)).text


def test_the_buttons_open_and_mute() -> None:
    (row,) = _alert(stored(Removed())).buttons
    assert row[0].url == "https://petition.example/petitions/700143"
    assert decode(row[1].data) == Mute(ref=REF)
    assert len((row[1].data or "").encode()) <= DATA_LIMIT


@pytest.mark.parametrize("news", EVERY_NEWS)
def test_every_kind_of_news_has_words(news: News) -> None:
    headline = seen(_alert(stored(news)).text).splitlines()[0]
    assert not headline[0].isascii()


@pytest.mark.parametrize("news", EVERY_NEWS)
def test_every_kind_of_news_can_be_said_plainly(news: News) -> None:
    full, plain = _alert(stored(news)), plain_alert([stored(news)], RENDER)
    assert seen(plain.text).splitlines() == [seen(full.text).splitlines()[0], "Keep lidos open all winter"]
    assert plain.buttons == full.buttons


def test_the_samples_cover_every_kind() -> None:
    assert {news.kind for news in EVERY_NEWS} == set(Kind)


def test_a_response_that_fits_is_given_whole() -> None:
    details = "Long words. " * 250
    content = _alert(stored(ResponsePublished(response=Response(summary="Short.", details=details))))
    assert details.strip() in content.text


def test_a_longer_response_fills_the_message_and_is_linked() -> None:
    content = _alert(stored(ResponsePublished(response=Response(summary="Short.", details="Long words. " * 500))))
    assert MESSAGE_LIMIT - 120 < units(seen(signed(content, "s" * SIGNATURE_ROOM).text)) <= MESSAGE_LIMIT
    assert "…</blockquote>" in content.text
    assert '<a href="https://petition.example/petitions/700143?reveal_response=yes">' in content.text


def test_long_texts_in_one_message_have_the_same_room() -> None:
    long = ResponsePublished(response=Response(details="Long words. " * 500))
    content = _alert(stored(long), stored(long, number=2), stored(Removed(), number=3))
    assert MESSAGE_LIMIT - 250 < units(seen(content.text)) <= MESSAGE_LIMIT
    lengths = [len(quoted) for quoted in re.findall("<blockquote expandable>(.*?)</blockquote>", content.text)]
    assert len(lengths) == 2
    assert lengths[0] == lengths[1]


def test_only_what_nobody_waits_for_comes_without_a_sound() -> None:
    quiet, loud = stored(FinalCount(signatures=5)), stored(Removed(), number=2)
    for write in (alert, plain_alert):
        assert write([quiet], RENDER).silent
        assert not write([quiet, loud], RENDER).silent
    others = [replace(quiet, petition=PetitionId(9))]
    assert alert([quiet, *others], RENDER).silent
    assert not alert([loud, *others], RENDER).silent


@given(news=st.lists(news_of_any_text, min_size=1, max_size=30), title=texts, late=st.booleans())
def test_no_petition_can_make_a_message_that_telegram_refuses(news: list[News], title: str, late: bool) -> None:
    changes = [
        StoredChange(
            id=one.id,
            petition=one.petition,
            ref=one.ref,
            title=title,
            change=one.change,
        )
        for one in (
            stored(each, number=number, happened_at=NOW - timedelta(days=400) if late else None)
            for number, each in enumerate(news, start=1)
        )
    ]
    text = seen(_alert(*changes).text)
    assert 0 < units(text) <= MESSAGE_LIMIT
    assert "\x00" not in text
    assert text.count("\u2068") == text.count("\u2069")


def test_the_ugliest_petition_still_makes_a_readable_alert() -> None:
    response = Response(summary=UGLY * 10, details=UGLY * 100)
    text = seen(_alert(stored(ResponsePublished(response=response))).text)
    assert "bold & brash" in text
    assert text.endswith("Read the full response")


def test_news_of_several_petitions_is_a_line_each() -> None:
    others = [replace(stored(Closed(signatures=5)), petition=PetitionId(9), title="Mend the bridge")]
    told = alert([stored(ResponsePublished(response=RESPONSE)), *others], RENDER)
    assert shown(told) == snapshot("""\
📰 <b>News of 2 petitions</b>

💬 <b>The government has responded</b>: <a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>
🔒 <b>Closed for signatures</b>: <a href="https://petition.example/petitions/700143">Mend the bridge</a>\
""")


def test_who_does_not_follow_a_petition_is_offered_to() -> None:
    (row,) = alert([stored(Closed(signatures=5))], RENDER, followed=False).buttons
    assert [button.label for button in row] == ["🔗 Open petition", "🔔 Follow"]


@given(st.lists(st.tuples(news_of_any_text, st.text(max_size=300)), min_size=30, max_size=30), st.booleans())
def test_a_full_round_up_keeps_to_the_limit(told: list[tuple[News, str]], plainly: bool) -> None:
    changes = [
        replace(stored(news), petition=PetitionId(number), title=title) for number, (news, title) in enumerate(told)
    ]
    content = (plain_alert if plainly else alert)(changes, RENDER)
    assert units(seen(content.text)) <= MESSAGE_LIMIT
    assert content.text.count("<a ") + content.text.count("<b>") <= 100


def test_a_signature_stands_below_where_there_is_room() -> None:
    told = alert([stored(Closed(signatures=5))], RENDER)
    assert seen(signed(told, "Friends of <b>").text).endswith("\n\nFriends of <b>")
    assert signed(told, "") == told
    full = Content(text=escaped("x" * MESSAGE_LIMIT))
    assert signed(full, "Friends") == full
