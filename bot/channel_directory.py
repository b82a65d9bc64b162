"""What Telegram says of channels and groups: their titles, and who may decide what is posted in them."""

from typing import Any

from telegram import Chat
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ExtBot

from delivery.chats import ChannelProfile, ChatKind
from handlers.rights import Right, right_of


class BotChannelDirectory:
    """Asks through the bot."""

    def __init__(self, bot: ExtBot[Any]) -> None:
        self._bot = bot

    async def find(self, channel: int | str) -> ChannelProfile | None:
        try:
            found = await self._bot.get_chat(channel)
        except TelegramError:
            return None
        if found.type == ChatType.PRIVATE:
            return None
        return ChannelProfile(telegram_id=found.id, title=found.title or "", kind=ChatKind(found.type))

    async def may_decide(self, channel: ChannelProfile, person: int) -> bool | None:
        right = await right_of(self._bot, Chat(channel.telegram_id, channel.kind), person)
        return None if right is Right.UNKNOWN else right is Right.YES

    async def may_post(self, channel: ChannelProfile) -> bool | None:
        right = await right_of(self._bot, Chat(channel.telegram_id, channel.kind), self._bot.id)
        member_may = channel.kind is not ChatKind.CHANNEL and right is Right.MEMBER
        return None if right is Right.UNKNOWN else member_may or right is Right.YES
