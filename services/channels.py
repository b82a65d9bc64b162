"""Channels and groups as those who look after them see them from their private chat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from delivery.chats import ChannelProfile, Chat
from delivery.outbox import AlertId, MessageState
from messages.content import Content
from petitions.follows import Place
from petitions.streams import Subscription
from services.bans import Bans
from services.chats import Chats
from services.following import Following
from services.ports import ApprovalStore, ChannelDirectory, ChannelStore
from services.replying import Address, Replying, ReplyRefusedError
from services.subscribing import Subscribing

MOST_SHOWN = 20
"""Channels of one person that are looked up at Telegram at once."""


class ChannelRefusal(StrEnum):
    """Why a channel or group is not linked or shown.

    `NOT_ASKED`: Telegram gave no answer. `NOT_SERVED`: by a private copy.
    """

    UNKNOWN = "unknown"
    NOT_YOURS = "not_yours"
    SILENT = "silent"
    NOT_ASKED = "not_asked"
    NOT_SERVED = "not_served"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """A channel or group of somebody who may decide about it."""

    profile: ChannelProfile
    chat: Chat
    awaiting: int
    follows: int
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Links people with channels and groups about which they may decide, which Telegram is asked each time anew.

    `served`: the Telegram chats that are served; all when empty.
    """

    directory: ChannelDirectory
    links: ChannelStore
    chats: Chats
    approvals: ApprovalStore
    following: Following
    subscribing: Subscribing
    replying: Replying
    bans: Bans
    served: frozenset[int] = frozenset()

    async def link(self, channel: int | str, person: int, now: datetime) -> ChannelView | ChannelRefusal:
        """Let somebody look after a channel or group (its Telegram id or its name), if they and the bot may."""
        profile = await self.directory.find(channel)
        if profile is None:
            return ChannelRefusal.UNKNOWN
        refusal = await self._refusal(profile, person)
        if refusal is not None:
            return refusal
        known = await self.chats.find(profile.telegram_id)
        chat = known or await self.chats.arrived(profile.telegram_id, profile.kind, now)
        await self.links.link(chat.id, person)
        return await self._view(profile, chat)

    async def linked(self, person: int) -> Sequence[ChannelProfile]:
        """Return the channels and groups that somebody looks after, as far as the bot can see them."""
        chats = (await self.links.linked(person))[:MOST_SHOWN]
        profiles = [await self.directory.find(chat.telegram_id) for chat in chats]
        return [profile for profile in profiles if profile is not None]

    async def view(self, channel: int, person: int) -> ChannelView | ChannelRefusal:
        """Return a linked channel or group, if the person may still decide about it."""
        profile, chat = await self.directory.find(channel), await self._linked(channel, person)
        if profile is None or chat is None:
            return ChannelRefusal.UNKNOWN
        refusal = await self._refusal(profile, person)
        if refusal is not None and refusal is not ChannelRefusal.SILENT:
            return refusal
        return await self._view(profile, chat)

    async def post(self, channel: int, post: Content) -> bool:
        """Post something; false when it did not arrive."""
        try:
            return await self.replying.send(Address(telegram_chat=channel), post) is not None
        except ReplyRefusedError:
            return False

    async def pause(self, channel: int, now: datetime, *, paused: bool) -> None:
        """Hold everything for the channel, or let it go out again."""
        if paused:
            await self.chats.left(channel, "paused", now)
        else:
            await self.chats.returned(channel, now)

    async def write_shortly(self, view: ChannelView, *, short: bool) -> None:
        """Write alerts there in a few words, or in full."""
        await self.chats.set_style(view.profile.telegram_id, replace(view.chat.style, short=short))

    async def ask_first(self, view: ChannelView, *, wanted: bool) -> None:
        """Have alerts there wait for the word of those who look after it, or not."""
        await self.chats.set_style(view.profile.telegram_id, replace(view.chat.style, ask_first=wanted))

    async def decide(self, view: ChannelView, alert: int, now: datetime, *, post: bool) -> MessageState | None:
        """Post there what was shown, or don't; return what has become of it, `None` when nobody knows."""
        return await self.approvals.decide(view.chat.id, AlertId(alert), now, post=post)

    async def sign(self, channel: Chat, signature: str) -> None:
        """Put that line below each alert there; none when it is empty."""
        await self.chats.set_style(channel.telegram_id, replace(channel.style, signature=signature))

    async def unlink(self, channel: int, person: int) -> None:
        """Let somebody look after a channel no longer; it keeps its follows."""
        chat = await self._linked(channel, person)
        if chat is not None:
            await self.links.unlink(chat.id, person)

    async def _linked(self, channel: int, person: int) -> Chat | None:
        return next((chat for chat in await self.links.linked(person) if chat.telegram_id == channel), None)

    async def _refusal(self, profile: ChannelProfile, person: int) -> ChannelRefusal | None:
        channel = profile.telegram_id
        if (self.served and channel not in self.served) or self.bans.include(channel):
            return ChannelRefusal.NOT_SERVED
        match await self.directory.may_decide(profile, person), await self.directory.may_post(profile):
            case (None, _) | (True, None):
                return ChannelRefusal.NOT_ASKED
            case (False, _):
                return ChannelRefusal.NOT_YOURS
            case (_, False):
                return ChannelRefusal.SILENT
            case _:
                return None

    async def _view(self, profile: ChannelProfile, chat: Chat) -> ChannelView:
        place = Place(chat=chat.id)
        return ChannelView(
            profile=profile,
            chat=chat,
            awaiting=await self.approvals.awaiting(chat.id),
            follows=(await self.following.followed(place, offset=0, limit=1)).total,
            subscriptions=tuple(await self.subscribing.subscribed(place)),
        )
