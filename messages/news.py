"""What a piece of news says: its headline, what happened, and what that means in one plain line."""

import re
from typing import assert_never

from messages import dates, numbers, rejections
from messages.clipping import clip
from messages.content import Html, escaped, link, paragraphs, quotation
from messages.links import response_url
from messages.render_context import RenderContext
from messages.words import Words
from petitions.news import (
    Closed,
    DebateCancelled,
    Debated,
    DebateMoved,
    DebateScheduled,
    MilestoneReached,
    News,
    NotDebated,
    Published,
    Rejected,
    Removed,
    Reopened,
    ResponseEdited,
    ResponsePublished,
    ResponseWithdrawn,
)
from petitions.petition import DebateOutcome, PetitionRef, PetitionState, Response

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
        case Closed():
            return words.say("headline-closed-early" if news.early else "headline-closed")
        case Rejected():
            return words.say("headline-taken-down" if news.taken_down else "headline-rejected")
        case Reopened():
            moderated = news.state is PetitionState.UNPUBLISHED
            return words.say("headline-moderated-again" if moderated else "headline-reopened")
        case _:
            return words.say(f"headline-{news.kind.replace('_', '-')}")


def body(news: News, ref: PetitionRef, render: RenderContext, room: int) -> Html:
    """Say what happened and what it means; each text from outside is cut to `room` UTF-16 units.

    The whole is never longer than about three times `room` and 600 units more.
    """
    words = render.words
    match news:
        case MilestoneReached():
            return _milestone(news, words)
        case ResponsePublished():
            return _response(_answered(news.response, words), news.response, ref, render, room)
        case ResponseEdited():
            return _response(words.say("response-edited-meaning"), news.response, ref, render, room)
        case ResponseWithdrawn():
            return words.say("response-withdrawn-meaning")
        case DebateScheduled() | DebateMoved() | DebateCancelled() | Debated() | NotDebated():
            return _debate(news, words, room)
        case Published() | Closed() | Rejected() | Removed() | Reopened():
            return _life(news, words, room)
        case _:
            assert_never(news)


def outcome_links(outcome: DebateOutcome, words: Words) -> Html | None:
    """Put the links to what is left of a debate on one line."""
    found = [
        link(url, words.say(message))
        for url, message in (
            (outcome.video_url, "link-video"),
            (outcome.transcript_url, "link-transcript"),
            (outcome.debate_pack_url, "link-pack"),
        )
        if url
    ]
    return Html(" · ".join(found)) if found else None


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


def _debate(
    news: DebateScheduled | DebateMoved | DebateCancelled | Debated | NotDebated,
    words: Words,
    room: int,
) -> Html:
    match news:
        case DebateScheduled():
            return words.say("debate-scheduled", day=dates.weekday(news.on, words))
        case DebateMoved():
            old, new = dates.weekday(news.moved_from, words), dates.weekday(news.on, words)
            return words.say("debate-moved", old=old, new=new)
        case DebateCancelled():
            return words.say("debate-cancelled", day=dates.weekday(news.was_on, words))
        case Debated():
            return _debated(news.outcome, words, room)
        case NotDebated():
            return paragraphs([words.say("not-debated"), _quoted(news.outcome.overview, room)])
        case _:
            assert_never(news)


def _life(news: Published | Closed | Rejected | Removed | Reopened, words: Words, room: int) -> Html:
    match news:
        case Published():
            if news.closing_on is None:
                return words.say("published")
            return words.say("published-until", day=dates.day(news.closing_on, words))
        case Closed():
            return words.say("closed-early" if news.early else "closed", count=news.signatures)
        case Rejected():
            return _rejected(news, words, room)
        case Removed():
            return words.say("removed")
        case Reopened():
            return words.say("reopened-for-moderation" if news.state is PetitionState.UNPUBLISHED else "reopened")
        case _:
            assert_never(news)


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
