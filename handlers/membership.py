"""The bot's own coming and going: blocked and unblocked, added and removed, groups that become supergroups."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated, Message
from telegram.constants import ChatMemberStatus, ChatType

from messages import guide, replies
from messages.words import Words
from services.chats import Chats
from services.replying import Address, Replying

_INSIDE = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})
_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Suspends chats that the bot is put out of, restores those it comes back to, and moves those that migrate.

    `allowed_chats`: the Telegram chats that are served; all when empty.
    """

    replying: Replying
    chats: Chats
    allowed_chats: frozenset[int]
    now: Callable[[], datetime]

    async def changed(self, update: ChatMemberUpdated) -> None:
        """Note that the bot was put in or out; a group it comes to is greeted."""
        chat = update.chat
        before, after = _is_inside(update.old_chat_member), _is_inside(update.new_chat_member)
        if not after:
            await self.chats.left(chat.id, update.new_chat_member.status, self.now())
            return
        await self.chats.returned(chat.id, self.now())
        if not before and chat.type in _GROUPS:
            words = Words()
            served = not self.allowed_chats or chat.id in self.allowed_chats
            greeting = guide.greeting(words) if served else replies.note(words, "not-allowed-here")
            await self.replying.send(Address(telegram_chat=chat.id), greeting)

    async def migrated(self, message: Message) -> None:
        """Note a group's new id. Both chats are told of it, in either order; the second time changes nothing."""
        if message.migrate_to_chat_id is not None:
            await self.chats.migrated(message.chat_id, message.migrate_to_chat_id, self.now())
        elif message.migrate_from_chat_id is not None:
            await self.chats.migrated(message.migrate_from_chat_id, message.chat_id, self.now())


def _is_inside(member: ChatMember) -> bool:
    return member.status in _INSIDE or (isinstance(member, ChatMemberRestricted) and member.is_member)
