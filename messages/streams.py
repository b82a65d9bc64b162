"""The streams of a whole site: which there are, what one would tell, and to what it is narrowed."""

from collections.abc import Collection, Sequence

from messages import pages
from messages.buttons import button, fits
from messages.content import Button, Content, Html, lines, paragraphs
from messages.news import headline
from messages.presses import ChangeCap, Narrow, ShowStream, ShowStreams, ShowSubjects, Subscribe, Unsubscribe
from messages.render_context import RenderContext
from messages.titles import linked_title
from messages.words import Words
from petitions.news import StoredChange
from petitions.petition import Site
from petitions.streams import DAILY_CAPS, SUMMARY_AT, SiteStream, Stream, Subscription

SUBJECTS_A_PAGE = 10
_TITLE_ROOM = 160


def parse(text: str, site: Site, render: RenderContext) -> SiteStream | None:
    """Return the stream that somebody names: by a threshold such as "10,000", or by a word for it."""
    named = text.strip().lower()
    number = named.replace(",", "").replace(" ", "").replace("k", "000")
    thresholds = render.sites[site].thresholds
    numbers = {Stream.RESPONSE_THRESHOLD: thresholds.response, Stream.DEBATE_THRESHOLD: thresholds.debate}
    for stream in Stream:
        by_number = numbers.get(stream) is not None and number == str(numbers[stream])
        if by_number or named in render.words.plain(f"stream-words-{stream.replace('_', '-')}").split(", "):
            return SiteStream(site=site, stream=stream)
    return None


def name(of: SiteStream, render: RenderContext) -> str:
    """Name a stream in a few words."""
    thresholds = render.sites[of.site].thresholds
    return render.words.plain(
        f"stream-{of.stream.replace('_', '-')}", response=thresholds.response or 0, debate=thresholds.debate or 0
    )


def overview(subscribed: Sequence[Subscription], site: Site, render: RenderContext) -> Content:
    """Show all streams of a site, and which of them this place is subscribed to."""
    words = render.words
    ours = {subscription.of for subscription in subscribed}
    streams = [SiteStream(site=site, stream=stream) for stream in Stream]
    return Content(
        text=paragraphs([words.say("streams-heading"), words.say("streams-choose")]),
        buttons=tuple((button(_checked(name(of, render), words, on=of in ours), ShowStream(of=of)),) for of in streams),
    )


def stream(
    of: SiteStream, subscription: Subscription | None, told: Sequence[StoredChange], render: RenderContext
) -> Content:
    """Show one stream: what it would have told lately, and how to begin, change or end it."""
    words = render.words
    heading = words.say("stream-heading", name=name(of, render))
    preview = _preview(told, render)
    if subscription is None:
        rows = ((button(words.plain("button-subscribe"), Subscribe(of=of)),),)
        return Content(text=paragraphs([heading, preview]), buttons=(*rows, _back(words)))
    cap = words.say("stream-cap", cap=subscription.daily_cap, hour=SUMMARY_AT.hour)
    subjects = _narrowed(subscription.subjects, words)
    other = DAILY_CAPS[(DAILY_CAPS.index(subscription.daily_cap) + 1) % len(DAILY_CAPS)]
    return Content(
        text=paragraphs([heading, words.say("stream-on"), lines([subjects, cap]), preview]),
        buttons=(
            (button(words.plain("button-narrow"), ShowSubjects(of=of, page=1)),),
            (button(words.plain("button-cap", cap=other), ChangeCap(of=of, cap=other)),),
            (button(words.plain("button-unsubscribe"), Unsubscribe(of=of)),),
            _back(words),
        ),
    )


def subjects(subscription: Subscription, offered: Sequence[str], page: int, render: RenderContext) -> Content:
    """Show a page of the topics and departments to which a subscription can be narrowed."""
    words, of = render.words, subscription.of
    everything = [*sorted(subscription.subjects - set(offered)), *offered]
    last = max(1, -(-len(everything) // SUBJECTS_A_PAGE))
    page = min(page, last)
    here = everything[(page - 1) * SUBJECTS_A_PAGE : page * SUBJECTS_A_PAGE]
    choices = [
        (Narrow(of=of, subject=subject, page=page, wanted=subject not in subscription.subjects), subject)
        for subject in here
    ]
    rows = tuple(
        (button(_checked(subject_name(subject), words, on=not press.wanted), press),)
        for press, subject in choices
        if fits(press)
    )
    turning = pages.turning(
        words,
        ShowSubjects(of=of, page=page - 1) if page > 1 else None,
        ShowSubjects(of=of, page=page + 1) if page < last else None,
    )
    return Content(
        text=paragraphs(
            [
                words.say("stream-heading", name=name(of, render)),
                _narrowed(subscription.subjects, words),
                words.say("stream-subjects-choose" if rows else "stream-subjects-none"),
            ]
        ),
        buttons=(*rows, *turning, (button(words.plain("button-done"), ShowStream(of=of)),)),
    )


def listed(subscribed: Sequence[Subscription], render: RenderContext) -> Html | None:
    """Say in a list which streams a place is subscribed to; nothing when there are none."""
    if not subscribed:
        return None
    items = [render.words.say("list-stream", name=name(each.of, render)) for each in subscribed]
    return lines([render.words.say("list-streams"), *items])


def manage(words: Words) -> Button:
    """Make the button that leads to the streams."""
    return button(words.plain("button-streams"), ShowStreams())


def subject_name(subject: str) -> str:
    """Write a topic's code as a person reads it: "Local government"; a department's name stands as it is."""
    if subject != subject.lower():
        return subject
    words = subject.replace("-", " ")
    return words[:1].upper() + words[1:]


def _preview(told: Sequence[StoredChange], render: RenderContext) -> Html:
    words = render.words
    if not told:
        return words.say("stream-preview-nothing")
    last = told[-1]
    return lines(
        [
            words.say("stream-preview", count=len(told)),
            words.say(
                "round-up-line",
                headline=headline(last.change.news, render.about(last.ref.site).words),
                title=linked_title(last.title, last.ref, render, _TITLE_ROOM),
            ),
        ]
    )


def _narrowed(subjects: Collection[str], words: Words) -> Html:
    if not subjects:
        return words.say("stream-all-subjects")
    return words.say("stream-some-subjects", subjects=", ".join(sorted(map(subject_name, subjects))))


def _checked(label: str, words: Words, *, on: bool) -> str:
    return words.plain("checked", label=label) if on else label


def _back(words: Words) -> tuple[Button, ...]:
    return (button(words.plain("button-before"), ShowStreams()),)
