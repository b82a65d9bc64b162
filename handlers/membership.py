"""The bot's own coming and going: blocked, removed or silenced and back again, and groups that become supergroups."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from telegram import Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated, Message
from telegram.constants import ChatMemberStatus, ChatType

from handlers.channels import ChannelCommands
from messages import channels, guide, replies
from messages.content import Content
from messages.render_context import RenderContext
from messages.words import Words
from services.bans import Bans
from services.chats import Chats
from services.replying import Address, Replying

_INSIDE = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})
_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Suspends chats in which the bot can't write any more, restores those where it can, and moves those that migrate.

    `allowed_chats`: the Telegram chats that are served; all when empty.
    """

    replying: Replying
    chats: Chats
    render: Callable[[], RenderContext]
    channels: ChannelCommands
    allowed_chats: frozenset[int]
    bans: Bans
    now: Callable[[], datetime]

    async def changed(self, update: ChatMemberUpdated) -> None:
        """Note that the bot was put in or out, or may write or not.

        A group it comes to is greeted; of a channel the one who let it in is told in private what to do next.
        """
        chat, old, new = update.chat, update.old_chat_member, update.new_chat_member
        self.replying.rights_changed(chat.id)
        could_write, can_write = _may_write(old, chat), _may_write(new, chat)
        if can_write:
            await self.chats.returned(chat.id, self.now())
        else:
            reason = "may not write" if _is_inside(new) else new.status
            await self.chats.left(chat.id, reason, self.now())
        if self.bans.include(chat.id, update.from_user.id):
            return
        arrived = _is_inside(new) and not _is_inside(old)
        if chat.type in _GROUPS and arrived and can_write:
            render = self.render()
            await self._welcome(chat.id, chat, guide.greeting(render.words, render.bot_name, chat.id))
        elif chat.type == ChatType.CHANNEL and _is_inside(new) and (arrived or can_write != could_write):
            await self._welcome(update.from_user.id, chat, await self._about_channel(update, can_write=can_write))

    async def _about_channel(self, update: ChatMemberUpdated, *, can_write: bool) -> Content:
        """Make the page of a channel for who let the bot in; or say that it may not post there."""
        if not can_write:
            return channels.silent(update.chat.title or "", Words())
        return await self.channels.link(update.chat.id, update.from_user.id, self.render())

    async def _welcome(self, telegram_chat: int, joined: Chat, words: Content) -> None:
        served = not self.allowed_chats or joined.id in self.allowed_chats
        answer = words if served else replies.note(Words(), "not-allowed-here")
        await self.replying.send(Address(telegram_chat=telegram_chat), answer)

    async def migrated(self, message: Message) -> None:
        """Note a group's new id. Both chats are told of it, in either order; the second time changes nothing."""
        if message.migrate_to_chat_id is not None:
            await self.chats.migrated(message.chat_id, message.migrate_to_chat_id, self.now())
        elif message.migrate_from_chat_id is not None:
            await self.chats.migrated(message.migrate_from_chat_id, message.chat_id, self.now())
        await self.bans.load()  # a ban moves along


def _may_write(member: ChatMember, chat: Chat) -> bool:
    match member:
        case ChatMemberRestricted():
            return member.is_member and member.can_send_messages
        case ChatMemberAdministrator() if chat.type == ChatType.CHANNEL:
            return member.can_post_messages is True
        case _:
            return _is_inside(member)


def _is_inside(member: ChatMember) -> bool:
    return member.status in _INSIDE or (isinstance(member, ChatMemberRestricted) and member.is_member)
