"""/scoreboard: one message that always shows the latest counts of what is followed here."""

from dataclasses import dataclass

from handlers.context import Answers, Command, CommandContext
from messages import replies
from services.following import Following
from services.scoreboards import Scoreboards


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreboardCommands:
    """Puts scoreboards up and ends them."""

    scoreboards: Scoreboards
    following: Following

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="scoreboard", answer=self.scoreboard, in_channels=True),)

    async def scoreboard(self, context: CommandContext) -> Answers:
        """Put one up here, or with "off" end it."""
        if context.text.strip().lower() == "off":
            if not await self.scoreboards.end(context.place):
                return [replies.note(context.words, "scoreboard-none")]
            return [replies.note(context.words, "scoreboard-ended").for_everybody()]
        if not (await self.following.followed(context.place, offset=0, limit=1)).total:
            return [replies.note(context.words, "scoreboard-empty")]
        posted = await self.scoreboards.put_up(context.chat, context.place, context.now)
        return [replies.note(context.words, "scoreboard-up" if posted else "scoreboard-not-posted")]
