"""What a search has found."""

from collections.abc import Sequence
from dataclasses import replace

from messages import status
from messages.buttons import button
from messages.clipping import clip
from messages.content import Button, Content, Html, lines, link, paragraphs
from messages.links import search_url
from messages.pages import turning
from messages.presses import FollowFound, ShowCard, ShowFound
from messages.render_context import RenderContext
from messages.titles import linked_title, title
from messages.words import Words
from petitions.petition import Site, Snapshot

_TITLE_ROOM = 160
_LABEL_ROOM = 40
_QUERY_ROOM = 100


def found(
    items: Sequence[Snapshot],
    *,
    shown: ShowFound,
    first: int,
    pages: int | None,
    site: Site,
    render: RenderContext,
) -> Content:
    """Make one page of results, numbered from `first`; the buttons show a petition's card, or follow it.

    `pages`: how many there are, where that is known. A query too long for a button has no pages to turn, but always
    a link to the site.
    """
    words = render.words
    query = clip(shown.query, _QUERY_ROOM)
    whole = link(search_url(shown.query, site, render.sites), words.say("search-on-site"))
    if not items:
        nothing = "search-nothing" if shown.page == 1 else "search-nothing-more"
        return Content(text=paragraphs([words.say(nothing, query=query), whole]))
    numbered = list(enumerate(items, start=first))
    text = paragraphs(
        [
            lines([words.say("search-heading", query=query), _page(shown.page, pages, words)]),
            *(_item(number, item, render) for number, item in numbered),
            lines([words.say("search-choose-follow" if shown.to_follow else "search-choose"), whole]),
        ]
    )
    turned = turning(
        words,
        replace(shown, page=shown.page - 1) if shown.page > 1 else None,
        replace(shown, page=shown.page + 1) if pages is None or shown.page < pages else None,
    )
    choosing = tuple((_choice(number, item, shown, words),) for number, item in numbered)
    return Content(text=text, buttons=choosing + turned)


def _page(page: int, pages: int | None, words: Words) -> Html | None:
    if pages is None:
        return words.say("search-page", page=page)
    return words.say("page", page=page, pages=pages) if pages > 1 else None


def _item(number: int, item: Snapshot, render: RenderContext) -> Html:
    linked = linked_title(item.title, item.ref, render, _TITLE_ROOM)
    return render.words.say("list-item", number=number, title=linked, summary=status.summary(item, render.words))


def _choice(number: int, item: Snapshot, shown: ShowFound, words: Words) -> Button:
    label = words.plain("search-choice", number=number, title=title(item.title, item.ref, words, _LABEL_ROOM))
    return button(label, FollowFound(ref=item.ref) if shown.to_follow else ShowCard(ref=item.ref))
