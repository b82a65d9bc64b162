"""/status and /stats, for operators: how the bot is, and how many it serves."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, Scope
from messages import bot_status, statistics
from messages.bot_status import BotStatus
from messages.content import Content
from services.pictures import Pictures
from services.ports import StatisticsStore

ReadStatus = Callable[[], Awaitable[BotStatus]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCommands:
    """Shows figures. `read_status` gathers how the bot is."""

    read_status: ReadStatus
    statistics: StatisticsStore
    pictures: Pictures

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (
            Command(name="status", answer=self.status, scope=Scope.OPERATOR),
            Command(name="stats", answer=self.stats, scope=Scope.OPERATOR),
        )

    async def status(self, context: CommandContext) -> Answers:
        """Show how the bot is."""
        return [await self._status(context)]

    async def stats(self, context: CommandContext) -> Answers:
        """Show how many chats there are, and what they follow."""
        shown = await self.statistics.read(context.now)
        picture = await self.pictures.keep(statistics.growth_chart(shown, context.render))
        growth = Content(text=statistics.growth_caption(shown, context.render), picture=picture)
        return [statistics.page(shown, context.render), growth]

    async def on_press(self, context: CallbackContext) -> CallbackAnswer:
        """Show how it is by now."""
        return CallbackAnswer(toast=context.words.plain("toast-refreshed"), message=await self._status(context))

    async def _status(self, context: CommandContext) -> Content:
        return bot_status.page(await self.read_status(), context.words, context.now)
