"""What a Telegram with one bot knows: who and what is there, and how messages and memberships come into being."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import count
from math import ceil
from typing import TypeVar

from sandbox.telegram.chats import Chat, ChatType
from sandbox.telegram.errors import Json, too_many_requests
from sandbox.telegram.faults import Faults
from sandbox.telegram.files import Files
from sandbox.telegram.flood_control import FloodControl
from sandbox.telegram.menus import Menus
from sandbox.telegram.messages import Message, Press, quoted, words
from sandbox.telegram.people import Member, User
from sandbox.telegram.requests import RecordedRequest
from sandbox.telegram.updates import UpdateQueue
from sandbox.telegram.webhooks import Webhook

T = TypeVar("T")


class World:
    """Methods of the Bot API and acting people both change a Telegram through this.

    `now` is the wall clock that dates messages, `monotonic` the clock of limits and of buttons that grow stale.
    `flood_control` is a model or None; `record` is how many requests are kept.
    """

    def __init__(
        self,
        *,
        token: str,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        flood_control: FloodControl | None = None,
        first_update_id: int = 500_000_001,
        record: int = 20_000,
    ) -> None:
        self.token = token
        self.bot = User(
            int(token.partition(":")[0]), "Petition Alerts", username="PetitionAlertsSandboxBot", is_bot=True
        )
        self.now = now
        self.monotonic = monotonic
        self.flood_control = flood_control
        self.stars = 0
        self.faults = Faults(monotonic)
        self.people: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.recorded: deque[RecordedRequest] = deque(maxlen=record)
        self.updates = UpdateQueue(first_update_id, self.changed)
        self.webhook = Webhook(self.updates, self.timestamp, self.changed)
        self.files = Files()
        self.menus = Menus()
        self.presses: dict[str, Press] = {}
        self.listeners: list[Callable[[Json], None]] = []
        """Called with everything that happens, as JSON with the kind of event under `event`."""
        self._waiters: set[asyncio.Event] = set()
        self.query_ids = count(4_000_000_000_000_001)
        self._shared_message_ids = count(1)
        self._ephemeral_ids = count(70_001)
        self._group_ids = count(-2_001, -1)
        # Supergroups and channels have their number after "-100".
        self._supergroup_ids = count(-1_002_000_000_001, -1)

    def tell(self, event: str, **fields: object) -> None:
        """Tell the listeners what happened, and let waiters look again."""
        for listener in self.listeners:
            listener({"event": event, **fields})
        self.changed()

    def changed(self) -> None:
        """Something is different: let waiters look again."""
        for waiter in self._waiters:
            waiter.set()

    async def wait_for(self, predicate: Callable[[], T], timeout: float | None) -> T:
        """The first true result of `predicate`, looked at now and after every change. Raises `TimeoutError`."""
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(timeout):
                while not (result := predicate()):
                    waiter.clear()
                    await waiter.wait()
        finally:
            self._waiters.discard(waiter)
        return result

    def timestamp(self) -> int:
        """The time of the wall clock as Telegram writes it."""
        return int(self.now().timestamp())

    def new_chat_id(self, kind: ChatType) -> int:
        """The id of the next group, supergroup or channel."""
        return next(self._group_ids if kind is ChatType.GROUP else self._supergroup_ids)

    def add_chat(self, chat: Chat) -> Chat:
        """Let a chat exist."""
        self.chats[chat.id] = chat
        self.tell("ChatChanged", chat_id=chat.id)
        return chat

    def admit(self, chat: Chat, *, paid: bool = False) -> None:
        """Count a message towards the limits. Raises 429."""
        if self.flood_control is not None:
            wait = self.flood_control.admit(chat.id, is_group=not chat.is_private, at=self.monotonic(), paid=paid)
            if wait > 0:
                raise too_many_requests(max(1, ceil(wait - 1e-9)))

    def post(
        self,
        chat: Chat,
        author: User | Json,
        content: Json,
        *,
        thread: int = 0,
        reply_to: Message | None = None,
        silent: bool = False,
        screen: Json | None = None,
        receiver: User | None = None,
    ) -> Message:
        """Put a message into a chat, and tell the bot of somebody else's if Telegram would.

        With a `receiver` it is an ephemeral one, between a person and the bot.
        """
        sender = {"from": author.json} if isinstance(author, User) else author
        json: Json = {"message_id": self._next_message_id(chat)} if receiver is None else self._ephemeral(receiver)
        json |= {"sender_chat": chat.json} if chat.is_channel else sender
        json |= {"chat": chat.json, "date": self.timestamp()}
        if thread:
            json |= {"message_thread_id": thread, "is_topic_message": True}
        if reply_to is None and thread in chat.topics:
            json["reply_to_message"] = quoted(chat.topics[thread].opening.json)
        elif reply_to is not None:
            json["reply_to_message"] = quoted(reply_to.json)
        json |= content
        by_bot = author is self.bot
        message = Message(chat.id, thread, json, by_bot=by_bot, silent=silent, screen=screen, at=self.monotonic())
        if receiver is not None:
            message.seen_by = receiver.id if by_bot else json["from"]["id"]
        chat.messages[message.message_id] = message
        if not by_bot and chat.member(self.bot).is_present and self._bot_sees(chat, message, reply_to):
            self.updates.add("channel_post" if chat.is_channel else "message", json)
        self.tell("MessageSent", **message.view())
        return message

    def edit(self, message: Message, json: Json) -> None:
        """Put an edited version in a message's place."""
        message.edited = message.edited or words(json) != words(message.json)
        message.json = json
        self.tell("MessageEdited", **message.view())

    def delete(self, chat: Chat, message: Message) -> None:
        """Let a message be gone for everybody."""
        del chat.messages[message.message_id]
        self.tell("MessageDeleted", chat_id=chat.id, thread=message.thread, message_id=message.message_id)

    def set_member(self, chat: Chat, member: Member, *, by: User) -> None:
        """Change what somebody is in a chat, and tell the bot: about itself always, about others where it is admin."""
        before = chat.member(member.user)
        chat.members[member.user.id] = member
        is_bot = member.user is self.bot
        if is_bot or chat.member(self.bot).is_admin:
            change = {
                "chat": chat.json,
                "from": by.json,
                "date": self.timestamp(),
                "old_chat_member": before.as_json(channel=chat.is_channel),
                "new_chat_member": member.as_json(channel=chat.is_channel),
            }
            self.updates.add("my_chat_member" if is_bot else "chat_member", change)
        self.tell("ChatChanged", chat_id=chat.id)

    def _ephemeral(self, receiver: User) -> Json:
        ids = {"message_id": 0, "ephemeral_message_id": next(self._ephemeral_ids)}
        return ids | {"receiver_user": receiver.json}

    def _next_message_id(self, chat: Chat) -> int:
        """Private chats and basic groups share the bot's own numbers; supergroups and channels have theirs."""
        if chat.type in {ChatType.PRIVATE, ChatType.GROUP}:
            return next(self._shared_message_ids)
        chat.last_message_id += 1
        return chat.last_message_id

    def _bot_sees(self, chat: Chat, message: Message, reply_to: Message | None) -> bool:
        """Privacy mode: of a group's talk a bot that is no admin gets commands, replies to it and service messages."""
        if chat.is_private or chat.is_channel or message.is_service or chat.member(self.bot).is_admin:
            return True
        if reply_to is not None and reply_to.by_bot:
            return True
        if not any(e["type"] == "bot_command" and e["offset"] == 0 for e in message.entities):
            return False
        _, at_sign, name = message.text.split(maxsplit=1)[0].partition("@")
        return not at_sign or name.lower() == (self.bot.username or "").lower()
