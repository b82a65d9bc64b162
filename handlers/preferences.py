"""/alerts: what a place wants to hear of the petitions it follows, and whether with pictures."""

from dataclasses import dataclass

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext
from messages import preferences, replies
from messages.content import Content
from messages.presses import Prefer
from services.ports import PreferenceStore


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceCommands:
    """Shows and changes what a place hears of. Where buttons can't be pressed, words such as `edits on` do the same."""

    preferences: PreferenceStore

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="alerts", answer=self.show, changes=bool, in_channels=True, ephemeral=True),)

    async def show(self, context: CommandContext) -> Answers:
        """Show what comes, or change what is named."""
        change = preferences.parse(context.text)
        if change is None:
            return [await self._page(context)]
        return [(await self._change(change, context)).for_everybody()]

    async def on_press(self, press: Prefer, context: CallbackContext) -> CallbackAnswer:
        """Let a group of news, or pictures, come or not."""
        news = await self._change(press, context)
        toast = preferences.changed(press, context.words)
        return CallbackAnswer(toast=toast, message=await self._page(context), news=news)

    async def _change(self, change: Prefer, context: CommandContext) -> Content:
        await self.preferences.choose(context.place, change.preference, wanted=change.wanted)
        return replies.note(context.words, "preference-changed", change=preferences.changed(change, context.words))

    async def _page(self, context: CommandContext) -> Content:
        chosen = await self.preferences.chosen(context.place)
        return preferences.page(context.words, chosen, in_private=context.in_private)
