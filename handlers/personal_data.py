"""/privacy, /mydata and /deleteme: what is kept about a chat, to read, to take along and to delete."""

import json
from dataclasses import dataclass

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, never
from messages import guide, replies
from messages.content import Document
from messages.presses import DeleteEverything
from services.chats import Chats
from services.tidy import BROADCASTS_KEPT, FOLLOWS_KEPT, OWED_KEPT, SENT_KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalDataCommands:
    """Shows, exports and deletes what is kept about a chat. `contact`: where questions can be asked; may be empty."""

    chats: Chats
    contact: str = ""

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (
            Command(name="privacy", answer=self.privacy, changes=never, ephemeral=True),
            Command(name="mydata", answer=self.mydata, ephemeral=True),
            Command(name="deleteme", answer=self.deleteme, ephemeral=True),
        )

    async def privacy(self, context: CommandContext) -> Answers:
        """Say what is kept."""
        kept = guide.privacy(
            context.words,
            sent=SENT_KEPT,
            announced=BROADCASTS_KEPT,
            held=OWED_KEPT,
            kept=FOLLOWS_KEPT,
            contact=self.contact,
        )
        return [kept]

    async def mydata(self, context: CommandContext) -> Answers:
        """Send everything that is kept, as a JSON file."""
        kept = await self.chats.export(context.chat.telegram_id)
        if kept is None:
            return [replies.note(context.words, "mydata-nothing")]
        data = json.dumps(kept, ensure_ascii=False, indent=2).encode()
        return [Document(name="petition-alerts.json", data=data, caption=context.words.say("mydata-caption"))]

    async def deleteme(self, context: CommandContext) -> Answers:
        """Ask whether everything is really to be deleted."""
        return [replies.really_delete(context.words, group=not context.in_private)]

    async def on_press(self, press: DeleteEverything, context: CallbackContext) -> CallbackAnswer:
        """Delete everything, or leave it."""
        words = context.words
        if not press.sure:
            message = replies.note(words, "delete-kept")
            return CallbackAnswer(toast=words.plain("toast-kept"), message=message)
        forgotten = await self.chats.forget(context.chat.telegram_id)
        message = replies.note(words, "deleted" if forgotten else "deleted-nothing")
        return CallbackAnswer(toast=words.plain("toast-deleted"), message=message, news=message)
