"""The state of the little Telegram: who and what is there, and how a message comes into being."""

from collections.abc import Callable
from datetime import datetime
from math import ceil

from sandbox.telegram.callbacks import Presses
from sandbox.telegram.chats import Chat, ChatType
from sandbox.telegram.commands import Menus
from sandbox.telegram.errors import Json, too_many_requests
from sandbox.telegram.events import ChatChanged, Events, MessageDeleted, MessageEdited, MessageSent
from sandbox.telegram.files import Files
from sandbox.telegram.limits import LimitModel
from sandbox.telegram.messages import Message, quoted
from sandbox.telegram.people import Member, User
from sandbox.telegram.updates import UpdateQueue
from sandbox.telegram.webhooks import Webhook


class World:
    """Everything that Telegram would know. Methods of the Bot API and acting people both change it through this."""

    def __init__(
        self,
        *,
        token: str,
        bot: User,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        limits: LimitModel | None,
        first_update_id: int,
        callback_lifetime: float,
        history: int | None,
    ) -> None:
        self.token = token
        self.bot = bot
        self.now = now
        self.monotonic = monotonic
        self.limits = limits
        self.history = history
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.usernames: dict[str, Chat] = {}
        self.events = Events()
        self.updates = UpdateQueue(first_update_id, self.events.changed)
        self.webhook = Webhook()
        self.files = Files()
        self.menus = Menus()
        self.presses = Presses(callback_lifetime)
        self.bot_json = bot.as_json()
        self._last_shared_message_id = 0
        self._last_group_id = -2_000
        # Supergroups and channels have their number after "-100".
        self._last_supergroup_id = -1_002_000_000_000

    def add_chat(self, chat: Chat) -> Chat:
        """Let a chat exist."""
        self.chats[chat.id] = chat
        if chat.username is not None:
            self.usernames[chat.username.lower()] = chat
        self.events.emit(ChatChanged(chat_id=chat.id))
        return chat

    def new_group_id(self) -> int:
        """The id of the next basic group."""
        self._last_group_id -= 1
        return self._last_group_id

    def new_supergroup_id(self) -> int:
        """The id of the next supergroup or channel."""
        self._last_supergroup_id -= 1
        return self._last_supergroup_id

    def admit(self, chat: Chat) -> None:
        """Count a message towards the limits. Raises 429."""
        if self.limits is None:
            return
        wait = self.limits.admit(chat.id, is_group=not chat.is_private, at=self.monotonic())
        if wait > 0:
            raise too_many_requests(max(1, ceil(wait - 1e-9)))

    def send(
        self,
        chat: Chat,
        content: Json,
        *,
        thread: int = 0,
        reply_to: Message | None = None,
        silent: bool = False,
        inline: Json | None = None,
        screen: Json | None = None,
    ) -> Message:
        """Put a message of the bot into a chat."""
        author = {"sender_chat": chat.json} if chat.is_channel else {"from": self.bot_json}
        if inline is not None:
            content["reply_markup"] = inline
        json = self._new_json(chat, author, content, thread, reply_to)
        message_id = json["message_id"]
        message = Message(chat.id, message_id, thread, json, by_bot=True, silent=silent, screen=screen)
        return self._store(chat, message)

    def receive(
        self, chat: Chat, author: Json, content: Json, *, thread: int = 0, reply_to: Message | None = None
    ) -> Message:
        """Put somebody else's message into a chat, and tell the bot if Telegram would."""
        json = self._new_json(chat, author, content, thread, reply_to)
        message = self._store(chat, Message(chat.id, json["message_id"], thread, json, by_bot=False))
        if chat.member(self.bot).is_present and self._bot_sees(chat, message, reply_to):
            self.updates.add("channel_post" if chat.is_channel else "message", json)
        return message

    def edit(self, chat: Chat, message: Message, json: Json) -> None:
        """Put an edited version in a message's place."""
        message.replace(json)
        if self.events.has_readers:
            edited = MessageEdited(chat_id=chat.id, thread=message.thread, message=json, edited=message.edited)
            self.events.emit(edited)
        else:
            self.events.changed()

    def delete(self, chat: Chat, message: Message) -> None:
        """Let a message be gone for everybody."""
        del chat.messages[message.message_id]
        self.events.emit(MessageDeleted(chat_id=chat.id, thread=message.thread, message_id=message.message_id))

    def set_member(self, chat: Chat, member: Member, *, by: User) -> None:
        """Change what somebody is in a chat, and tell the bot: about itself always, about others where it is admin."""
        before = chat.member(member.user)
        chat.members[member.user.id] = member
        is_bot = member.user is self.bot
        if is_bot or chat.member(self.bot).is_admin:
            change = {
                "chat": chat.json,
                "from": by.as_json(),
                "date": self.timestamp(),
                "old_chat_member": before.as_json(channel=chat.is_channel),
                "new_chat_member": member.as_json(channel=chat.is_channel),
            }
            self.updates.add("my_chat_member" if is_bot else "chat_member", change)
        self.events.emit(ChatChanged(chat_id=chat.id))

    def timestamp(self) -> int:
        """The time of the wall clock as Telegram writes it."""
        return int(self.now().timestamp())

    def _new_json(self, chat: Chat, author: Json, content: Json, thread: int, reply_to: Message | None) -> Json:
        json: Json = {"message_id": self._next_message_id(chat)}
        if thread:
            json["message_thread_id"] = thread
        json.update(author)
        json["chat"] = chat.json
        json["date"] = int(self.now().timestamp())
        if thread:
            json["is_topic_message"] = True
        if reply_to is not None:
            json["reply_to_message"] = quoted(reply_to.json)
        elif thread and thread in chat.topics:
            json["reply_to_message"] = quoted(chat.topics[thread].opening.json)
        json.update(content)
        return json

    def _next_message_id(self, chat: Chat) -> int:
        """Private chats and basic groups share the bot's own numbers; supergroups and channels have theirs."""
        if chat.type in (ChatType.PRIVATE, ChatType.GROUP):
            self._last_shared_message_id += 1
            return self._last_shared_message_id
        chat.last_message_id += 1
        return chat.last_message_id

    def _store(self, chat: Chat, message: Message) -> Message:
        chat.messages[message.message_id] = message
        if self.history is not None and len(chat.messages) > self.history:
            del chat.messages[next(iter(chat.messages))]
        if self.events.has_readers:
            self.events.emit(
                MessageSent(
                    chat_id=chat.id,
                    thread=message.thread,
                    message=message.json,
                    by_bot=message.by_bot,
                    silent=message.silent,
                    screen=message.screen,
                )
            )
        else:
            self.events.changed()
        return message

    def _bot_sees(self, chat: Chat, message: Message, reply_to: Message | None) -> bool:
        """Privacy mode: of a group's talk a bot that is no admin gets commands, replies to it and service messages."""
        if not chat.is_group or message.is_service or chat.member(self.bot).is_admin:
            return True
        if reply_to is not None and reply_to.by_bot:
            return True
        return any(e["type"] == "bot_command" and e["offset"] == 0 for e in message.entities) and self._is_addressed(
            message.text
        )

    def _is_addressed(self, command: str) -> bool:
        _, at_sign, name = command.split(maxsplit=1)[0].partition("@")
        return not at_sign or name.lower() == (self.bot.username or "").lower()
