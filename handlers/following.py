"""/follow: by numbers and links, or by words that lead to a choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from handlers.conversation import Answers, Asked, Command, PressAnswer, Pressed, Surroundings
from handlers.petition_cards import CardConversation
from handlers.searching import SearchConversation
from messages import replies
from messages.buttons import Follow, FollowAgain, FollowFound
from messages.content import Content, Html
from petitions import links
from petitions.follows import FOLLOWS_PER_PLACE, Followed
from petitions.petition import PetitionRef
from services.following import Following, FollowResult, Follows
from services.looks import NoSuchPetition, SiteSilent


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingConversation:
    """Follows petitions for the place that asks."""

    following: Following
    cards: CardConversation
    searches: SearchConversation
    surroundings: Surroundings

    def build(self) -> tuple[Command, ...]:
        """Return the commands of this conversation."""
        return (Command(name="follow", answer=self.follow),)

    async def follow(self, asked: Asked) -> Answers:
        """Follow what is named, or look for the words."""
        match links.parse_references(asked.text, self.surroundings.hosts):
            case links.References(refs=refs, dropped=dropped):
                return await self.follow_all(refs, dropped, asked)
            case links.Words(text=query):
                return [await self.searches.results(query, 1, asked, to_follow=True)]
            case links.Nothing():
                return [replies.note(asked.words, "follow-usage")]
            case never:
                assert_never(never)

    async def follow_all(self, refs: Sequence[PetitionRef], dropped: int, asked: Asked) -> Answers:
        """Follow petitions and say for each how that ended."""
        results = await self.following.follow(refs, asked.place, asked.now)
        if len(results) == 1 and not dropped:
            return [self._answer(results[0], asked)]
        return [replies.several([self._line(result, asked) for result in results], dropped, asked.words)]

    async def pressed(self, press: Follow | FollowFound | FollowAgain, pressed: Pressed) -> PressAnswer:
        """Follow the petition of a button."""
        asked = pressed.asked
        words = asked.words
        (result,) = await self.following.follow((press.ref,), asked.place, asked.now)
        match result:
            case NoSuchPetition(unpublished=unpublished):
                message = "toast-petition-unpublished" if unpublished else "toast-no-such-petition"
                return PressAnswer(toast=words.plain(message), dialog=True)
            case SiteSilent():
                return PressAnswer(toast=words.plain("toast-site-silent"), dialog=True)
            case Follows(outcome=Followed.FULL):
                return PressAnswer(toast=words.plain("toast-full", limit=FOLLOWS_PER_PLACE), dialog=True)
            case Follows(outcome=outcome):
                toast = words.plain("toast-following" if outcome is Followed.NEW else "toast-already")
            case never:
                assert_never(never)
        match press:
            case Follow():
                return PressAnswer(toast=toast, message=await self.cards.card(press.ref, asked))
            case FollowFound():
                return PressAnswer(toast=toast, reply=self._answer(result, asked))
            case FollowAgain():
                return PressAnswer(toast=toast, message=self._answer(result, asked))
            case never_pressed:
                assert_never(never_pressed)

    def _answer(self, result: FollowResult, asked: Asked) -> Content:
        words, surroundings = asked.words, self.surroundings
        match result:
            case Follows(petition=petition, outcome=outcome):
                return replies.follows(petition.snapshot, outcome, words, surroundings.sites)
            case NoSuchPetition(ref=ref, unpublished=unpublished):
                return replies.no_such_petition(ref, words, unpublished=unpublished)
            case SiteSilent(since=since):
                return replies.site_silent(since, words=words, zone=surroundings.zone, now=asked.now)
            case never:
                assert_never(never)

    def _line(self, result: FollowResult, asked: Asked) -> Html:
        match result:
            case Follows(petition=petition, outcome=outcome):
                return replies.follow_line(petition.snapshot, outcome, asked.words, self.surroundings.sites)
            case NoSuchPetition(ref=ref, unpublished=unpublished):
                return replies.no_such_petition_line(ref, asked.words, unpublished=unpublished)
            case SiteSilent(ref=ref):
                return replies.site_silent_line(ref, asked.words)
            case never:
                assert_never(never)
