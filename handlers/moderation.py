"""/chat, /ban, /unban and /limit, for operators: what is known of a chat, and what it may."""

import json
import re
from dataclasses import dataclass

from delivery.chats import Limited
from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, Scope
from messages import chat_profile, replies
from messages.content import Content, Document
from messages.presses import Ban, ExportChat
from petitions.follows import FOLLOWS_PER_CHAT, MOST_FOLLOWS
from petitions.streams import MOST_SUBSCRIPTIONS, SUBSCRIPTIONS_PER_CHAT
from services.bans import Bans
from services.chats import Chats

_ID = re.compile(r"-?[1-9][0-9]{0,17}")
_NUMBER = re.compile(r"[0-9]{1,4}")
_MOST = {Limited.FOLLOWS: MOST_FOLLOWS, Limited.SUBSCRIPTIONS: MOST_SUBSCRIPTIONS}
_USUAL: dict[str, int] = {Limited.FOLLOWS: FOLLOWS_PER_CHAT, Limited.SUBSCRIPTIONS: SUBSCRIPTIONS_PER_CHAT}
_LIMITED = {"follows": Limited.FOLLOWS, "watches": Limited.SUBSCRIPTIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationCommands:
    """Looks after single chats, by their Telegram ids."""

    chats: Chats
    bans: Bans

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return tuple(
            Command(name=name, answer=answer, scope=Scope.OPERATOR)
            for name, answer in (
                ("chat", self.chat),
                ("ban", self.ban),
                ("unban", self.unban),
                ("limit", self.limit),
            )
        )

    async def chat(self, context: CommandContext) -> Answers:
        """Show what is known of a chat."""
        chat, _ = _read(context.text)
        return [replies.note(context.words, "chat-usage") if chat is None else await self._profile(chat, context)]

    async def ban(self, context: CommandContext) -> Answers:
        """Ban a chat or person, known or not."""
        chat, reason = _read(context.text)
        if chat is None:
            return [replies.note(context.words, "ban-usage")]
        done = await self.bans.ban(chat, reason, context.now)
        return [replies.note(context.words, "ban-done" if done else "ban-refused", id=str(chat))]

    async def unban(self, context: CommandContext) -> Answers:
        """Take that back."""
        chat, _ = _read(context.text)
        if chat is None:
            return [replies.note(context.words, "unban-usage")]
        await self.bans.unban(chat)
        return [replies.note(context.words, "unban-done", id=str(chat))]

    async def limit(self, context: CommandContext) -> Answers:
        """Let a chat have more or less than usual."""
        chat, what = _read(context.text)
        match what.split():
            case ["usual"]:
                most: dict[Limited, int | None] = dict.fromkeys(Limited)
            case [name, number] if name in _LIMITED and _NUMBER.fullmatch(number):
                most = {_LIMITED[name]: min(int(number), _MOST[_LIMITED[name]])}
            case _:
                most = {}
        if chat is None or not most:
            return [replies.note(context.words, "limit-usage")]
        known = [await self.chats.set_limit(chat, each, number) for each, number in most.items()]
        if not all(known):
            return [replies.note(context.words, "chat-unknown", id=str(chat))]
        said = [
            replies.note(context.words, f"limit-{each}", id=str(chat), count=number)
            for each, number in most.items()
            if number is not None
        ]
        return said or [replies.note(context.words, "limit-usual", id=str(chat))]

    async def on_press(self, press: Ban | ExportChat, context: CallbackContext) -> CallbackAnswer:
        """Ban or unban the chat of a page, or send everything that is kept about it."""
        if isinstance(press, ExportChat):
            return CallbackAnswer(reply=await self._export(press.chat, context))
        if not press.banned:
            await self.bans.unban(press.chat)
        elif not await self.bans.ban(press.chat, "", context.now):
            return CallbackAnswer(toast=context.words.plain("ban-refused"), dialog=True)
        toast = context.words.plain("toast-banned" if press.banned else "toast-unbanned")
        return CallbackAnswer(toast=toast, message=await self._profile(press.chat, context))

    async def _profile(self, chat: int, context: CommandContext) -> Content:
        found = await self.chats.profile(chat)
        if found is None:
            return chat_profile.unknown(chat, context.words, banned=self.bans.include(chat))
        return chat_profile.profile(found, _USUAL, context.render)

    async def _export(self, chat: int, context: CommandContext) -> Content | Document:
        kept = await self.chats.export(chat)
        if kept is None:
            return replies.note(context.words, "chat-unknown", id=str(chat))
        data = json.dumps(kept, ensure_ascii=False, indent=2).encode()
        return Document(name=f"chat-{chat}.json", data=data, caption=context.words.say("chat-export", id=str(chat)))


def _read(text: str) -> tuple[int | None, str]:
    """Return the Telegram id with which a text begins, and the rest."""
    first, _, rest = text.partition(" ")
    return (int(first) if _ID.fullmatch(first) else None), rest.strip()
