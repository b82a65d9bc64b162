"""/here: a petition that another topic of the group follows is followed in this one instead."""

from dataclasses import dataclass
from typing import assert_never

from handlers.context import Answers, Command, CommandContext
from messages import replies
from messages.content import Html
from petitions import links
from petitions.petition import PetitionRef
from petitions.watched import WatchedPetition
from services.following import Following


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCommands:
    """Moves follows between topics."""

    following: Following

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="here", answer=self.here, for_members=True),)

    async def here(self, context: CommandContext) -> Answers:
        """Move what is named to this topic."""
        if context.in_private:
            return [replies.note(context.words, "here-no-topics")]
        match links.parse_references(context.text, context.render.sites):
            case links.References(refs=refs):
                moved = {ref: await self.following.move_here(ref, context.place) for ref in refs}
                answer = replies.several([_line(*each, context) for each in moved.items()], 0, context.words)
                return [answer.for_everybody() if any(moved.values()) else answer]
            case links.Words() | links.Nothing():
                return [replies.note(context.words, "here-usage")]
            case unknown:
                assert_never(unknown)


def _line(ref: PetitionRef, petition: WatchedPetition | None, context: CommandContext) -> Html:
    if petition is None:
        return replies.number_line("here-line-none", ref, context.words)
    return replies.moved_line(petition.snapshot, context.render)
