"""/announcements: which messages to everybody a chat wants from whoever runs the bot."""

from dataclasses import dataclass

from delivery.chats import Announcement
from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext
from messages import announcements, replies
from messages.presses import ShowAnnouncements, WantAnnouncements
from services.chats import Chats


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementCommands:
    """Shows and changes which announcements a chat hears. In a channel the words `on` and `off` do what buttons do."""

    chats: Chats

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="announcements", answer=self.show, changes=bool, in_channels=True, ephemeral=True),)

    async def show(self, context: CommandContext) -> Answers:
        """Show what is wanted, or want all or nothing."""
        wanted = {"on": True, "off": False}.get(context.text.strip().lower())
        if wanted is None:
            return [announcements.page(context.words, declined=context.chat.declines)]
        for what in Announcement:
            await self.chats.decline(context.chat.telegram_id, what, declined=not wanted)
        answer = replies.note(context.words, "announcements-wanted" if wanted else "announcements-declined")
        return [answer.for_everybody()]

    async def on_press(self, press: ShowAnnouncements | WantAnnouncements, context: CallbackContext) -> CallbackAnswer:
        """Show what is wanted below the announcement, or change it."""
        words, declined = context.words, set(context.chat.declines)
        if isinstance(press, ShowAnnouncements):
            return CallbackAnswer(reply=announcements.page(words, declined=declined))
        what = Announcement(press.what)
        await self.chats.decline(context.chat.telegram_id, what, declined=not press.wanted)
        (declined.discard if press.wanted else declined.add)(what)
        toast = words.plain("toast-announcements-changed")
        news = replies.note(words, f"announcements-{what}-{'on' if press.wanted else 'off'}")
        return CallbackAnswer(toast=toast, message=announcements.page(words, declined=declined), news=news)
