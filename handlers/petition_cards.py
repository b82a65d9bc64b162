"""/petition, pasted links and the buttons of cards: everything about one petition at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from handlers.conversation import Answers, Asked, Command, PressAnswer, Pressed, Surroundings, never
from handlers.searching import SearchConversation
from messages import cards, replies
from messages.buttons import Refresh, ShowCard
from messages.content import Content
from petitions import links
from petitions.petition import PetitionRef
from services.cards import Cards, CardView
from services.looks import NoSuchPetition, SiteSilent

_CARDS_AT_ONCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CardConversation:
    """Shows petitions as cards."""

    cards: Cards
    searches: SearchConversation
    surroundings: Surroundings

    def build(self) -> tuple[Command, ...]:
        """Return the commands of this conversation."""
        return (Command(name="petition", answer=self.petition, changes=never),)

    async def petition(self, asked: Asked) -> Answers:
        """Show what is named, or look for the words."""
        match links.parse_references(asked.text, self.surroundings.hosts):
            case links.References(refs=refs):
                return await self._all(refs, asked)
            case links.Words(text=query):
                return [await self.searches.results(query, 1, asked, to_follow=False)]
            case links.Nothing():
                return [replies.note(asked.words, "petition-usage")]
            case unknown:
                assert_never(unknown)

    async def pasted(self, asked: Asked) -> Answers:
        """Show the petitions whose links stand in a text, or say what can be done here."""
        found = links.find_links(asked.text, self.surroundings.hosts)
        if not found:
            return [replies.note(asked.words, "free-text")]
        return await self._all(found, asked)

    async def show(self, press: ShowCard, pressed: Pressed) -> PressAnswer:
        """Show the card of a button as a new message."""
        return PressAnswer(reply=await self.card(press.ref, pressed.asked))

    async def refresh(self, press: Refresh, pressed: Pressed) -> PressAnswer:
        """Read the petition of a card again and change the card."""
        asked = pressed.asked
        view = await self.cards.card(press.ref, asked.place, asked.now, refresh=True)
        match view:
            case NoSuchPetition(unpublished=unpublished):
                message = "toast-petition-unpublished" if unpublished else "toast-no-such-petition"
                return PressAnswer(toast=asked.words.plain(message), dialog=True)
            case SiteSilent():
                return PressAnswer(toast=asked.words.plain("toast-site-silent"), dialog=True)
            case CardView(stale_since=None):
                return PressAnswer(toast=asked.words.plain("toast-refreshed"), message=self._drawn(view, asked))
            case CardView():
                return PressAnswer(toast=asked.words.plain("toast-stale-card"), message=self._drawn(view, asked))
            case unknown:
                assert_never(unknown)

    async def card(self, ref: PetitionRef, asked: Asked) -> Content:
        """Make the card, or say why there is none."""
        view = await self.cards.card(ref, asked.place, asked.now)
        match view:
            case NoSuchPetition(unpublished=unpublished):
                return replies.no_such_petition(ref, asked.words, unpublished=unpublished)
            case SiteSilent(since=since):
                return replies.site_silent(since, words=asked.words, zone=self.surroundings.zone, now=asked.now)
            case CardView():
                return self._drawn(view, asked)
            case unknown:
                assert_never(unknown)

    async def _all(self, refs: Sequence[PetitionRef], asked: Asked) -> Answers:
        shown = [await self.card(ref, asked) for ref in refs[:_CARDS_AT_ONCE]]
        left = len(refs) - len(shown)
        return [*shown, replies.note(asked.words, "cards-left", count=left)] if left else shown

    def _drawn(self, view: CardView, asked: Asked) -> Content:
        return cards.card(
            view.petition,
            following=view.following is not None,
            muted=view.following is not None and view.following.muted,
            pace=view.pace,
            words=asked.words,
            sites=self.surroundings.sites,
            zone=self.surroundings.zone,
            now=asked.now,
            stale_since=view.stale_since,
        )
