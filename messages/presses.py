"""What a pressed button asks for: a closed union of small values. `messages/buttons.py` writes them into buttons."""

from dataclasses import dataclass
from enum import StrEnum

from petitions.petition import PetitionRef
from petitions.preferences import Preference
from petitions.streams import SiteStream


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Follow the petition of this card."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowFound:
    """Follow one of the petitions that a search has found."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowAgain:
    """Undo an unfollow."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollow:
    """Unfollow the petition of this card."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfollowListed:
    """Unfollow one of a list."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Keep following, but hear nothing."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmute:
    """Hear of the petition again."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Read the petition of this card again."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCard:
    """Show the card of one petition of a list."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowList:
    """Turn to a page of the petitions that are followed here; `to_unfollow`: to choose one and unfollow it."""

    page: int
    to_unfollow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFound:
    """Turn to a page of what was found; `to_follow`: to choose one and follow it."""

    query: str
    page: int
    to_follow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteEverything:
    """The answer to "really delete everything?"."""

    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStreams:
    """Show the streams of the whole site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStream:
    """Show one stream."""

    of: SiteStream


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Hear of a stream."""

    of: SiteStream


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """Hear of it no more."""

    of: SiteStream


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCap:
    """Hear of it at most so often a day."""

    of: SiteStream
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSubjects:
    """Turn to a page of the topics and departments of a stream."""

    of: SiteStream
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """Hear of petitions on this subject too, or (not `wanted`) no more; then show that page of subjects again."""

    of: SiteStream
    subject: str
    page: int
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowChannels:
    """Show the channels that somebody looks after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowChannel:
    """Show one of them, by its Telegram id."""

    channel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostTest:
    """Post something there that proves the bot can."""

    channel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseChannel:
    """Post nothing there, or (not `paused`) go on posting."""

    channel: int
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortenPosts:
    """Write alerts there in a few words, or (not `short`) in full."""

    channel: int
    short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFirst:
    """Show each post of the channel to those who look after it, and wait for their word; or (not `wanted`) don't."""

    channel: int
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Post what was shown, whose first alert is that, in the channel; or (not `post`) never."""

    channel: int
    alert: int
    post: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkChannel:
    """Look after it no longer."""

    channel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetMembers:
    """Let members of the group change what is followed, or (not `allowed`) only admins."""

    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefer:
    """Have a group of news, or pictures, come here, or (not `wanted`) no more."""

    preference: Preference
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAnnouncements:
    """Show which announcements this chat wants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantAnnouncements:
    """Hear announcements of that sort, or (not `wanted`) no more."""

    what: str
    wanted: bool


class BroadcastOrder(StrEnum):
    """What an operator can have done about a broadcast, and the letters of that in a button."""

    SHOW = "sh"
    TO_EVERYBODY = "ev"
    TO_PRIVATE_CHATS = "pr"
    TO_GROUPS = "gr"
    TO_CHANNELS = "ch"
    AS_NEWS = "ne"
    AS_SERVICE_NOTICE = "se"
    PIN = "pi"
    DO_NOT_PIN = "np"
    PAY = "st"
    DO_NOT_PAY = "fr"
    SHOW_ME = "me"
    CONFIRM = "go"
    DISCARD = "di"
    PAUSE = "pa"
    RESUME = "re"
    CANCEL = "ca"
    GET_FILE = "fi"
    REPEAT_FAILED = "fa"
    REPEAT_UNCERTAIN = "un"
    REPEAT_UNREACHABLE = "ur"
    DELETE = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBroadcast:
    """Do that about a broadcast, by its number; for operators only."""

    broadcast: int
    order: BroadcastOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBroadcasts:
    """Turn to a page of the broadcasts there have been; for operators only."""

    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStatus:
    """Show how the bot is, as of now; for operators only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """Ban a chat or person by its Telegram id, or (not `banned`) take that back; for operators only."""

    chat: int
    banned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportChat:
    """Send everything that is kept about a chat; for operators only."""

    chat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend:
    """Send messages again that were given up: all of a state, or one by its number; for operators only."""

    which: str


class Span(StrEnum):
    """How far back a picture of growth looks, and the letter of that in a button."""

    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    ALL = "a"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowChart:
    """Show the picture of a petition's growth as a new message."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowConstituencies:
    """Let the button's message show where a petition is signed."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGrowth:
    """Let the button's message show the picture of a petition's growth over that span."""

    ref: PetitionRef
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A button of an older version, or data that no button of ours carries."""


OnOperation = ShowStatus | Ban | ExportChat | Resend
ForOperators = OnBroadcast | ShowBroadcasts | OnOperation
OnAnnouncements = ShowAnnouncements | WantAnnouncements
OnPetition = (
    Follow
    | FollowFound
    | FollowAgain
    | Unfollow
    | UnfollowListed
    | Mute
    | Unmute
    | Refresh
    | ShowCard
    | ShowChart
    | ShowConstituencies
)
OnStream = ShowStream | Subscribe | Unsubscribe | ChangeCap | ShowSubjects | Narrow
OnChannel = ShowChannel | PostTest | PauseChannel | ShortenPosts | AskFirst | Decide | UnlinkChannel
Press = (
    OnPetition
    | ShowGrowth
    | ShowList
    | ShowFound
    | DeleteEverything
    | LetMembers
    | Prefer
    | ShowStreams
    | OnStream
    | ShowChannels
    | OnChannel
    | OnAnnouncements
    | ForOperators
)
