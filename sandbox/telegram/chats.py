"""Private chats, groups, supergroups with topics, and channels."""

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.telegram.errors import Json
from sandbox.telegram.messages import Message
from sandbox.telegram.people import Member, MemberStatus, User

GENERAL_TOPIC = 1


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
    """A chat with its people, topics and messages (deleted ones are gone)."""

    id: int
    type: ChatType
    title: str | None = None
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
        self.json = self._as_json()

    @property
    def is_private(self) -> bool:
        """Whether it is one person's chat with the bot."""
        return self.type is ChatType.PRIVATE

    @property
    def is_channel(self) -> bool:
        """Whether it is a channel."""
        return self.type is ChatType.CHANNEL

    @property
    def is_group(self) -> bool:
        """Whether people talk in it: a group or a supergroup."""
        return self.type in (ChatType.GROUP, ChatType.SUPERGROUP)

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.title or (self.person.first_name if self.person else "")

    def rename(self, title: str) -> None:
        """Give it another title."""
        self.title = title
        self.json = self._as_json()

    def member(self, user: User) -> Member:
        """Somebody's place here; strangers have left."""
        return self.members.get(user.id) or Member(user, MemberStatus.LEFT)

    def admins(self) -> list[Member]:
        """The creator and the administrators."""
        return [member for member in self.members.values() if member.is_admin]

    def _as_json(self) -> Json:
        data: Json = {"id": self.id, "type": self.type.value}
        if self.person is not None:
            data["first_name"] = self.person.first_name
        else:
            data["title"] = self.title
        if self.username is not None:
            data["username"] = self.username
        if self.is_forum:
            data["is_forum"] = True
        return data
