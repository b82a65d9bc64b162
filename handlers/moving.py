"""/here: a petition that another topic of the group follows is followed in this one instead."""

from dataclasses import dataclass
from typing import assert_never

from handlers.context import Answers, Command, CommandContext
from messages import replies
from messages.content import Html
from petitions import links
from petitions.petition import PetitionRef
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
                moved = [await self._moved(ref, context) for ref in refs]
                return [replies.several(moved, 0, context.words).for_everybody()]
            case links.Words() | links.Nothing():
                return [replies.note(context.words, "here-usage")]
            case unknown:
                assert_never(unknown)

    async def _moved(self, ref: PetitionRef, context: CommandContext) -> Html:
        petition = await self.following.move_here(ref, context.place)
        if petition is None:
            return replies.number_line("here-line-none", ref, context.words)
        return replies.moved_line(petition.snapshot, context.render)
