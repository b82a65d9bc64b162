"""/start and /help: what the bot is, and what it can do. A deep link to a petition follows it at once."""

from dataclasses import dataclass

from handlers.context import Answers, Command, CommandContext, Scope, never
from handlers.following import FollowCommands
from messages import guide
from petitions.legislature import Legislatures
from petitions.links import parse_payload


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeCommands:
    """Greets and guides. `others`: all other commands, which /help lists too."""

    following: FollowCommands
    sites: Legislatures
    others: tuple[Command, ...]

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (
            Command(name="start", answer=self.start, changes=self._follows, for_members=True, ephemeral=True),
            Command(name="help", answer=self.help, changes=never, ephemeral=True),
        )

    async def start(self, context: CommandContext) -> Answers:
        """Greet, or follow the petition of a deep link such as `f_uk_700143`."""
        ref = parse_payload(context.text, self.sites)
        if ref is not None:
            return await self.following.follow_all((ref,), 0, context)
        return [guide.start(context.words, group=not context.in_private)]

    async def help(self, context: CommandContext) -> Answers:
        """List the commands."""
        here = Scope.PRIVATE if context.in_private else Scope.GROUP
        commands = (*self.others, *self.build())
        return [guide.help_text(context.words, [command.name for command in commands if command.is_offered_in(here)])]

    def _follows(self, text: str) -> bool:
        return parse_payload(text, self.sites) is not None
