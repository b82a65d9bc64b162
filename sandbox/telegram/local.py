"""A Telegram with one bot on this machine: what tests and the page do as people, what they see, and its server."""

from contextlib import AbstractAsyncContextManager
from re import fullmatch

from sandbox.hosts import own_host_only
from sandbox.serving import serving
from sandbox.telegram.chats import Chat, ChatType, Topic
from sandbox.telegram.errors import Json
from sandbox.telegram.formatted import text_fields
from sandbox.telegram.messages import Message, Press
from sandbox.telegram.people import ANONYMOUS_ADMIN, Member, MemberStatus, User, usual_rights
from sandbox.telegram.requests import RecordedRequest
from sandbox.telegram.server import BotApiServer
from sandbox.telegram.world import World

ChatRef = Chat | User | int
"""A chat, the person whose private chat it is, or a chat id."""
UserRef = User | int

_FIRST_USER = 1_001
_TOPIC_COLOUR = 7322096


class LocalTelegram(World):
    """Everything happens in the event loop that serves it. What is done in a group or channel is done by its first
    administrator who is a person; where nobody is named to whom it is done, it is the bot.
    """

    def chat(self, chat: ChatRef) -> Chat:
        """The chat itself. Raises `LookupError` for an unknown one."""
        return chat if isinstance(chat, Chat) else self.chats[chat.id if isinstance(chat, User) else chat]

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
        user_id = user_id or _FIRST_USER + len(self.people)
        user = User(user_id, name, username=username, language=language, started=started)
        self.people[user.id] = user
        chat = Chat(user.id, ChatType.PRIVATE, name, username=username, person=user)
        chat.members = {each.id: Member(each, MemberStatus.MEMBER) for each in (self.bot, user)}
        self.add_chat(chat)
        return user

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
        kind = ChatType.SUPERGROUP if forum or supergroup else ChatType.GROUP
        chat = Chat(self.new_chat_id(kind), kind, title, username=username, is_forum=forum)
        return self._people_chat(chat, members, admins, with_bot=with_bot)

    def add_channel(
        self, title: str, admins: list[User], members: list[User] | None = None, *, with_bot: bool = True
    ) -> Chat:
        """A channel; the first of `admins` created it and, with `with_bot`, now makes the bot an administrator."""
        chat = Chat(self.new_chat_id(ChatType.CHANNEL), ChatType.CHANNEL, title)
        return self._people_chat(chat, members or [], admins, with_bot=with_bot)

    # What people do.

    def start(self, user: UserRef, payload: str = "") -> Message:
        """Open the bot by a link and press Start. Raises `ValueError` for a payload that no link can carry."""
        if not fullmatch("[A-Za-z0-9_-]{0,64}", payload):
            raise ValueError(f"no link can carry {payload!r}: up to 64 of A-Z, a-z, 0-9, _ and -")
        return self.say(user, user, f"/start {payload}".rstrip())

    def say(
        self,
        chat: ChatRef,
        user: UserRef,
        text: str,
        thread: int | None = None,
        *,
        as_anonymous_admin: bool = False,
        reply_to: Message | None = None,
    ) -> Message:
        """Write a message; a command that the menu marks so is an ephemeral one.

        Raises `ValueError` where Telegram would not let this person write.
        """
        where, person = self.chat(chat), self._user(user)
        self._check_may_write(where, person, thread or 0, as_admin=as_anonymous_admin or where.is_channel)
        if where.is_private and not person.started:
            person.started = True
            self.tell("ChatChanged", chat_id=where.id)
        author = {"from": ANONYMOUS_ADMIN, "sender_chat": where.json} if as_anonymous_admin else person
        receiver = self.bot if author is person and self._is_ephemeral(where, text) else None
        return self.post(where, author, text_fields(text), thread=thread or 0, reply_to=reply_to, receiver=receiver)

    def press(self, chat: ChatRef, message_id: int, button: str, user: UserRef) -> Press:
        """Press the button with that data or label; `await press.answer(timeout)` gives the bot's answer.

        Raises `LookupError` when the message or the button is not there, `ValueError` for somebody who is not there.
        """
        where, person = self.chat(chat), self._user(user)
        message = where.messages[message_id]
        if not where.member(person).is_present:
            raise ValueError(f"{person.first_name} is not in {where.name}")
        if message.seen_by not in {None, person.id}:
            raise ValueError(f"{person.first_name} does not see that message")
        data = next(
            (each["callback_data"] for each in message.buttons if button in {each["text"], each.get("callback_data")}),
            None,
        )
        if data is None:
            raise LookupError(f"no button {button!r} that tells the bot anything, only {message.labels}")
        query_id = str(next(self.query_ids))
        press = self.presses[query_id] = Press(query_id, where.id, message_id, self.monotonic())
        query = {"id": query_id, "from": person.json, "message": message.json, "chat_instance": str(where.id)}
        self.updates.add("callback_query", query | {"data": data})
        return press

    def block(self, user: UserRef) -> None:
        """Block the bot."""
        self._become(user, None, MemberStatus.KICKED)

    def unblock(self, user: UserRef) -> None:
        """Unblock the bot."""
        self._become(user, None, MemberStatus.MEMBER)

    def deactivate(self, user: UserRef) -> None:
        """Delete somebody's account; the bot is not told."""
        self._user(user).deactivated = True

    def kick(self, chat: ChatRef, user: UserRef | None = None) -> None:
        """Throw somebody out of a group or channel."""
        self._become(chat, user, MemberStatus.KICKED)
        self._notice(self.chat(chat), {"left_chat_member": self._user(user).json})

    def readd(self, chat: ChatRef, user: UserRef | None = None) -> None:
        """Add somebody to a group or channel, again or for the first time; the bot becomes admin of a channel."""
        where = self.chat(chat)
        if where.is_channel and user is None:
            self.promote(where)
            return
        self._become(where, user, MemberStatus.MEMBER)
        self._notice(where, {"new_chat_members": [self._user(user).json]})

    def promote(self, chat: ChatRef, user: UserRef | None = None, rights: frozenset[str] | None = None) -> None:
        """Make somebody an administrator, with these rights or the usual ones."""
        channel = self.chat(chat).is_channel
        granted = usual_rights(channel=channel) if rights is None else rights | {"can_manage_chat"}
        self._become(chat, user, MemberStatus.ADMINISTRATOR, rights=granted)

    def share_channel(self, channel: ChatRef) -> Message:
        """Let its first administrator pick a channel from the bot's keyboard: the bot may post there, and is told."""
        where = self.chat(channel)
        self.promote(where, rights=frozenset({"can_post_messages"}))
        person = self._admin(where)
        return self.post(self.chat(person), person, {"chat_shared": {"request_id": 1, "chat_id": where.id}})

    def demote(self, chat: ChatRef, user: UserRef | None = None) -> None:
        """Make an administrator an ordinary member; a muted one may write again."""
        self._become(chat, user, MemberStatus.MEMBER)

    def mute(self, chat: ChatRef, user: UserRef | None = None) -> None:
        """Take from somebody the right to write in a group."""
        self._become(chat, user, MemberStatus.RESTRICTED)

    def migrate(self, group: ChatRef) -> Chat:
        """Upgrade a group to a supergroup: a new chat with a new id, the old one refuses and points to it."""
        old = self.chat(group)
        if old.type is not ChatType.GROUP or old.migrated_to is not None:
            raise ValueError(f"{old.name} is no group that could be upgraded")
        kind = ChatType.SUPERGROUP
        new = self.add_chat(Chat(self.new_chat_id(kind), kind, old.name, members=dict(old.members)))
        self._notice(old, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self._notice(new, {"migrate_from_chat_id": old.id})
        self.tell("ChatChanged", chat_id=old.id)
        return new

    def open_topic(self, chat: ChatRef, title: str) -> Topic:
        """Open a topic in a forum."""
        where = self.chat(chat)
        if not where.is_forum:
            raise ValueError(f"{where.name} has no topics")
        # A topic is named after the message that opens it, which is already inside.
        created = {"name": title, "icon_color": _TOPIC_COLOUR}
        opening = self._notice(where, {"forum_topic_created": created}, thread=where.last_message_id + 1)
        topic = where.topics[opening.message_id] = Topic(opening.message_id, title, opening)
        self.tell("ChatChanged", chat_id=where.id)
        return topic

    def close_topic(self, chat: ChatRef, topic: Topic) -> None:
        """Let only administrators write in a topic from now on."""
        topic.closed = True
        self._notice(self.chat(chat), {"forum_topic_closed": {}}, thread=topic.id)

    def reopen_topic(self, chat: ChatRef, topic: Topic) -> None:
        """Let everybody write in a topic again."""
        topic.closed = False
        self._notice(self.chat(chat), {"forum_topic_reopened": {}}, thread=topic.id)

    def delete_topic(self, chat: ChatRef, topic: Topic) -> None:
        """Delete a topic with all its messages; the bot is not told."""
        where = self.chat(chat)
        del where.topics[topic.id]
        for message in self.messages(where, topic.id):
            self.delete(where, message)
        self.tell("ChatChanged", chat_id=where.id)

    # What people see.

    def messages(self, chat: ChatRef, thread: int | None = None) -> list[Message]:
        """The messages of a chat, or of one of its topics, in order and as they stand now."""
        messages = self.chat(chat).messages.values()
        return [message for message in messages if thread is None or message.thread == thread]

    def bot_messages(self, chat: ChatRef, thread: int | None = None) -> list[Message]:
        """Those of `messages` that the bot wrote."""
        return [message for message in self.messages(chat, thread) if message.by_bot]

    def commands(self, chat: ChatRef) -> list[Json]:
        """The command menu that people see in this chat."""
        return self.menus.shown(self.chat(chat))

    def profile(self) -> dict[str, str]:
        """The bot's name, description and short description."""
        return {"name": self.bot.first_name} | self.menus.texts

    # What the bot does.

    @property
    def requests(self) -> list[RecordedRequest]:
        """The last requests of the bot, oldest first."""
        return list(self.recorded)

    def forget_requests(self) -> None:
        """Empty `requests`."""
        self.recorded.clear()

    def _user(self, user: UserRef | None) -> User:
        if user is None:
            return self.bot
        return user if isinstance(user, User) else self.people[user]

    def _is_ephemeral(self, chat: Chat, text: str) -> bool:
        if chat.is_private or chat.is_channel or not chat.member(self.bot).is_present:
            return False
        command = text.split(maxsplit=1)[0].removeprefix("/").partition("@")[0] if text.startswith("/") else ""
        return any(each["command"] == command and "is_ephemeral" in each for each in self.commands(chat))

    def _people_chat(self, chat: Chat, members: list[User], admins: list[User], *, with_bot: bool) -> Chat:
        rights = usual_rights(channel=chat.is_channel)
        chat.members |= {user.id: Member(user, MemberStatus.MEMBER) for user in members}
        chat.members |= {user.id: Member(user, MemberStatus.ADMINISTRATOR, rights) for user in admins}
        chat.members[admins[0].id] = Member(admins[0], MemberStatus.CREATOR)
        self.add_chat(chat)
        if with_bot:
            self.readd(chat)
        return chat

    def _become(
        self,
        chat: ChatRef,
        user: UserRef | None,
        status: MemberStatus,
        *,
        rights: frozenset[str] = frozenset(),
    ) -> None:
        where = self.chat(chat)
        self.set_member(where, Member(self._user(user), status, rights), by=where.person or self._admin(where))

    def _notice(self, chat: Chat, content: Json, *, thread: int = 0) -> Message:
        return self.post(chat, self._admin(chat), content, thread=thread)

    def _admin(self, chat: Chat) -> User:
        return next(member.user for member in chat.admins() if not member.user.is_bot)

    def _check_may_write(self, chat: Chat, user: User, thread: int, *, as_admin: bool) -> None:
        member, topic = chat.member(user), chat.topics.get(thread)
        if user.deactivated:
            raise ValueError(f"{user.first_name} has no account any more")
        if chat.migrated_to is not None:
            raise ValueError(f"{chat.name} was upgraded: it goes on in {chat.migrated_to}")
        if not member.is_present or member.status is MemberStatus.RESTRICTED:
            raise ValueError(f"{user.first_name} may not write in {chat.name}")
        if chat.is_private and not chat.member(self.bot).is_present:
            raise ValueError(f"{user.first_name} has blocked the bot and must unblock it first")
        if as_admin and not member.is_admin:
            raise ValueError(f"{user.first_name} is no administrator of {chat.name}")
        if thread and (topic is None or (topic.closed and not member.is_admin)):
            raise ValueError(f"there is no open topic {thread} in {chat.name}")


def serve(telegram: LocalTelegram, port: int = 0) -> AbstractAsyncContextManager[str]:
    """Serve the Bot API, by default on any free port; the context gives its address."""
    return serving(BotApiServer(telegram).application(own_host_only("127.0.0.1")), ports=(port,))
