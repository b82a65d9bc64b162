"""Private chats, groups, supergroups with topics, and channels."""

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.telegram.errors import Json
from sandbox.telegram.messages import Message
from sandbox.telegram.people import Member, MemberStatus, User


class ChatType(StrEnum):
    """The kinds of chats, in the words of the Bot API."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(slots=True, eq=False)
class Topic:
    """A topic of a forum; its id is that of the message that opened it."""

    id: int
    title: str
    opening: Message
    closed: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """A chat with its people, topics and messages (deleted ones are gone). `json` is Telegram's Chat.

    `name` is what a person calls it: its title, or in a private chat the first name of the `person`.
    """

    id: int
    type: ChatType
    name: str
    username: str | None = None
    is_forum: bool = False
    person: User | None = None
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    last_message_id: int = 0
    migrated_to: int | None = None
    json: Json = field(init=False)

    def __post_init__(self) -> None:
        self.json = {"id": self.id, "type": self.type.value, "first_name" if self.is_private else "title": self.name}
        if self.username is not None:
            self.json["username"] = self.username
        if self.is_forum:
            self.json["is_forum"] = True

    @property
    def is_private(self) -> bool:
        """Whether it is one person's chat with the bot."""
        return self.type is ChatType.PRIVATE

    @property
    def is_channel(self) -> bool:
        """Whether it is a channel."""
        return self.type is ChatType.CHANNEL

    def numbered(self, number: object) -> Message | None:
        """The message that the Bot API names by a number; ephemeral ones have none."""
        return self.messages.get(number) if isinstance(number, int) and number > 0 else None

    def ephemeral(self, number: object, user: int | None) -> Message | None:
        """The ephemeral message of that id, if that person sees it."""
        message = self.messages.get(-number) if isinstance(number, int) and number > 0 else None
        return message if message is not None and message.seen_by == user else None

    def member(self, user: User) -> Member:
        """Somebody's place here; strangers have left."""
        return self.members.get(user.id) or Member(user, MemberStatus.LEFT)

    def admins(self) -> list[Member]:
        """The creator and the administrators."""
        return [member for member in self.members.values() if member.is_admin]
