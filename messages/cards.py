"""The card of a petition: all there is to know about it at a glance."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from messages import dates, growth, progress, rejections, status
from messages.buttons import button, mute_button
from messages.clipping import clip
from messages.content import Button, Content, Html, Keyboard, escaped, lines, link, paragraphs, quotation
from messages.links import petition_url, response_url
from messages.news import SUMMARY_ROOM, outcome_links
from messages.presses import Follow, Refresh, ShowChart, Unfollow
from messages.render_context import RenderContext
from messages.titles import linked_title
from messages.untrusted_text import one_line
from messages.words import Words
from petitions.forecast import Growth
from petitions.petition import PetitionRef, PetitionState, Rejection, Snapshot
from petitions.watched import WatchedPetition

_TEXT_ROOM = 300


def card(
    petition: WatchedPetition,
    *,
    following: bool,
    muted: bool,
    grows: Growth | None,
    stale_since: datetime | None,
    off: bool = False,
    render: RenderContext,
) -> Content:
    """Make the card.

    `stale_since`: since when the site has not answered, so that what is shown may be old; `off`: because it is asked
    nothing.
    """
    snapshot = petition.snapshot
    render = render.about(petition.ref.site)
    renderer = _CardRenderer(snapshot=snapshot, render=render)
    text = paragraphs(
        [
            lines([renderer.title(), status.state(snapshot, render.words, renderer.site_zone), renderer.archived()]),
            renderer.numbers(grows),
            renderer.rejection(),
            renderer.background(),
            renderer.response(),
            renderer.debate(),
            renderer.checked(petition.seen_at, stale_since, off=off),
        ]
    )
    counted = snapshot.state in status.COUNTED
    return Content(text=text, buttons=_buttons(petition.ref, render, following=following, muted=muted, counted=counted))


def _buttons(ref: PetitionRef, render: RenderContext, *, following: bool, muted: bool, counted: bool) -> Keyboard:
    words = render.words
    if following:
        first: tuple[Button, ...] = (
            button(words.plain("button-unfollow"), Unfollow(ref=ref)),
            mute_button(ref, words, muted=muted),
        )
    else:
        first = (button(words.plain("button-follow"), Follow(ref=ref)),)
    refresh = button(words.plain("button-refresh"), Refresh(ref=ref))
    site = Button(label=words.plain("button-open"), url=petition_url(ref, render.sites))
    if not counted:
        return first, (refresh, site)
    return first, (refresh, button(words.plain("button-chart"), ShowChart(ref=ref))), (site,)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CardRenderer:
    """Writes the card of one petition; each method writes one paragraph, or nothing."""

    snapshot: Snapshot
    render: RenderContext

    @property
    def words(self) -> Words:
        return self.render.words

    @property
    def site_zone(self) -> ZoneInfo:
        return self.render.sites[self.snapshot.ref.site].zone

    @property
    def today(self) -> date:
        return self.render.now.astimezone(self.site_zone).date()

    def title(self) -> Html:
        title = linked_title(self.snapshot.title, self.snapshot.ref, self.render)
        return Html(f"<b>{title}</b>")

    def archived(self) -> Html | None:
        return self.words.say("card-archived") if self.snapshot.archived else None

    def numbers(self, grows: Growth | None) -> Html | None:
        snapshot, words = self.snapshot, self.words
        if snapshot.state is PetitionState.UNPUBLISHED and snapshot.signatures > 0:
            return words.say("card-supporters", count=snapshot.signatures)
        if snapshot.state not in status.COUNTED:
            return None
        return lines(
            [
                words.say("card-signatures", count=snapshot.signatures),
                self._way_to(snapshot.thresholds.response, "card-for-response"),
                self._way_to(snapshot.thresholds.debate, "card-for-debate"),
                growth.told(grows, self.render) if grows else None,
            ]
        )

    def _way_to(self, threshold: int | None, purpose: str) -> Html | None:
        if threshold is None:
            return None
        signatures, words = self.snapshot.signatures, self.words
        bar = Html(progress.bar(signatures, threshold))
        done = progress.percent(signatures, threshold)
        return words.say(purpose, bar=bar, percent=done, threshold=threshold)

    def rejection(self) -> Html | None:
        rejection: Rejection | None = self.snapshot.rejection
        if self.snapshot.state is not PetitionState.REJECTED or rejection is None:
            return None
        details = escaped(clip(one_line(rejection.details), _TEXT_ROOM))
        return lines([rejections.reason(rejection.code, self.words), quotation(details)])

    def background(self) -> Html | None:
        return quotation(escaped(clip(one_line(self.snapshot.background), _TEXT_ROOM)))

    def response(self) -> Html | None:
        snapshot, words = self.snapshot, self.words
        if snapshot.response is not None:
            day = snapshot.response.responded_on
            heading = words.say("card-response-on", day=dates.day(day, words)) if day else words.say("card-response")
            summary = escaped(clip(one_line(snapshot.response.summary), SUMMARY_ROOM))
            url = response_url(snapshot.ref, self.render.sites)
            return lines([heading, summary, link(url, words.say("link-response"))])
        if snapshot.response_at is not None:
            return words.say("card-response")
        return self._waiting("card-awaiting-response", snapshot.response_threshold_at, snapshot.thresholds.response)

    def debate(self) -> Html | None:
        snapshot, words = self.snapshot, self.words
        outcome = snapshot.debate_outcome
        if outcome is not None and not status.was_debated(snapshot, outcome):
            reason = escaped(clip(one_line(outcome.overview), _TEXT_ROOM))
            return lines([words.say("card-not-debated"), reason])
        day = (outcome.debated_on if outcome else None) or snapshot.debate_on
        if outcome is not None or snapshot.debated:
            heading = words.say("card-debated-on", day=dates.weekday(day, words)) if day else words.say("card-debated")
            return lines([heading, outcome_links(outcome, words) if outcome else None])
        if day is not None:
            past = day < self.today
            return words.say("card-debated-on" if past else "card-debate-on", day=dates.weekday(day, words))
        return self._waiting("card-awaiting-debate", snapshot.debate_threshold_at, snapshot.thresholds.debate)

    def _waiting(self, message: str, since: datetime | None, threshold: int | None) -> Html | None:
        """Say what the petition is waiting for, once it has reached the threshold."""
        if self.snapshot.state not in status.COUNTED:
            return None
        if since is not None:
            return self.words.say(f"{message}-since", day=dates.day_of(since, self.words, self.site_zone))
        return self.words.say(message) if threshold is not None and self.snapshot.signatures >= threshold else None

    def checked(self, seen_at: datetime, stale_since: datetime | None, *, off: bool) -> Html:
        if off:
            return self.words.say("card-switched-off", seen=self._moment(seen_at))
        if stale_since is not None:
            return self.words.say("card-stale", since=self._moment(stale_since), seen=self._moment(seen_at))
        return self.words.say("card-checked", seen=self._moment(seen_at))

    def _moment(self, at: datetime) -> Html:
        return dates.moment(at, self.render)
