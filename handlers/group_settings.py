"""/settings: whether only the admins of a group change what is followed there, or its members too."""

from dataclasses import dataclass

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, never
from messages import group_settings, replies
from messages.content import Content
from messages.presses import LetMembers
from services.chats import Chats


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSettings:
    """Shows and changes the settings of a group."""

    chats: Chats

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="settings", answer=self.show, changes=never, ephemeral=True),)

    async def show(self, context: CommandContext) -> Answers:
        """Show the settings of the group."""
        if context.in_private:
            return [replies.note(context.words, "settings-for-groups")]
        return [self._page(context, members_may=context.chat.members_may)]

    async def on_press(self, press: LetMembers, context: CallbackContext) -> CallbackAnswer:
        """Let members change what is followed, or only admins."""
        await self.chats.let_members(context.chat.telegram_id, allowed=press.allowed)
        toast = context.words.plain("toast-members-may" if press.allowed else "toast-admins-only")
        news = replies.note(context.words, "settings-members" if press.allowed else "settings-admins")
        return CallbackAnswer(toast=toast, message=self._page(context, members_may=press.allowed), news=news)

    @staticmethod
    def _page(context: CommandContext, *, members_may: bool) -> Content:
        return group_settings.page(context.words, members_may=members_may)
