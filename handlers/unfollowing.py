"""/unfollow: by numbers and links, or by choosing from the list; each time with a way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext
from handlers.listing import ListCommands
from handlers.petition_cards import CardCommands
from messages import replies
from messages.content import Content, Html
from messages.presses import Unfollow, UnfollowListed
from petitions import links
from petitions.petition import PetitionRef
from petitions.watched import WatchedPetition
from services.following import Following


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfollowCommands:
    """Ends follows of the place that asks."""

    following: Following
    cards: CardCommands
    lists: ListCommands

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="unfollow", answer=self.unfollow, in_channels=True, for_members=True),)

    async def unfollow(self, context: CommandContext) -> Answers:
        """Unfollow what is named, or offer the list to choose from."""
        match links.parse_references(context.text, context.render.sites):
            case links.References(refs=(ref,)):
                return [await self._unfollow_one(ref, context)]
            case links.References(refs=refs):
                return [await self._unfollow_several(refs, context)]
            case links.Words():
                return [replies.note(context.words, "unfollow-words")]
            case links.Nothing():
                return [await self.lists.page(1, context, to_unfollow=True)]
            case unknown:
                assert_never(unknown)

    async def on_press(self, press: Unfollow | UnfollowListed, context: CallbackContext) -> CallbackAnswer:
        """Unfollow the petition of a button; on a card it changes the card, in a list it takes the list's place."""
        petition = await self.following.unfollow(press.ref, context.place, context.now)
        toast = context.words.plain("toast-not-followed" if petition is None else "toast-unfollowed")
        news = None if petition is None else replies.unfollowed(petition.snapshot, context.render)
        match press:
            case Unfollow():
                return CallbackAnswer(toast=toast, message=await self.cards.card(press.ref, context), news=news)
            case UnfollowListed():
                message = news or await self.lists.page(1, context, to_unfollow=True)
                return CallbackAnswer(toast=toast, message=message, news=news)
            case unknown:
                assert_never(unknown)

    async def _unfollow_one(self, ref: PetitionRef, context: CommandContext) -> Content:
        petition = await self.following.unfollow(ref, context.place, context.now)
        if petition is None:
            return replies.note(context.words, "unfollow-unknown")
        return replies.unfollowed(petition.snapshot, context.render).for_everybody()

    async def _unfollow_several(self, refs: Sequence[PetitionRef], context: CommandContext) -> Content:
        ended = {ref: await self.following.unfollow(ref, context.place, context.now) for ref in refs}
        answer = replies.unfollowed_several([_line(*each, context) for each in ended.items()], context.words)
        return answer.for_everybody() if any(ended.values()) else answer


def _line(ref: PetitionRef, petition: WatchedPetition | None, context: CommandContext) -> Html:
    if petition is None:
        return replies.not_followed_line(ref, context.words)
    return replies.unfollowed_line(petition.snapshot, context.render)
