"""/petition, pasted links and the buttons of cards: everything about one petition at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from cachetools import LRUCache

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, never
from handlers.searching import SearchCommands
from messages import cards, replies
from messages.content import Content
from messages.presses import Refresh, ShowCard
from petitions import links
from petitions.follows import Place
from petitions.petition import PetitionRef
from services.cards import Cards, CardView
from services.looks import NoSuchPetition, NotNow, SiteSilent

_CARDS_AT_ONCE = 3
_MOST_REMEMBERED = 10_000
"""Places of which the petition is remembered that they were shown last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCommands:
    """Shows petitions as cards."""

    cards: Cards
    searches: SearchCommands
    last_shown: LRUCache[Place, PetitionRef] = field(default_factory=lambda: LRUCache(_MOST_REMEMBERED))

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="petition", answer=self.petition, changes=never, ephemeral=True),)

    async def petition(self, context: CommandContext) -> Answers:
        """Show what is named, or look for the words."""
        match links.parse_references(context.text, context.render.sites):
            case links.References(refs=refs):
                return await self._all(refs, context)
            case links.Words(text=query):
                return [await self.searches.results(query, 1, context, to_follow=False)]
            case links.Nothing():
                return [replies.note(context.words, "petition-usage")]
            case unknown:
                assert_never(unknown)

    async def pasted(self, context: CommandContext) -> Answers:
        """Show the petitions whose links stand in a text, or say what can be done here."""
        found = links.find_links(context.text, context.render.sites)
        if not found:
            return [replies.note(context.words, "free-text")]
        return await self._all(found, context)

    async def show(self, press: ShowCard, context: CallbackContext) -> CallbackAnswer:
        """Show the card of a button as a new message."""
        return CallbackAnswer(reply=await self.card(press.ref, context))

    async def refresh(self, press: Refresh, context: CallbackContext) -> CallbackAnswer:
        """Read the petition of a card again and change the card."""
        view = await self.cards.card(press.ref, context.place, context.now, refresh=True)
        match view:
            case NoSuchPetition():
                return CallbackAnswer(toast=context.words.plain("toast-no-such-petition"), dialog=True)
            case SiteSilent(off=off):
                toast = context.words.plain("toast-site-off" if off else "toast-site-silent")
                return CallbackAnswer(toast=toast, dialog=True)
            case NotNow():
                return CallbackAnswer(toast=context.words.plain("toast-not-now"), dialog=True)
            case CardView(stale_since=None):
                return CallbackAnswer(toast=context.words.plain("toast-refreshed"), message=self._drawn(view, context))
            case CardView(off=True):
                return CallbackAnswer(toast=context.words.plain("toast-site-off"), message=self._drawn(view, context))
            case CardView():
                return CallbackAnswer(toast=context.words.plain("toast-stale-card"), message=self._drawn(view, context))
            case unknown:
                assert_never(unknown)

    async def card(self, ref: PetitionRef, context: CommandContext) -> Content:
        """Make the card, or say why there is none."""
        view = await self.cards.card(ref, context.place, context.now)
        match view:
            case CardView():
                return self._drawn(view, context)
            case _:
                return not_shown(view, context)

    async def _all(self, refs: Sequence[PetitionRef], context: CommandContext) -> Answers:
        shown = [await self.card(ref, context) for ref in refs[:_CARDS_AT_ONCE]]
        left = len(refs) - len(shown)
        return [*shown, replies.note(context.words, "cards-left", count=left)] if left else shown

    def _drawn(self, view: CardView, context: CommandContext) -> Content:
        self.last_shown[context.place] = view.petition.ref
        return cards.card(
            view.petition,
            following=view.following is not None,
            muted=view.following is not None and view.following.muted,
            grows=view.growth,
            stale_since=view.stale_since,
            off=view.off,
            render=context.render,
        )


def not_shown(view: NoSuchPetition | SiteSilent | NotNow, context: CommandContext) -> Content:
    """Say why there is nothing to show of a petition."""
    match view:
        case NoSuchPetition(ref=ref):
            return replies.note(context.words, "no-such-petition", number=ref.number)
        case SiteSilent(since=since, off=off):
            return replies.site_silent(since, context.render, off=off)
        case NotNow():
            return replies.note(context.words, "not-now")
        case unknown:
            assert_never(unknown)
