"""/start and /help: what the bot is, and what it can do. A deep link to a petition follows it at once."""

from dataclasses import dataclass

from handlers.conversation import Answers, Asked, Command, Scope, never
from handlers.following import FollowingConversation
from messages import guide
from petitions.links import parse_payload


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeConversation:
    """Greets and guides. `others`: the commands of all other conversations, which /help lists too."""

    following: FollowingConversation
    others: tuple[Command, ...]

    def build(self) -> tuple[Command, ...]:
        """Return the commands of this conversation."""
        return (
            Command(name="start", answer=self.start, changes=_follows),
            Command(name="help", answer=self.help, changes=never),
        )

    async def start(self, asked: Asked) -> Answers:
        """Greet, or follow the petition of a deep link such as `f_uk_700143`."""
        ref = parse_payload(asked.text)
        if ref is not None:
            return await self.following.follow_all((ref,), 0, asked)
        return [guide.start(asked.words, group=not asked.in_private)]

    async def help(self, asked: Asked) -> Answers:
        """List the commands."""
        here = Scope.PRIVATE if asked.in_private else Scope.GROUP
        commands = (*self.others, *self.build())
        return [guide.help_text(asked.words, [command.name for command in commands if command.stands_in(here)])]


def _follows(text: str) -> bool:
    return parse_payload(text) is not None
