"""Who is there: users, the bot, and what they are in a chat."""

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.telegram.errors import Json

ANONYMOUS_ADMIN: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""The sender that Telegram shows for every administrator who writes in the name of a group."""

_RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
).split()
_CHANNEL_RIGHTS = ["can_post_messages", "can_edit_messages"]
_GROUP_RIGHTS = ["can_pin_messages", "can_manage_topics"]
_PERMISSIONS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_react_to_messages "
    "can_edit_tag can_change_info can_invite_users can_pin_messages can_manage_topics"
).split()


class MemberStatus(StrEnum):
    """What somebody is in a chat, in the words of the Bot API."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


@dataclass(slots=True, eq=False)
class User:
    """A person, or the bot. `started`: the person has written to the bot at least once. `json` is Telegram's User."""

    id: int
    first_name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False
    started: bool = False
    deactivated: bool = False
    json: Json = field(init=False)

    def __post_init__(self) -> None:
        self.json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username is not None:
            self.json["username"] = self.username
        if self.language is not None:
            self.json["language_code"] = self.language


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's place in a chat; `rights` are those of an administrator beyond being one."""

    user: User
    status: MemberStatus
    rights: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_present(self) -> bool:
        """Whether they can read the chat."""
        return self.status not in {MemberStatus.LEFT, MemberStatus.KICKED}

    @property
    def is_admin(self) -> bool:
        """Whether they are the creator or an administrator."""
        return self.status in {MemberStatus.CREATOR, MemberStatus.ADMINISTRATOR}

    def may(self, right: str) -> bool:
        """Whether they hold an administrator's right; the creator holds all."""
        return self.status is MemberStatus.CREATOR or right in self.rights

    def as_json(self, *, channel: bool) -> Json:
        """Telegram's ChatMember for this status."""
        data: Json = {"user": self.user.json, "status": self.status.value}
        match self.status:
            case MemberStatus.CREATOR:
                data["is_anonymous"] = False
            case MemberStatus.ADMINISTRATOR:
                names = _RIGHTS + (_CHANNEL_RIGHTS if channel else _GROUP_RIGHTS)
                data |= {"can_be_edited": False, "is_anonymous": False} | {name: name in self.rights for name in names}
            case MemberStatus.RESTRICTED:
                data |= {"is_member": True, "until_date": 0} | dict.fromkeys(_PERMISSIONS, False)
            case MemberStatus.KICKED:
                data["until_date"] = 0
            case MemberStatus.MEMBER | MemberStatus.LEFT:
                pass
        return data


def usual_rights(*, channel: bool) -> frozenset[str]:
    """The rights that an administrator gets who is promoted without picking any."""
    more = {"can_post_messages", "can_edit_messages"} if channel else {"can_pin_messages", "can_restrict_members"}
    return frozenset({"can_manage_chat", "can_delete_messages", "can_invite_users", "can_change_info"} | more)
