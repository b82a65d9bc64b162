from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from inline_snapshot import snapshot

from messages import replies
from messages.clipping import MESSAGE_LIMIT
from petitions.follows import Followed
from petitions.links import MAX_REFERENCES
from petitions.petition import PetitionState
from tests.messages.samples import NOW, REF, RENDER, SNAPSHOT, WORDS, shown, texts
from tests.messages.telegram_html import seen, units


def test_a_new_follow() -> None:
    assert shown(replies.follows(SNAPSHOT, Followed.NEW, RENDER)) == snapshot("""\
🔔 <b>Now following</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>
46,120 signatures · 46% of 100,000 · open

We’ll tell you when it passes a milestone, gets a response or is debated.
[ℹ️ Details → 1:c:uk:700143] [🔗 Open petition → https://petition.example/petitions/700143]\
""")


def test_a_follow_that_was_there() -> None:
    assert shown(replies.follows(SNAPSHOT, Followed.ALREADY, RENDER)) == snapshot("""\
🔔 <b>Already following</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>
46,120 signatures · 46% of 100,000 · open
[ℹ️ Details → 1:c:uk:700143] [🔗 Open petition → https://petition.example/petitions/700143]\
""")


def test_a_full_list() -> None:
    assert shown(replies.note(WORDS, "follow-full", limit=200)) == snapshot(
        "200 petitions are followed here, and that is the most a chat can follow. /unfollow one to make room."
    )


def test_what_is_promised_of_a_petition_that_cannot_be_signed() -> None:
    told = [
        seen(replies.follows(replace(SNAPSHOT, state=state), Followed.NEW, RENDER).text).splitlines()[-1]
        for state in (PetitionState.CLOSED, PetitionState.UNPUBLISHED, PetitionState.REJECTED)
    ]
    assert told == snapshot(
        [
            "It can’t be signed any more. We’ll tell you if it gets a response or is debated.",
            "It can’t be signed yet. We’ll tell you when it is published, or if it is rejected.",
            "It can’t be signed. We’ll tell you if that changes.",
        ]
    )


def test_several_follows() -> None:
    lines = [
        *(replies.follow_line(SNAPSHOT, outcome, RENDER) for outcome in (Followed.NEW, Followed.ALREADY)),
        replies.number_line("follow-line-full", REF, WORDS),
        replies.number_line("follow-line-none", REF, WORDS),
        replies.number_line("follow-line-silent", REF, WORDS),
        replies.number_line("follow-line-not-now", REF, WORDS),
    ]
    assert shown(replies.several(lines, 2, WORDS)) == snapshot("""\
🔔 Following <a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>
☑️ Already following <a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>
⚠️ The list is full, so 700143 was left out
❓ There is no petition 700143
⚠️ The petition site didn’t answer about 700143
⏳ Not looked up yet: 700143. Please send it again in a minute

2 more petitions were left out. Please send them again, a few at a time.
[📋 My list → 1:l:1]\
""")


@given(texts)
def test_many_follows_fit_into_one_message(title: str) -> None:
    ugly = replace(SNAPSHOT, title=title)
    content = replies.several([replies.follow_line(ugly, Followed.ALREADY, RENDER)] * MAX_REFERENCES, 180, WORDS)
    assert units(seen(content.text)) <= MESSAGE_LIMIT


def test_a_silent_site() -> None:
    ago = (timedelta(seconds=20), timedelta(hours=30))
    told = [replies.site_silent(NOW - each, RENDER).text for each in ago]
    assert told == snapshot(
        [
            "The petition site isn’t answering right now. Please try again in a few minutes.",
            'The petition site hasn’t answered since <tg-time unix="1772438520" format="Dt">08:02 on 2 March</tg-time>. Please try again later.',
        ]
    )


def test_an_unfollow_can_be_undone() -> None:
    assert shown(replies.unfollowed(SNAPSHOT, RENDER)) == snapshot("""\
<b>No longer following</b>
<a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>
[↩️ Undo → 1:a:uk:700143] [📋 My list → 1:l:1]\
""")


def test_several_unfollows() -> None:
    lines = [replies.unfollowed_line(SNAPSHOT, RENDER), replies.not_followed_line(REF, WORDS)]
    assert shown(replies.unfollowed_several(lines, WORDS)) == snapshot("""\
<b>No longer following</b>
✖️ <a href="https://petition.example/petitions/700143">Keep lidos open all winter</a>
❓ 700143 wasn’t followed here\
""")


def test_deleting_asks_first() -> None:
    assert [shown(replies.really_delete(WORDS, group=group)) for group in (False, True)] == snapshot(
        [
            """\
Delete everything we keep for this chat? You would stop following all petitions, and this can’t be undone.
[🗑 Yes, delete everything → 1:d:yes] [Keep it → 1:d:no]\
""",
            """\
Delete everything we keep for this group? It would stop following all petitions, in every topic, and this can’t be undone.
[🗑 Yes, delete everything → 1:d:yes] [Keep it → 1:d:no]\
""",
        ]
    )
