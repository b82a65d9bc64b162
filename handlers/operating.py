"""All that operators do in their private chats, but for broadcasts."""

from dataclasses import dataclass
from typing import assert_never

from handlers.bot_status import StatusCommands
from handlers.context import CallbackAnswer, CallbackContext, Command
from handlers.moderation import ModerationCommands
from handlers.resending import ResendCommands
from handlers.switching import SwitchCommands
from messages.presses import Ban, ExportChat, OnOperation, Resend, ShowStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCommands:
    """Looks after the bot; whoever calls this has made sure that it is an operator, in their private chat."""

    status: StatusCommands
    moderation: ModerationCommands
    resending: ResendCommands
    switching: SwitchCommands

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        every = (self.status, self.moderation, self.resending, self.switching)
        return tuple(command for commands in every for command in commands.build())

    async def on_press(self, press: OnOperation, context: CallbackContext) -> CallbackAnswer:
        """Do what an operator's button says."""
        match press:
            case ShowStatus():
                return await self.status.on_press(context)
            case Ban() | ExportChat():
                return await self.moderation.on_press(press, context)
            case Resend():
                return await self.resending.on_press(press, context)
            case unknown:
                assert_never(unknown)
