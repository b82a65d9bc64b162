"""What Telegram says of channels: their titles, and who may post in them."""

from typing import Any

from telegram import Chat
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ExtBot

from delivery.chats import ChannelProfile
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
        if found.type != ChatType.CHANNEL:
            return None
        return ChannelProfile(telegram_id=found.id, title=found.title or "")

    async def may_post(self, channel: int, person: int | None) -> bool | None:
        right = await right_of(self._bot, Chat(channel, ChatType.CHANNEL), person or self._bot.id)
        return None if right is Right.UNKNOWN else right is Right.YES
