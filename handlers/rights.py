"""Who may change what is followed: in a private chat its owner, in a group its admins, in a channel who may post.

When in doubt, nobody.
"""

from enum import StrEnum

import structlog
from telegram import Bot, Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, Message, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from messages.presses import (
    DeleteEverything,
    LetMembers,
    OnChannel,
    Prefer,
    Press,
    Refresh,
    ShowAnnouncements,
    ShowCard,
    ShowChannel,
    ShowChannels,
    ShowChart,
    ShowConstituencies,
    ShowFound,
    ShowGrowth,
    ShowList,
    ShowStream,
    ShowStreams,
    WantAnnouncements,
)

log = structlog.get_logger(__name__)


class Right(StrEnum):
    """`MEMBER`: `YES` where members may change what is followed, otherwise `NO`.

    `UNKNOWN`: Telegram could not be asked; treated as `NO`, with another explanation.
    """

    YES = "yes"
    MEMBER = "member"
    NO = "no"
    UNKNOWN = "unknown"


async def right_of_sender(bot: Bot, message: Message) -> Right:
    """Return whether the sender of a message may make changes in its chat.

    An anonymous admin writes as the group itself; whoever writes as any other chat is nobody we could ask about.
    """
    if message.chat.type == ChatType.PRIVATE:
        return Right.YES
    if message.sender_chat is not None:
        return Right.YES if message.sender_chat.id == message.chat.id else Right.NO
    if message.from_user is None:
        return Right.NO
    return await right_of(bot, message.chat, message.from_user.id)


async def right_of_presser(bot: Bot, chat: Chat, user: User) -> Right:
    """Return whether somebody who pressed a button may make changes there; Telegram names anonymous admins too."""
    if chat.type == ChatType.PRIVATE:
        return Right.YES
    return await right_of(bot, chat, user.id)


def makes_changes(press: Press) -> bool:
    """Tell buttons that change something from those that only show something; when in doubt, it changes something."""
    match press:
        case Refresh() | ShowCard() | ShowStreams() | ShowStream() | ShowChannels() | ShowChannel():
            return False
        case ShowAnnouncements() | ShowChart() | ShowConstituencies() | ShowGrowth():
            return False
        case ShowList(to_unfollow=to_unfollow):
            return to_unfollow
        case ShowFound(to_follow=to_follow):
            return to_follow
        case _:
            return True


async def right_of(bot: Bot, chat: Chat, user: int) -> Right:
    """Return whether that person may make changes in a group or channel."""
    try:
        member = await bot.get_chat_member(chat.id, user)
    except TelegramError as error:
        log.warning("rights.unknown", chat_id=chat.id, reason=error.message)
        return Right.UNKNOWN
    if _may_change(member, chat):
        return Right.YES
    restricted = isinstance(member, ChatMemberRestricted) and member.is_member and member.can_send_messages
    return Right.MEMBER if member.status == ChatMemberStatus.MEMBER or restricted else Right.NO


def is_for_members(press: Press) -> bool:
    """Tell the buttons that members may press where they are let, of those that change something."""
    return not isinstance(press, DeleteEverything | LetMembers | OnChannel | WantAnnouncements | Prefer)


def _may_change(member: ChatMember, chat: Chat) -> bool:
    if isinstance(member, ChatMemberAdministrator):
        return chat.type != ChatType.CHANNEL or member.can_post_messages is True
    return member.status == ChatMemberStatus.OWNER
