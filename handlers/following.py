"""/follow: by numbers and links, or by words that lead to a choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext
from handlers.petition_cards import CardCommands
from handlers.searching import SearchCommands
from messages import replies
from messages.content import Content, Html
from messages.presses import Follow, FollowAgain, FollowFound
from petitions import links
from petitions.follows import Followed
from petitions.petition import PetitionRef
from services.following import Following, FollowResult, Follows, ListFull
from services.looks import NoSuchPetition, NotNow, SiteSilent


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowCommands:
    """Follows petitions for the place that asks."""

    following: Following
    cards: CardCommands
    searches: SearchCommands

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="follow", answer=self.follow, in_channels=True, for_members=True),)

    async def follow(self, context: CommandContext) -> Answers:
        """Follow what is named, or look for the words."""
        match links.parse_references(context.text, context.render.sites):
            case links.References(refs=refs, dropped=dropped):
                return await self.follow_all(refs, dropped, context)
            case links.Words(text=query):
                return [await self.searches.results(query, 1, context, to_follow=True)]
            case links.Nothing():
                return [replies.note(context.words, "follow-usage")]
            case unknown:
                assert_never(unknown)

    async def follow_all(self, refs: Sequence[PetitionRef], dropped: int, context: CommandContext) -> Answers:
        """Follow petitions and say for each how that ended."""
        results = await self.following.follow(refs, context.place, context.now)
        if len(results) == 1 and not dropped:
            return [self._answer(results[0], context)]
        answer = replies.several([self._line(result, context) for result in results], dropped, context.words)
        return [answer.for_everybody() if any(map(_is_new, results)) else answer]

    async def on_press(self, press: Follow | FollowFound | FollowAgain, context: CallbackContext) -> CallbackAnswer:
        """Follow the petition of a button."""
        words = context.words
        (result,) = await self.following.follow((press.ref,), context.place, context.now)
        match result:
            case NoSuchPetition():
                return CallbackAnswer(toast=words.plain("toast-no-such-petition"), dialog=True)
            case SiteSilent(off=off):
                return CallbackAnswer(toast=words.plain("toast-site-off" if off else "toast-site-silent"), dialog=True)
            case ListFull(limit=limit):
                return CallbackAnswer(toast=words.plain("toast-full", limit=limit), dialog=True)
            case NotNow():
                return CallbackAnswer(toast=words.plain("toast-not-now"), dialog=True)
            case Follows(outcome=outcome):
                toast = words.plain("toast-following" if outcome is Followed.NEW else "toast-already")
            case unknown:
                assert_never(unknown)
        answer = self._answer(result, context)
        news = answer if answer.for_all else None
        match press:
            case Follow():
                return CallbackAnswer(toast=toast, message=await self.cards.card(press.ref, context), news=news)
            case FollowFound():
                return CallbackAnswer(toast=toast, reply=answer)
            case FollowAgain():
                return CallbackAnswer(toast=toast, message=answer, news=news)
            case unknown_press:
                assert_never(unknown_press)

    def _answer(self, result: FollowResult, context: CommandContext) -> Content:
        match result:
            case Follows(petition=petition, outcome=outcome):
                answer = replies.follows(petition.snapshot, outcome, context.render)
                return answer.for_everybody() if _is_new(result) else answer
            case NoSuchPetition(ref=ref):
                return replies.note(context.words, "no-such-petition", number=ref.number)
            case SiteSilent(since=since, off=off):
                return replies.site_silent(since, context.render, off=off)
            case ListFull(limit=limit):
                return replies.note(context.words, "follow-full", limit=limit)
            case NotNow():
                return replies.note(context.words, "not-now")
            case unknown:
                assert_never(unknown)

    def _line(self, result: FollowResult, context: CommandContext) -> Html:
        match result:
            case Follows(petition=petition, outcome=outcome):
                return replies.follow_line(petition.snapshot, outcome, context.render)
            case NoSuchPetition(ref=ref):
                return replies.number_line("follow-line-none", ref, context.words)
            case SiteSilent(ref=ref, off=off):
                return replies.number_line("follow-line-off" if off else "follow-line-silent", ref, context.words)
            case ListFull(ref=ref):
                return replies.number_line("follow-line-full", ref, context.words)
            case NotNow(ref=ref):
                return replies.number_line("follow-line-not-now", ref, context.words)
            case unknown:
                assert_never(unknown)


def _is_new(result: FollowResult) -> bool:
    return isinstance(result, Follows) and result.outcome is Followed.NEW
