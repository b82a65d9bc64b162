"""/unfollow: by numbers and links, or by choosing from the list; each time with a way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from handlers.conversation import Answers, Asked, Command, PressAnswer, Pressed, Surroundings
from handlers.listing import ListConversation
from handlers.petition_cards import CardConversation
from messages import replies
from messages.buttons import Unfollow, UnfollowListed
from messages.content import Content
from petitions import links
from petitions.petition import PetitionRef
from services.following import Following


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfollowingConversation:
    """Ends follows of the place that asks."""

    following: Following
    cards: CardConversation
    lists: ListConversation
    surroundings: Surroundings

    def build(self) -> tuple[Command, ...]:
        """Return the commands of this conversation."""
        return (Command(name="unfollow", answer=self.unfollow),)

    async def unfollow(self, asked: Asked) -> Answers:
        """Unfollow what is named, or offer the list to choose from."""
        match links.parse_references(asked.text, self.surroundings.hosts):
            case links.References(refs=(ref,)):
                return [await self._unfollow_one(ref, asked)]
            case links.References(refs=refs):
                return [await self._unfollow_several(refs, asked)]
            case links.Words():
                return [replies.note(asked.words, "unfollow-words")]
            case links.Nothing():
                return [await self.lists.page(1, asked, to_unfollow=True)]
            case never:
                assert_never(never)

    async def pressed(self, press: Unfollow | UnfollowListed, pressed: Pressed) -> PressAnswer:
        """Unfollow the petition of a button; on a card it changes the card, in a list it takes the list's place."""
        asked = pressed.asked
        petition = await self.following.unfollow(press.ref, asked.place, asked.now)
        toast = asked.words.plain("toast-not-followed" if petition is None else "toast-unfollowed")
        match press:
            case Unfollow():
                return PressAnswer(toast=toast, message=await self.cards.card(press.ref, asked))
            case UnfollowListed() if petition is None:
                return PressAnswer(toast=toast, message=await self.lists.page(1, asked, to_unfollow=True))
            case UnfollowListed():
                message = replies.unfollowed(petition.snapshot, asked.words, self.surroundings.sites)
                return PressAnswer(toast=toast, message=message)
            case never:
                assert_never(never)

    async def _unfollow_one(self, ref: PetitionRef, asked: Asked) -> Content:
        petition = await self.following.unfollow(ref, asked.place, asked.now)
        if petition is None:
            return replies.note(asked.words, "unfollow-unknown")
        return replies.unfollowed(petition.snapshot, asked.words, self.surroundings.sites)

    async def _unfollow_several(self, refs: Sequence[PetitionRef], asked: Asked) -> Content:
        parts = []
        for ref in refs:
            petition = await self.following.unfollow(ref, asked.place, asked.now)
            if petition is None:
                parts.append(replies.not_followed_line(ref, asked.words))
            else:
                parts.append(replies.unfollowed_line(petition.snapshot, asked.words, self.surroundings.sites))
        return replies.unfollowed_several(parts, asked.words)
