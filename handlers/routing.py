"""Updates in: each goes to the command or button it is meant for, once it is clear that it may."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from cachetools import LRUCache
from telegram import Bot, CallbackQuery, Message, MessageEntity, MessageOriginChannel, Update
from telegram import Chat as TelegramChat
from telegram.constants import ChatType
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from delivery.chats import Chat, ChatKind
from handlers.answering import answer_callback, keyboard_of, reply, thread_of, toast
from handlers.context import Answers, CallbackContext, Command, CommandContext, Scope
from handlers.membership import Membership
from handlers.mistakes import failed
from handlers.registry import Registry
from handlers.rights import Right, is_for_members, makes_changes, right_of_presser, right_of_sender
from messages import replies
from messages.buttons import decode
from messages.presses import ForOperators, OnBroadcast, OnChannel, Press, Refresh, Stale
from messages.render_context import RenderContext
from messages.words import DEFAULT_LANGUAGE, Words
from petitions.follows import Place
from petitions.legislature import Legislatures
from services.bans import Bans
from services.chats import Chats
from services.command_limit import RateLimit
from services.replying import Replying

_Context = ContextTypes.DEFAULT_TYPE


class _ByAnotherBot(filters.MessageFilter):
    """Written by a bot in its own name: Telegram's bots for anonymous admins and for channels write for somebody."""

    def filter(self, message: Message) -> bool:
        return message.from_user is not None and message.from_user.is_bot and message.sender_chat is None


_RECEIVED = filters.UpdateType.MESSAGE  # an edited message is not said again
_MIGRATION = _RECEIVED & filters.StatusUpdate.MIGRATE
_NEW = _RECEIVED & ~_ByAnotherBot() & ~filters.IS_AUTOMATIC_FORWARD
OVER_LIMIT = "over_limit"
"""A key of updates that were taken in although they are over a limit, to be answered by a notice only."""

MOST_TURNED_AWAY = 10_000
"""Chats that are remembered as told that they are not served; beyond that, the first of them may be told again."""

_SAID = filters.TEXT | filters.CAPTION | filters.ATTACHMENT  # not what the library does not know
_TEXT = _NEW & filters.ChatType.PRIVATE & _SAID & ~filters.COMMAND & ~filters.StatusUpdate.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Checks every update (served here? an admin?) and lets the registry's commands and buttons answer it.

    `allowed_chats`: the Telegram chats that are served; all when empty. `operators`: the people who may do what is for
    operators, in their private chats. `turned_away`: the chats that were told that they are not served. `on_mistake` is
    called when an update can't be handled by a mistake of ours. `now` returns aware UTC datetimes, `zone` is the one in
    which people read times, `bot_name` returns the bot's user name.
    """

    registry: Registry
    replying: Replying
    chats: Chats
    bans: Bans
    refreshes: RateLimit
    now: Callable[[], datetime]
    sites: Legislatures
    zone: ZoneInfo
    bot_name: Callable[[], str]
    on_mistake: Callable[[], None]
    allowed_chats: frozenset[int] = frozenset()
    operators: frozenset[int] = frozenset()
    turned_away: LRUCache[int, None] = field(default_factory=lambda: LRUCache(MOST_TURNED_AWAY))

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Hand everything that can come in to the application."""
        membership = Membership(
            replying=self.replying,
            chats=self.chats,
            render=self._render_context,
            channels=self.registry.channels,
            allowed_chats=self.allowed_chats,
            bans=self.bans,
            now=self.now,
        )
        application.add_handlers(
            [
                *(CommandHandler(each.name, partial(self._command, each), _NEW) for each in self.registry.commands),
                *(
                    CommandHandler(each.name, partial(self._channel_command, each), filters.UpdateType.CHANNEL_POST)
                    for each in self.registry.commands
                ),
                MessageHandler(_MIGRATION, partial(_migrated, membership)),
                MessageHandler(_RECEIVED & filters.StatusUpdate.FORUM_TOPIC_REOPENED, self._topic_reopened),
                MessageHandler(_RECEIVED & filters.StatusUpdate.CHAT_SHARED, self._channel_picked),
                MessageHandler(_NEW & filters.COMMAND, self._unknown_command),
                MessageHandler(_TEXT, self._free_text),
                CallbackQueryHandler(self._press),
                ChatMemberHandler(partial(_changed, membership), ChatMemberHandler.MY_CHAT_MEMBER),
            ]
        )
        application.add_handler(TypeHandler(Update, self._refuse), group=-1)
        application.add_error_handler(self._failed)

    async def _command(self, command: Command, update: Update, context: _Context) -> None:
        message = update.message
        if message is None or not await self._lets_in(message):
            return
        if command.scope is Scope.OPERATOR and not self._is_operator(message.chat):
            await self._unknown_command(update, context)
            return
        text, channel = _after_command(message), _channel_in_question(message)
        if channel is not None and command.in_channels:
            await self._on_behalf(channel, message, command.answer, text)
            return
        if command.changes(text):
            right = await self._as_let(
                await right_of_sender(context.bot, message), message.chat_id, for_members=command.for_members
            )
            if right is not Right.YES:
                await reply(self.replying, message, replies.note(Words(), _refusal(right)))
                return
        await self._reply_all(message, await command.answer(await self._command_context(message, text)))

    async def _channel_command(self, command: Command, update: Update, _context: _Context) -> None:
        """Answer a post in a channel, for a while: whoever can post there may do all that commands do there.

        What may not be posted in channels may be meant for another bot.
        """
        post = update.channel_post
        if post is None or not (command.in_channels or _addressee(post)) or not await self._lets_in(post):
            return
        here = await self._command_context(post, _after_command(post))
        refusal = replies.note(here.words, "channel-commands")
        answers = await command.answer(here) if command.in_channels else (refusal,)
        sent = await self._reply_all(post, answers)
        await self.replying.remove_later(here.place, [*sent, post.message_id])

    async def _free_text(self, update: Update, _context: _Context) -> None:
        message = update.message
        if message is None or not await self._lets_in(message):
            return
        text, channel = _text_and_links(message), _channel_in_question(message)
        if channel is not None:
            await self._on_behalf(channel, message, self.registry.following.follow, text)
            return
        here, broadcast = await self._command_context(message, text), _broadcast_in_question(message)
        if broadcast is not None and self._is_operator(message.chat):
            await self._reply_all(message, await self.registry.broadcasts.answered(broadcast, here))
            return
        if isinstance(message.forward_origin, MessageOriginChannel):
            linked = await self.registry.channels.link(message.forward_origin.chat.id, message.chat_id, here.render)
            await self._reply_all(message, [linked])
            return
        await self._reply_all(message, await self.registry.cards.pasted(here))

    async def _on_behalf(
        self, channel: int, message: Message, answer: Callable[[CommandContext], Awaitable[Answers]], text: str
    ) -> None:
        here = await self._command_context(message, text)
        await self._reply_all(message, await self.registry.channels.on_behalf(channel, answer, here))

    async def _unknown_command(self, update: Update, context: _Context) -> None:
        """Help out in private; in groups only when the command was meant for this bot by name."""
        message = update.message
        if message is None:
            return
        addressee = _addressee(message)
        ours = addressee == context.bot.username.lower()
        if not ours and (addressee or message.chat.type != ChatType.PRIVATE):
            return
        if await self._lets_in(message):
            await reply(self.replying, message, replies.note(Words(), "unknown-command"))

    async def _topic_reopened(self, update: Update, _context: _Context) -> None:
        message = update.message
        if message is not None and self._serves(message.chat_id):
            await self._command_context(message, "")

    async def _channel_picked(self, update: Update, _context: _Context) -> None:
        message = update.message
        if message is None or message.chat_shared is None or not await self._lets_in(message):
            return
        here = await self._command_context(message, "")
        linked = await self.registry.channels.link(message.chat_shared.chat_id, message.chat_id, here.render)
        await self._reply_all(message, [linked])

    async def _press(self, update: Update, context: _Context) -> None:
        query = update.callback_query
        if query is None:
            return
        press, pressed_in = decode(query.data), _pressed_in(query)
        if isinstance(press, Stale) or pressed_in is None or not self._knows(press, pressed_in[0]):
            await toast(query, Words().plain("stale-button"), dialog=True)
            return
        chat, thread, number = pressed_in
        refusal = await self._refusal_of_press(context.bot, query, press, chat)
        if refusal is not None:
            await toast(query, Words().plain(refusal), dialog=True)
            return
        keyboard = keyboard_of(query.message) if isinstance(query.message, Message) else ()
        known, place, render = await self._arrived(chat, thread)
        pressed = CallbackContext(chat=known, place=place, render=render, message=number, keyboard=keyboard)
        await answer_callback(self.replying, query, await self.registry.on_press(press, pressed))

    async def _refusal_of_press(self, bot: Bot, query: CallbackQuery, press: Press, chat: TelegramChat) -> str | None:
        """Return what to say to somebody who may not press that button now, or `None`."""
        if not self._serves(chat.id):
            return "not-allowed-here"
        if isinstance(press, Refresh) and not self.refreshes.allow(chat.id):
            return "toast-refresh-limit"
        if makes_changes(press):
            right = await self._as_let(
                await right_of_presser(bot, chat, query.from_user), chat.id, for_members=is_for_members(press)
            )
            if right is not Right.YES:
                return _refusal(right)
        return None

    async def _as_let(self, right: Right, telegram_chat: int, *, for_members: bool) -> Right:
        """Let members do what is for them in groups that let them."""
        if right is not Right.MEMBER:
            return right
        chat = await self.chats.find(telegram_chat) if for_members else None
        lets = chat is not None and chat.members_may and chat.kind is not ChatKind.CHANNEL
        return Right.YES if lets else Right.NO

    async def _lets_in(self, message: Message) -> bool:
        """Return whether to go on with a message; where not, the chat is told why, once."""
        if self._serves(message.chat_id):
            return True
        if message.chat_id not in self.turned_away:
            self.turned_away[message.chat_id] = None
            await reply(self.replying, message, replies.note(Words(), "not-allowed-here"))
        return False

    async def _refuse(self, update: Update, _context: _Context) -> None:
        """Stop at who is banned, and at what is over a limit, which is answered by a notice only."""
        if self._is_banned(update):
            raise ApplicationHandlerStop
        if OVER_LIMIT not in update.api_kwargs:
            return
        if update.callback_query is not None:
            await toast(update.callback_query, Words().plain("too-many-commands"), dialog=True)
        elif update.effective_message is not None:
            await reply(self.replying, update.effective_message, replies.note(Words(), "too-many-commands"))
        raise ApplicationHandlerStop

    async def _reply_all(self, message: Message, answers: Answers) -> list[int]:
        """Send the answers, and return the ids of those that have arrived."""
        sent = [await reply(self.replying, message, answer) for answer in answers]
        return [number for number in sent if number is not None]

    async def _failed(self, update: object, context: _Context) -> None:
        if context.error is not None:
            await failed(self.replying, update if isinstance(update, Update) else None, context.error, self.on_mistake)

    def _serves(self, telegram_chat: int) -> bool:
        allowed = not self.allowed_chats or telegram_chat in self.allowed_chats | self.operators
        return allowed and not self.bans.include(telegram_chat)

    def _is_banned(self, update: Update) -> bool:
        """Tell whether to ignore an update; what tells of a chat (blocked, migrated) is noted all the same."""
        chat, person = update.effective_chat, update.effective_user
        if update.my_chat_member is not None or _MIGRATION.check_update(update):
            return False
        return self.bans.include(None if chat is None else chat.id, None if person is None else person.id)

    def _is_operator(self, chat: TelegramChat) -> bool:
        """Tell whether a chat is the private chat of an operator, whose id it then has."""
        return chat.type == ChatType.PRIVATE and chat.id in self.operators

    def _knows(self, press: Press, chat: TelegramChat) -> bool:
        """Tell whether there is such a button in the chat: those of operators are only in theirs."""
        return not isinstance(press, ForOperators) or self._is_operator(chat)

    async def _command_context(self, message: Message, text: str) -> CommandContext:
        chat, place, render = await self._arrived(message.chat, thread_of(message))
        answered = message.reply_to_message
        return CommandContext(
            chat=chat,
            place=place,
            render=render,
            text=text,
            html=message.text_html,
            answered=None if answered is None else answered.message_id,
        )

    async def _arrived(self, telegram_chat: TelegramChat, thread: int) -> tuple[Chat, Place, RenderContext]:
        kind = ChatKind(telegram_chat.type)
        chat = await self.chats.arrived(telegram_chat.id, kind, self.now(), thread=thread)
        return chat, Place(chat=chat.id, thread=thread), self._render_context(chat.language)

    def _render_context(self, language: str = DEFAULT_LANGUAGE) -> RenderContext:
        return RenderContext(
            words=Words(language), sites=self.sites, zone=self.zone, now=self.now(), bot_name=self.bot_name()
        )


async def _migrated(membership: Membership, update: Update, _context: _Context) -> None:
    if update.message is not None:
        await membership.migrated(update.message)


async def _changed(membership: Membership, update: Update, _context: _Context) -> None:
    if update.my_chat_member is not None:
        await membership.changed(update.my_chat_member)


def _refusal(right: Right) -> str:
    return "admins-unknown" if right is Right.UNKNOWN else "admins-only"


def _pressed_in(query: CallbackQuery) -> tuple[TelegramChat, int, int] | None:
    """Return the chat, topic and message of a button; `None` when its message is too far gone to tell the topic."""
    message = query.message
    # The library makes a `Message` even of one that is no longer accessible: its class says nothing.
    if isinstance(message, Message) and message.is_accessible:
        return message.chat, thread_of(message), message.message_id
    if message is not None and message.chat.type == ChatType.PRIVATE:
        return message.chat, 0, message.message_id
    return None


def _channel_in_question(message: Message) -> int | None:
    """Return the one channel or group that somebody answers a message about in private."""
    channels = {press.channel for press in _presses_answered(message) if isinstance(press, OnChannel)}
    return channels.pop() if len(channels) == 1 else None


def _broadcast_in_question(message: Message) -> int | None:
    """Return the broadcast whose page somebody answers in private."""
    return next((press.broadcast for press in _presses_answered(message) if isinstance(press, OnBroadcast)), None)


def _presses_answered(message: Message) -> Iterator[Press | Stale]:
    """Give what the buttons mean of the message that somebody answers in private."""
    answered = message.reply_to_message
    if message.chat.type == ChatType.PRIVATE and answered is not None:
        yield from (decode(button.data) for row in keyboard_of(answered) for button in row)


def _after_command(message: Message) -> str:
    return (message.text or "")[message.entities[0].length :].strip()


def _addressee(message: Message) -> str:
    """Return the bot that a command names, "" when it names none."""
    return (message.text or "")[1 : message.entities[0].length].lower().partition("@")[2]


def _text_and_links(message: Message) -> str:
    """Return the text or caption together with the addresses that are hidden behind words of it."""
    hidden = [
        entity.url
        for entity in (*message.entities, *message.caption_entities)
        if entity.type == MessageEntity.TEXT_LINK and entity.url
    ]
    return " ".join([message.text or message.caption or "", *hidden])
