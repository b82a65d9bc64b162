"""The list of what a chat or topic follows, and of the streams it is subscribed to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from messages import growth, pages, status, streams
from messages.buttons import button
from messages.content import Button, Content, Html, lines, paragraphs
from messages.presses import ShowCard, ShowList, UnfollowListed
from messages.render_context import RenderContext
from messages.titles import linked_title
from petitions.forecast import Growth
from petitions.petition import PetitionId
from petitions.streams import Subscription
from petitions.watched import FollowedPetition

_TITLE_ROOM = 160


def followed(
    items: Sequence[FollowedPetition],
    *,
    grow: Mapping[PetitionId, Growth],
    total: int,
    subscribed: Sequence[Subscription],
    shown: ShowList,
    render: RenderContext,
) -> Content:
    """Make one page of the list; the number buttons show a petition's card, or unfollow it.

    `grow`: how the petitions grow of which that is known.
    """
    words = render.words
    streams_row = ((streams.manage(words),),) if subscribed else ()
    if total == 0 or not items:
        empty = words.say("list-empty-streams" if subscribed else "list-empty")
        return Content(text=paragraphs([streams.listed(subscribed, render), empty]), buttons=streams_row)
    first = (shown.page - 1) * pages.PAGE_SIZE + 1
    numbered = list(enumerate(items, start=first))
    last = pages.page_count(total)
    text = paragraphs(
        [
            streams.listed(subscribed, render),
            lines(
                [
                    words.say("list-heading", count=total),
                    words.say("page", page=shown.page, pages=last) if last > 1 else None,
                ]
            ),
            *(_item(number, item, grow.get(item.petition.id), render) for number, item in numbered),
            words.say("list-choose-unfollow" if shown.to_unfollow else "list-choose"),
        ]
    )
    turning = pages.turning(
        words,
        replace(shown, page=shown.page - 1) if shown.page > 1 else None,
        replace(shown, page=shown.page + 1) if shown.page < last else None,
    )
    choosing = pages.rows([_choice(number, item, shown) for number, item in numbered])
    return Content(text=text, buttons=choosing + turning + streams_row)


def _item(number: int, item: FollowedPetition, grows: Growth | None, render: RenderContext) -> Html:
    snapshot = item.petition.snapshot
    title = linked_title(snapshot.title, snapshot.ref, render, _TITLE_ROOM)
    message = "list-item-muted" if item.muted else "list-item"
    return lines(
        [
            render.words.say(message, number=number, title=title, summary=status.summary(snapshot, render.words)),
            growth.in_short(grows, render) if grows else None,
        ]
    )


def _choice(number: int, item: FollowedPetition, shown: ShowList) -> Button:
    ref = item.petition.ref
    return button(str(number), UnfollowListed(ref=ref) if shown.to_unfollow else ShowCard(ref=ref))
