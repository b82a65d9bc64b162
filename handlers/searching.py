"""/search: petitions by words, a page at a time."""

from dataclasses import dataclass
from typing import assert_never

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, never
from messages import replies, searches
from messages.clipping import clip
from messages.content import Content
from messages.presses import ShowFound
from messages.untrusted_text import one_line
from petitions.petition import Site
from services.searching import PAGE_SIZE, Found, Searching, SearchLater, SearchUnavailable

_QUERY_ROOM = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCommands:
    """Looks for petitions on the site."""

    searching: Searching
    site: Site

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="search", answer=self.search, changes=never, ephemeral=True),)

    async def search(self, context: CommandContext) -> Answers:
        """Look for the words."""
        if not one_line(context.text):
            return [replies.note(context.words, "search-usage")]
        return [await self.results(context.text, 1, context, to_follow=False)]

    async def on_press(self, press: ShowFound, context: CallbackContext) -> CallbackAnswer:
        """Turn to a page of results."""
        return CallbackAnswer(message=await self.results(press.query, press.page, context, to_follow=press.to_follow))

    async def results(self, query: str, page: int, context: CommandContext, *, to_follow: bool) -> Content:
        """Make one page of results; with `to_follow` its buttons follow, otherwise they show cards."""
        query = clip(one_line(query), _QUERY_ROOM)
        found = await self.searching.search(query, page=page, site=self.site, chat=context.place.chat, now=context.now)
        match found:
            case SearchUnavailable(since=since, off=off):
                return replies.site_silent(since, context.render, off=off)
            case SearchLater():
                return replies.note(context.words, "not-now")
            case Found():
                return searches.found(
                    found.items,
                    shown=ShowFound(query=query, page=page, to_follow=to_follow),
                    first=(page - 1) * PAGE_SIZE + 1,
                    pages=found.pages,
                    site=self.site,
                    render=context.render,
                )
            case unknown:
                assert_never(unknown)
