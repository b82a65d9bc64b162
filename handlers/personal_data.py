"""/privacy, /mydata and /deleteme: what is kept about a chat, to read, to take along and to delete."""

import json
from dataclasses import dataclass

from handlers.conversation import Answers, Asked, Command, Document, PressAnswer, Pressed, never
from messages import guide, replies
from messages.buttons import DeleteEverything
from services.chats import Chats
from services.tidy import FOLLOWS_KEPT, OWED_KEPT, SENT_KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalDataConversation:
    """Opens the books. `contact`: where questions can be asked, empty when nowhere."""

    chats: Chats
    contact: str = ""

    def build(self) -> tuple[Command, ...]:
        """Return the commands of this conversation."""
        return (
            Command(name="privacy", answer=self.privacy, changes=never),
            Command(name="mydata", answer=self.mydata),
            Command(name="deleteme", answer=self.deleteme),
        )

    async def privacy(self, asked: Asked) -> Answers:
        """Say what is kept."""
        words = asked.words
        return [guide.privacy(words, sent=SENT_KEPT, held=OWED_KEPT, kept=FOLLOWS_KEPT, contact=self.contact)]

    async def mydata(self, asked: Asked) -> Answers:
        """Send everything that is kept, as a JSON file."""
        kept = await self.chats.export(asked.chat.telegram_id)
        if kept is None:
            return [replies.note(asked.words, "mydata-nothing")]
        data = json.dumps(kept, ensure_ascii=False, indent=2).encode()
        return [Document(name="petition-alerts.json", data=data, caption=asked.words.say("mydata-caption"))]

    async def deleteme(self, asked: Asked) -> Answers:
        """Ask whether everything is really to be deleted."""
        return [replies.really_delete(asked.words, group=not asked.in_private)]

    async def pressed(self, press: DeleteEverything, pressed: Pressed) -> PressAnswer:
        """Delete everything, or leave it."""
        words = pressed.asked.words
        if not press.sure:
            message = replies.note(words, "delete-kept")
            return PressAnswer(toast=words.plain("toast-kept"), message=message)
        forgotten = await self.chats.forget(pressed.asked.chat.telegram_id)
        message = replies.note(words, "deleted" if forgotten else "deleted-nothing")
        return PressAnswer(toast=words.plain("toast-deleted"), message=message)
