"""The little Telegram as one object: what tests and the page do as people, and what they see."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from sandbox.telegram import conversation, founding, membership
from sandbox.telegram.callbacks import Press
from sandbox.telegram.chats import Chat, ChatType, Topic
from sandbox.telegram.commands import DEFAULT, Scope
from sandbox.telegram.errors import Json
from sandbox.telegram.events import Subscription
from sandbox.telegram.faults import Faults
from sandbox.telegram.files import StoredFile
from sandbox.telegram.limits import LimitModel
from sandbox.telegram.messages import Message
from sandbox.telegram.people import User
from sandbox.telegram.recording import RecordedRequest, Recording
from sandbox.telegram.server import BotApiServer, application
from sandbox.telegram.world import World

T = TypeVar("T")
ChatRef = Chat | User | int
"""A chat, the person whose private chat it is, or a chat id."""
UserRef = User | int


class LocalTelegram:
    """A Telegram with one bot. Everything happens in the event loop that serves `application()`.

    `now` is the wall clock that dates messages, `monotonic` the clock of limits and of buttons that grow stale.
    `limits` is a model of `limits.py` or None; `record` is how many requests are kept (0: none, the fastest),
    `history` how many messages of each chat are remembered (all, unless a benchmark sends very many).
    """

    def __init__(
        self,
        *,
        token: str,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        limits: LimitModel | None = None,
        username: str = "PetitionAlertsSandboxBot",
        name: str = "Petition Alerts",
        first_update_id: int = 500_000_001,
        record: int = 20_000,
        callback_lifetime: float = 60.0,
        history: int | None = None,
    ) -> None:
        bot_id = int(token.partition(":")[0])
        self.faults = Faults()
        self._world = World(
            token=token,
            bot=User(bot_id, name, username=username, is_bot=True),
            now=now,
            monotonic=monotonic,
            limits=limits,
            first_update_id=first_update_id,
            callback_lifetime=callback_lifetime,
            history=history,
        )
        self._recording = Recording(record) if record else None
        self._server = BotApiServer(self._world, self.faults, self._recording)

    def application(self) -> web.Application:
        """The server as an application of its own."""
        return application(self._server)

    def attach(self, app: web.Application) -> None:
        """Add the server's routes and its webhook delivery to another application."""
        self._server.attach(app)

    # Who and what is there.

    @property
    def bot(self) -> User:
        """The bot."""
        return self._world.bot

    @property
    def token(self) -> str:
        """The bot's token."""
        return self._world.token

    @property
    def chats(self) -> list[Chat]:
        """All chats, in the order in which they came to be."""
        return list(self._world.chats.values())

    @property
    def users(self) -> list[User]:
        """All people."""
        return [user for user in self._world.users.values() if not user.is_bot]

    def chat(self, chat: ChatRef) -> Chat:
        """The chat itself. Raises `LookupError` for an unknown one."""
        if isinstance(chat, Chat):
            return chat
        return self._world.chats[chat.id if isinstance(chat, User) else chat]

    def add_user(
        self,
        name: str,
        language: str | None = "en",
        *,
        started: bool = False,
        username: str | None = None,
        user_id: int | None = None,
    ) -> User:
        """A person and their private chat with the bot; `started` when they have written to it before."""
        return founding.add_user(
            self._world, name, language=language, started=started, username=username, user_id=user_id
        )

    def add_group(
        self,
        title: str,
        members: list[User],
        admins: list[User],
        *,
        forum: bool = False,
        supergroup: bool = False,
        username: str | None = None,
        with_bot: bool = True,
    ) -> Chat:
        """A group; the first of `admins` created it and, with `with_bot`, now adds the bot. A forum is a supergroup."""
        return founding.add_group(
            self._world,
            ChatType.SUPERGROUP if forum or supergroup else ChatType.GROUP,
            title,
            members=members,
            admins=admins,
            username=username,
            is_forum=forum,
            with_bot=with_bot,
        )

    def add_channel(
        self,
        title: str,
        admins: list[User],
        members: list[User] | None = None,
        *,
        username: str | None = None,
        with_bot: bool = True,
    ) -> Chat:
        """A channel; the first of `admins` created it and, with `with_bot`, now makes the bot an administrator."""
        return founding.add_group(
            self._world,
            ChatType.CHANNEL,
            title,
            members=members or [],
            admins=admins,
            username=username,
            is_forum=False,
            with_bot=with_bot,
        )

    # What people do.

    def start(self, user: UserRef, payload: str = "") -> Message:
        """Open the bot by a link and press Start. Raises `ValueError` for a payload that no link can carry."""
        return conversation.start(self._world, self._user(user), payload)

    def say(
        self,
        chat: ChatRef,
        user: UserRef,
        text: str,
        thread: int | None = None,
        *,
        as_anonymous_admin: bool = False,
        reply_to: Message | int | None = None,
    ) -> Message:
        """Write a message. Raises `ValueError` where Telegram would not let this person write."""
        where = self.chat(chat)
        answered = where.messages[reply_to] if isinstance(reply_to, int) else reply_to
        return conversation.say(
            self._world,
            where,
            self._user(user),
            text,
            thread=thread or 0,
            anonymous=as_anonymous_admin,
            reply_to=answered,
        )

    def press(self, chat: ChatRef, message_id: int, button: str, user: UserRef) -> Press:
        """Press the button with that data or label; `await press.answer(timeout)` gives the bot's answer.

        Raises `LookupError` when the message or the button is not there.
        """
        return conversation.press(self._world, self.chat(chat), message_id, button, self._user(user))

    def delete_message(self, chat: ChatRef, message_id: int) -> None:
        """Delete a message as a person; the bot is not told."""
        where = self.chat(chat)
        self._world.delete(where, where.messages[message_id])

    def block(self, user: UserRef) -> None:
        """Block the bot."""
        membership.block(self._world, self._user(user))

    def unblock(self, user: UserRef) -> None:
        """Unblock the bot."""
        membership.unblock(self._world, self._user(user))

    def deactivate(self, user: UserRef) -> None:
        """Delete somebody's account; the bot is not told."""
        self._user(user).deactivated = True

    def kick(self, chat: ChatRef, user: UserRef | None = None, *, by: UserRef | None = None) -> None:
        """Throw somebody (the bot, if nobody is named) out of a group or channel."""
        where = self.chat(chat)
        membership.kick(self._world, where, self._user_or_bot(user), by=self._acting(where, by))

    def readd(self, chat: ChatRef, user: UserRef | None = None, *, by: UserRef | None = None) -> None:
        """Add somebody (the bot, if nobody is named) to a group or channel, again or for the first time."""
        where = self.chat(chat)
        membership.join(self._world, where, self._user_or_bot(user), by=self._acting(where, by))

    def leave(self, chat: ChatRef, user: UserRef) -> None:
        """Leave a group or channel."""
        membership.leave(self._world, self.chat(chat), self._user(user))

    def promote(
        self,
        chat: ChatRef,
        user: UserRef | None = None,
        rights: frozenset[str] | None = None,
        *,
        anonymous: bool = False,
        by: UserRef | None = None,
    ) -> None:
        """Make somebody (the bot, if nobody is named) an administrator, with these rights or the usual ones."""
        where = self.chat(chat)
        membership.promote(
            self._world,
            where,
            self._user_or_bot(user),
            rights,
            by=self._acting(where, by),
            anonymous=anonymous,
        )

    def demote(self, chat: ChatRef, user: UserRef | None = None, *, by: UserRef | None = None) -> None:
        """Make an administrator (the bot, if nobody is named) an ordinary member; a muted one may write again."""
        where = self.chat(chat)
        membership.demote(self._world, where, self._user_or_bot(user), by=self._acting(where, by))

    def mute(self, chat: ChatRef, user: UserRef | None = None, *, by: UserRef | None = None) -> None:
        """Take from somebody (the bot, if nobody is named) the right to write in a group."""
        where = self.chat(chat)
        membership.mute(self._world, where, self._user_or_bot(user), by=self._acting(where, by))

    def migrate(self, group: ChatRef, *, by: UserRef | None = None) -> Chat:
        """Upgrade a group to a supergroup and return the new chat."""
        where = self.chat(group)
        return membership.migrate(self._world, where, by=self._acting(where, by))

    def open_topic(self, chat: ChatRef, title: str, *, by: UserRef | None = None) -> Topic:
        """Open a topic in a forum."""
        where = self.chat(chat)
        return membership.open_topic(self._world, where, title, by=self._acting(where, by))

    def close_topic(self, chat: ChatRef, topic: Topic, *, by: UserRef | None = None) -> None:
        """Close a topic."""
        where = self.chat(chat)
        membership.close_topic(self._world, where, topic, by=self._acting(where, by))

    def reopen_topic(self, chat: ChatRef, topic: Topic, *, by: UserRef | None = None) -> None:
        """Open a closed topic again."""
        where = self.chat(chat)
        membership.reopen_topic(self._world, where, topic, by=self._acting(where, by))

    def delete_topic(self, chat: ChatRef, topic: Topic) -> None:
        """Delete a topic with all its messages."""
        membership.delete_topic(self._world, self.chat(chat), topic)

    # What people see.

    def messages(self, chat: ChatRef, thread: int | None = None) -> list[Message]:
        """The messages of a chat, or of one of its topics, in order and as they stand now."""
        messages = self.chat(chat).messages.values()
        return [message for message in messages if thread is None or message.thread == thread]

    def bot_messages(self, chat: ChatRef, thread: int | None = None) -> list[Message]:
        """Those of `messages` that the bot wrote."""
        return [message for message in self.messages(chat, thread) if message.by_bot]

    def commands(self, chat: ChatRef, user: UserRef, language: str | None = None) -> list[Json]:
        """The command menu that this person sees in this chat, in their language unless another is given."""
        person, where = self._user(user), self.chat(chat)
        return self._world.menus.shown(where, where.member(person), language or person.language or "")

    def commands_of(self, scope: Scope = DEFAULT, language: str = "") -> list[Json]:
        """The command menu that was set for exactly this scope and language."""
        return self._world.menus.commands(scope, language)

    def profile(self, language: str = "") -> Json:
        """The bot's name, description and short description in a language."""
        menus = self._world.menus
        texts = {kind: menus.text(kind, language) for kind in ("name", "description", "short_description")}
        return {**texts, "name": texts["name"] or self.bot.first_name}

    def file(self, file_id: str) -> StoredFile:
        """A photo or document by its id."""
        return self._world.files.by_id(file_id)

    # What tests wait for and look at.

    async def wait_for(self, predicate: Callable[[], T], timeout: float) -> T:
        """The first true result of `predicate`, looked at now and after every change. Raises `TimeoutError`."""
        return await self._world.events.wait_for(predicate, timeout)

    async def wait_for_text(self, chat: ChatRef, text: str, timeout: float, *, thread: int | None = None) -> Message:
        """The newest message of the bot that contains `text`, once there is one. Raises `TimeoutError`."""

        def found() -> list[Message]:
            return [message for message in self.bot_messages(chat, thread) if text in message.text]

        return (await self.wait_for(found, timeout))[-1]

    def subscribe(self) -> Subscription:
        """Everything that happens from now on, as an asynchronous iterator to be closed."""
        return self._world.events.subscribe()

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests of the bot, oldest first; none unless they are recorded."""
        return self._recording.requests() if self._recording else []

    def forget_requests(self) -> None:
        """Empty `requests`."""
        if self._recording:
            self._recording.clear()

    @property
    def pending_updates(self) -> int:
        """How many updates the bot has not confirmed yet."""
        return len(self._world.updates)

    @property
    def is_polled(self) -> bool:
        """Whether the bot is waiting for the next update."""
        return self._world.updates.is_polled

    @property
    def webhook_error(self) -> str | None:
        """What went wrong when an update was last posted to the webhook; None since it was set anew."""
        error = self._world.webhook.last_error
        return error[1] if error else None

    @property
    def limits(self) -> LimitModel | None:
        """The limit model, with its counts."""
        return self._world.limits

    @limits.setter
    def limits(self, model: LimitModel | None) -> None:
        self._world.limits = model

    def renumber_updates(self, next_id: int) -> None:
        """Go on with another update id, as Telegram does after a quiet week."""
        self._world.updates.renumber(next_id)

    def _user(self, user: UserRef) -> User:
        return user if isinstance(user, User) else self._world.users[user]

    def _user_or_bot(self, user: UserRef | None) -> User:
        return self.bot if user is None else self._user(user)

    def _acting(self, chat: Chat, by: UserRef | None) -> User:
        """Who does it: the one named, or the first administrator who is a person."""
        if by is not None:
            return self._user(by)
        return next(member.user for member in chat.admins() if not member.user.is_bot)


@asynccontextmanager
async def serve(telegram: LocalTelegram, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve the Bot API and give its address, `http://host:port`; port 0 is any free one."""
    runner = web.AppRunner(telegram.application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
