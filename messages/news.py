"""What a piece of news says: its headline, what happened, and what that means in one plain line."""

import re
from typing import assert_never

from messages import dates, growth, numbers, rejections
from messages.clipping import clip
from messages.content import Html, escaped, lines, link, paragraphs, quotation
from messages.links import response_url
from messages.render_context import RenderContext
from messages.titles import linked_title
from messages.untrusted_text import one_line
from messages.words import Words
from petitions.news import (
    Archived,
    BelowThreshold,
    BusinessAdded,
    BusinessEdited,
    Closed,
    ClosingSoon,
    CommitteeNews,
    CommitteeNoted,
    CommitteeNoteEdited,
    DeadlineExtended,
    DebateCancelled,
    Debated,
    DebateMoved,
    DebateNews,
    DebateScheduled,
    DebateToday,
    FinalCount,
    LifeNews,
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
    SignatureNews,
    Stopped,
    SuccessorFound,
    WaitingForResponse,
    WordsEdited,
)
from petitions.petition import Business, DebateOutcome, PetitionRef, PetitionState, Response

SUMMARY_ROOM = 500
"""UTF-16 units a response's summary gets at most; the sites allow 200, and 500 in the archive."""

MOST_MILESTONES = 12
"""From zero to half a million signatures there are ten, and the thresholds may add two."""

_EMPTY_LINES = re.compile(r"\n\s*\n")


def headline(news: News, words: Words) -> Html:
    """Say in a few words what happened, with the emoji of its kind."""
    match news:
        case MilestoneReached():
            threshold = news.response_threshold or news.debate_threshold
            return words.say("headline-threshold" if threshold else "headline-milestone", count=news.highest)
        case BelowThreshold():
            return words.say("headline-below-threshold", count=news.threshold)
        case WaitingForResponse():
            return words.say("headline-waiting-for-response", days=news.days)
        case Closed():
            return words.say("headline-closed-early" if news.early else "headline-closed")
        case Rejected():
            return words.say("headline-taken-down" if news.taken_down else "headline-rejected")
        case Removed(hidden=True):
            return words.say("headline-hidden" if news.published else "headline-hidden-unpublished")
        case Reopened():
            return words.say(f"headline-reopened-{_reopened(news)}")
        case _:
            return words.say(f"headline-{news.kind.replace('_', '-')}")


def body(news: News, ref: PetitionRef, render: RenderContext, room: int) -> Html:
    """Say what happened and what it means; each text from outside is cut to `room` UTF-16 units.

    The whole is never longer than about three times `room` and 600 units more.
    """
    words = render.words
    match news:
        case MilestoneReached() | BelowThreshold() | FinalCount():
            return _signatures(news, render)
        case ClosingSoon():
            return words.say("closing-soon", day=dates.weekday(news.on, words), count=news.signatures)
        case DeadlineExtended():
            return words.say("deadline-extended", old=dates.day(news.was_on, words), new=dates.weekday(news.on, words))
        case ResponsePublished():
            return _response(_answered(news.response, words), news.response, ref, render, room)
        case ResponseEdited():
            return _response(words.say("response-edited-meaning"), news.response, ref, render, room)
        case ResponseWithdrawn():
            return words.say("response-withdrawn-meaning")
        case WaitingForResponse():
            return words.say("waiting-for-response", day=dates.day(news.since, words))
        case CommitteeNoted() | CommitteeNoteEdited() | BusinessAdded() | BusinessEdited():
            return _committee(news, words, room)
        case (
            DebateScheduled()
            | DebateMoved()
            | DebateCancelled()
            | DebateToday()
            | Debated()
            | NotDebated()
            | OutcomeCompleted()
        ):
            return _debate(news, words, room)
        case SuccessorFound():
            successor = linked_title(news.title, news.ref, render)
            return paragraphs([words.say("successor", count=news.signatures), successor])
        case _:
            return _life(news, words, room)


def outcome_links(outcome: DebateOutcome, words: Words) -> Html | None:
    """Put the links to what is left of a debate on one line."""
    found = [
        link(url, words.say(message))
        for url, message in (
            (outcome.video_url, "link-video"),
            (outcome.transcript_url, "link-transcript"),
            (outcome.debate_pack_url, "link-pack"),
            (outcome.debate_summary_url, "link-summary"),
            (outcome.public_engagement_url, "link-engagement"),
        )
        if url
    ]
    return Html(" · ".join(found)) if found else None


def _signatures(news: SignatureNews, render: RenderContext) -> Html:
    words = render.words
    match news:
        case MilestoneReached():
            return paragraphs([_milestone(news, words), growth.told(news.growth, render) if news.growth else None])
        case BelowThreshold():
            meaning = "below-debate-threshold" if news.for_debate else "below-response-threshold"
            return words.say(meaning, threshold=news.threshold, now=news.signatures)
        case FinalCount():
            return words.say("final-count", count=news.signatures)
        case _:
            assert_never(news)


def _milestone(news: MilestoneReached, words: Words) -> Html:
    if len(news.passed) > MOST_MILESTONES:
        happened = words.say("milestone-many", count=len(news.passed), now=news.signatures)
    elif len(news.passed) > 1:
        happened = words.say("milestone-several", passed=numbers.listed(news.passed, words), now=news.signatures)
    elif news.signatures > news.highest:
        happened = words.say("milestone-now", now=news.signatures)
    elif news.signatures == news.highest:
        happened = words.say("milestone-exactly", now=news.signatures)
    else:
        happened = words.say("milestone-corrected", passed=news.highest, now=news.signatures)
    match news.response_threshold, news.debate_threshold:
        case True, True:
            return paragraphs([happened, words.say("both-thresholds-meaning")])
        case True, False:
            return paragraphs([happened, words.say("response-threshold-meaning")])
        case False, True:
            return paragraphs([happened, words.say("debate-threshold-meaning")])
        case _:
            return happened


def _response(meaning: Html, response: Response, ref: PetitionRef, render: RenderContext, room: int) -> Html:
    words = render.words
    summary = escaped(clip(response.summary, min(SUMMARY_ROOM, room)))
    return paragraphs(
        [
            meaning,
            Html(f"<b>{summary}</b>") if summary else None,
            _quoted(response.details, room),
            link(response_url(ref, render.sites), words.say("link-response")),
        ]
    )


def _answered(response: Response, words: Words) -> Html:
    if response.responded_on is None:
        return words.say("response-meaning")
    return words.say("response-meaning-dated", day=dates.day(response.responded_on, words))


def _debate(news: DebateNews, words: Words, room: int) -> Html:
    match news:
        case DebateScheduled():
            return words.say("debate-scheduled", day=dates.weekday(news.on, words))
        case DebateMoved():
            old, new = dates.weekday(news.moved_from, words), dates.weekday(news.on, words)
            return words.say("debate-moved", old=old, new=new)
        case DebateCancelled():
            return words.say("debate-cancelled", day=dates.weekday(news.was_on, words))
        case DebateToday():
            return words.say("debate-today", day=dates.weekday(news.on, words))
        case Debated():
            return _debated(news.outcome, words, room)
        case NotDebated():
            return paragraphs([words.say("not-debated"), _quoted(news.outcome.overview, room)])
        case OutcomeCompleted():
            overview = _quoted(news.added.overview, room)
            return paragraphs([words.say("outcome-completed"), overview, outcome_links(news.added, words)])
        case _:
            assert_never(news)


def _committee(news: CommitteeNews, words: Words, room: int) -> Html:
    match news:
        case CommitteeNoted():
            return paragraphs([words.say("committee-note"), _quoted(news.note, room)])
        case CommitteeNoteEdited():
            return paragraphs([words.say("committee-note-edited"), _quoted(news.note, room)])
        case BusinessAdded():
            return _business(news.item, words, room)
        case BusinessEdited():
            return paragraphs([words.say("other-business-edited"), _business(news.item, words, room)])
        case _:
            assert_never(news)


def _business(item: Business, words: Words, room: int) -> Html:
    subject = escaped(clip(one_line(item.subject), min(SUMMARY_ROOM, room)))
    dated = None if item.on is None else words.say("other-business-on", day=dates.day(item.on, words))
    return paragraphs([lines([Html(f"<b>{subject}</b>") if subject else None, dated]), _quoted(item.body, room)])


def _life(news: LifeNews, words: Words, room: int) -> Html:
    match news:
        case WordsEdited():
            return _edited(news, words, room)
        case Published():
            if news.closing_on is None:
                return words.say("published")
            return words.say("published-until", day=dates.day(news.closing_on, words))
        case Closed():
            return words.say("closed-early" if news.early else "closed", count=news.signatures)
        case Rejected():
            return _rejected(news, words, room)
        case Removed():
            return words.say("removed" if news.published else "removed-unpublished")
        case Reopened():
            return words.say(f"reopened-{_reopened(news)}")
        case Stopped():
            return words.say("stopped")
        case Archived():
            return words.say("archived")
        case _:
            assert_never(news)


def _edited(news: WordsEdited, words: Words, room: int) -> Html:
    parts = [words.plain(f"part-{part}") for part in news.parts]
    was_titled = clip(one_line(news.was_titled), min(SUMMARY_ROOM, room))
    return paragraphs(
        [
            words.say("words-edited", parts=numbers.in_a_row(parts, words)),
            words.say("was-titled", title=was_titled) if was_titled else None,
        ]
    )


def _reopened(news: Reopened) -> str:
    """Name the way in which a petition has come back, as the words do."""
    if news.state is PetitionState.OPEN:
        return "approved" if news.was is PetitionState.REJECTED else "open"
    return "moderated" if news.state is PetitionState.UNPUBLISHED else "closed"


def _debated(outcome: DebateOutcome, words: Words, room: int) -> Html:
    if outcome.debated_on is None:
        happened = words.say("debated")
    else:
        happened = words.say("debated-on", day=dates.weekday(outcome.debated_on, words))
    return paragraphs([happened, _quoted(outcome.overview, room), outcome_links(outcome, words)])


def _rejected(news: Rejected, words: Words, room: int) -> Html:
    meaning = words.say("taken-down" if news.taken_down else "rejected")
    if news.rejection is None:
        return meaning
    return paragraphs([meaning, rejections.reason(news.rejection.code, words), _quoted(news.rejection.details, room)])


def _quoted(text: str, room: int) -> Html:
    return quotation(escaped(clip(_EMPTY_LINES.sub("\n\n", text), room)), folded=True)
