"""/start and /help: what the bot is, and what it can do. A deep link follows a petition or sets up a group."""

from dataclasses import dataclass

from handlers.channels import ChannelCommands
from handlers.context import Answers, Command, CommandContext, Scope, never
from handlers.following import FollowCommands
from messages import guide
from messages.links import group_to_set_up
from petitions.legislature import Legislatures
from petitions.links import parse_payload


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeCommands:
    """Greets and guides. `others`: all other commands, which /help lists too."""

    following: FollowCommands
    channels: ChannelCommands
    sites: Legislatures
    others: tuple[Command, ...]

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (
            Command(name="start", answer=self.start, changes=self._follows, for_members=True, ephemeral=True),
            Command(name="help", answer=self.help, changes=never, ephemeral=True),
        )

    async def start(self, context: CommandContext) -> Answers:
        """Greet, or do what a deep link asks for: `f_uk_700143` follows a petition, `g_-100` sets up a group.

        In a group, anything else after /start comes from the link by which the bot was added, and it has greeted.
        """
        ref, group = parse_payload(context.text, self.sites), group_to_set_up(context.text)
        if ref is not None:
            return await self.following.follow_all((ref,), 0, context)
        if not context.in_private:
            here = guide.start_in_group(context.words, context.render.bot_name, context.chat.telegram_id)
            return [] if context.text else [here]
        if group is not None:
            return [await self.channels.link(group, context.chat.telegram_id, context.render)]
        return [guide.start(context.words, context.render.bot_name)]

    async def help(self, context: CommandContext) -> Answers:
        """List the commands."""
        here = Scope.PRIVATE if context.in_private else Scope.GROUP
        commands = (*self.others, *self.build())
        offered = [command.name for command in commands if command.is_offered_in(here)]
        bot_name = context.render.bot_name if context.in_private else ""
        return [guide.help_text(context.words, offered, bot_name)]

    def _follows(self, text: str) -> bool:
        return parse_payload(text, self.sites) is not None
