"""Buttons, and the few bytes in which Telegram carries what a press of one asks for: `1:f:uk:700143`.

The first part is the version of this format. Buttons live as long as their messages do, so old ones come back for
years: data of another version, or of nobody's making, is read as `Stale` and answered with one helpful sentence.
"""

import re

from messages.content import Button
from messages.presses import (
    AskFirst,
    Ban,
    BroadcastOrder,
    ChangeCap,
    Decide,
    DeleteEverything,
    ExportChat,
    Follow,
    FollowAgain,
    FollowFound,
    ForOperators,
    LetMembers,
    Mute,
    Narrow,
    OnAnnouncements,
    OnBroadcast,
    OnPetition,
    OnStream,
    PauseChannel,
    PostTest,
    Prefer,
    Press,
    Refresh,
    Resend,
    ShortenPosts,
    ShowAnnouncements,
    ShowBroadcasts,
    ShowCard,
    ShowChannel,
    ShowChannels,
    ShowChart,
    ShowConstituencies,
    ShowFound,
    ShowGrowth,
    ShowList,
    ShowStatus,
    ShowStream,
    ShowStreams,
    ShowSubjects,
    Span,
    Stale,
    Subscribe,
    Unfollow,
    UnfollowListed,
    UnlinkChannel,
    Unmute,
    Unsubscribe,
    WantAnnouncements,
)
from messages.words import Words
from petitions.petition import PetitionRef, Site
from petitions.preferences import PREFERENCES
from petitions.streams import DAILY_CAPS, SiteStream, Stream

DATA_LIMIT = 64
"""Bytes Telegram carries for a button."""

_VERSION = "1"
_NUMBER = re.compile(r"[0-9A-Za-z-]{1,24}")
_CHANNEL = re.compile(r"-[1-9][0-9]{0,17}")
_CHAT = re.compile(r"-?[1-9][0-9]{0,17}")
_GIVEN_UP = re.compile(r"rejected|uncertain|set_aside|[1-9][0-9]{0,17}")
_BROADCAST = re.compile(r"[1-9][0-9]{0,8}")
_ALERT = re.compile(r"[1-9][0-9]{0,17}")
_PAGE = re.compile(r"[1-9][0-9]{0,4}")

_LETTERS: dict[type[OnPetition], str] = {
    Follow: "f",
    FollowFound: "g",
    FollowAgain: "a",
    Unfollow: "u",
    UnfollowListed: "v",
    Mute: "m",
    Unmute: "n",
    Refresh: "r",
    ShowCard: "c",
    ShowChart: "C",
    ShowConstituencies: "H",
}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_STREAMS = {
    "rt": Stream.RESPONSE_THRESHOLD,
    "dt": Stream.DEBATE_THRESHOLD,
    "re": Stream.RESPONSE,
    "ds": Stream.DEBATE_SCHEDULED,
    "de": Stream.DEBATED,
    "pu": Stream.PUBLISHED,
}
_PREFERENCES = {preference.value: preference for preference in PREFERENCES}
_STREAM_CODES = {stream: code for code, stream in _STREAMS.items()}


def encode(press: Press) -> str:
    """Write a press as callback data. Raises `ValueError` when it does not fit; only a long query can do that."""
    data = f"{_VERSION}:{_body(press)}"
    if not _can_be_carried(data):
        raise ValueError(f"these do not fit into the {DATA_LIMIT} bytes of a button: {data!r}")
    return data


def fits(press: Press) -> bool:
    """Tell whether a button can carry the press."""
    return _can_be_carried(f"{_VERSION}:{_body(press)}")


def decode(data: str | None) -> Press | Stale:
    """Read callback data back; whatever cannot be understood is `Stale`."""
    version, _, body = (data or "").partition(":")
    letter, _, rest = body.partition(":")
    if version != _VERSION or not _can_be_carried(data or ""):
        return Stale()
    if letter in _KINDS:
        return _on_petition(_KINDS[letter], rest)
    if letter in {"w", "o", "e", "k", "b", "i", "j"}:
        return _on_stream(letter, rest)
    if letter == "G":
        return _on_chart(rest)
    if letter in {"P", "X"}:
        return _decision(letter, rest)
    if letter in {"h", "p", "y", "z", "q", "S", "F", "V", "W"}:
        return _on_channel(letter, rest)
    if letter == "O":
        return _on_operation(rest)
    if letter in {"B", "N"}:
        return _on_announcements(letter, rest)
    return _on_pages(letter, rest)


def button(label: str, press: Press) -> Button:
    """Make a button that sends the press back."""
    return Button(label=label, data=encode(press))


def mute_button(ref: PetitionRef, words: Words, *, muted: bool) -> Button:
    """Make the button that mutes a petition, or unmutes one that is muted."""
    if muted:
        return button(words.plain("button-unmute"), Unmute(ref=ref))
    return button(words.plain("button-mute"), Mute(ref=ref))


def _can_be_carried(data: str) -> bool:
    try:
        return len(data.encode()) <= DATA_LIMIT
    except UnicodeEncodeError:
        return False


def _body(press: Press) -> str:
    match press:
        case ShowList(page=page, to_unfollow=to_unfollow):
            return f"{'x' if to_unfollow else 'l'}:{page}"
        case ShowFound(query=query, page=page, to_follow=to_follow):
            return f"{'t' if to_follow else 's'}:{page}:{query}"
        case DeleteEverything(sure=sure):
            return f"d:{'yes' if sure else 'no'}"
        case LetMembers() | Prefer():
            return _setting_body(press)
        case ShowChannels():
            return "h:all"
        case ShowAnnouncements() | WantAnnouncements():
            return _announcement_body(press)
        case OnBroadcast() | ShowBroadcasts() | ShowStatus() | Ban() | ExportChat() | Resend():
            return _operator_body(press)
        case Decide(channel=channel, alert=alert, post=post):
            return f"{'P' if post else 'X'}:{channel}:{alert}"
        case ShowChannel() | PostTest() | PauseChannel() | ShortenPosts() | AskFirst() | UnlinkChannel():
            return f"{_channel_letter(press)}:{press.channel}"
        case ShowStreams() | ShowStream() | Subscribe() | Unsubscribe() | ChangeCap() | ShowSubjects() | Narrow():
            return _stream_body(press)
        case _:
            return _petition_body(press)


def _petition_body(press: OnPetition | ShowGrowth) -> str:
    match press:
        case ShowGrowth(ref=ref, span=span):
            return f"G:{span}:{ref}"
        case _:
            return f"{_LETTERS[type(press)]}:{press.ref}"


def _setting_body(press: LetMembers | Prefer) -> str:
    match press:
        case LetMembers(allowed=allowed):
            return f"A:{'members' if allowed else 'admins'}"
        case Prefer(preference=preference, wanted=wanted):
            return f"E:{preference}:{'on' if wanted else 'off'}"


def _announcement_body(press: OnAnnouncements) -> str:
    match press:
        case ShowAnnouncements():
            return "N:all"
        case WantAnnouncements(what=what, wanted=wanted):
            return f"N:{what}:{'on' if wanted else 'off'}"


def _operator_body(press: ForOperators) -> str:
    match press:
        case OnBroadcast(broadcast=broadcast, order=order):
            return f"B:{broadcast}:{order}"
        case ShowBroadcasts(page=page):
            return f"B:all:{page}"
        case ShowStatus():
            return "O:status"
        case Ban(chat=chat, banned=banned):
            return f"O:{'ban' if banned else 'unban'}:{chat}"
        case ExportChat(chat=chat):
            return f"O:export:{chat}"
        case Resend(which=which):
            return f"O:resend:{which}"


def _on_operation(rest: str) -> Press | Stale:
    order, _, what = rest.partition(":")
    match order:
        case "status" if not what:
            return ShowStatus()
        case "ban" | "unban" if _CHAT.fullmatch(what):
            return Ban(chat=int(what), banned=order == "ban")
        case "export" if _CHAT.fullmatch(what):
            return ExportChat(chat=int(what))
        case "resend" if _GIVEN_UP.fullmatch(what):
            return Resend(which=what)
        case _:
            return Stale()


def _stream_body(press: ShowStreams | OnStream) -> str:
    if isinstance(press, ShowStreams):
        return "w:all"
    of = f"{press.of.site}:{_STREAM_CODES[press.of.stream]}"
    match press:
        case ShowStream():
            return f"w:{of}"
        case Subscribe():
            return f"o:{of}"
        case Unsubscribe():
            return f"e:{of}"
        case ChangeCap(cap=cap):
            return f"k:{of}:{cap}"
        case ShowSubjects(page=page):
            return f"b:{of}:{page}"
        case Narrow(subject=subject, page=page, wanted=wanted):
            return f"{'i' if wanted else 'j'}:{of}:{page}:{subject}"


def _on_stream(letter: str, rest: str) -> Press | Stale:
    if (letter, rest) == ("w", "all"):
        return ShowStreams()
    site, code, number, subject = (*rest.split(":", 3), "", "", "")[:4]
    if site not in {known.value for known in Site} or code not in _STREAMS:
        return Stale()
    of = SiteStream(site=Site(site), stream=_STREAMS[code])
    counted = int(number) if _PAGE.fullmatch(number) else 0
    match letter:
        case "w" if not number:
            return ShowStream(of=of)
        case "o" if not number:
            return Subscribe(of=of)
        case "e" if not number:
            return Unsubscribe(of=of)
        case "k" if counted in DAILY_CAPS and not subject:
            return ChangeCap(of=of, cap=counted)
        case "b" if counted and not subject:
            return ShowSubjects(of=of, page=counted)
        case "i" | "j" if counted and subject:
            return Narrow(of=of, subject=subject, page=counted, wanted=letter == "i")
        case _:
            return Stale()


def _decision(letter: str, rest: str) -> Press | Stale:
    channel, _, alert = rest.partition(":")
    if not _CHANNEL.fullmatch(channel) or not _ALERT.fullmatch(alert):
        return Stale()
    return Decide(channel=int(channel), alert=int(alert), post=letter == "P")


def _channel_letter(press: ShowChannel | PostTest | PauseChannel | ShortenPosts | AskFirst | UnlinkChannel) -> str:
    match press:
        case ShowChannel():
            return "h"
        case PostTest():
            return "p"
        case UnlinkChannel():
            return "q"
        case PauseChannel(paused=paused):
            return "y" if paused else "z"
        case ShortenPosts(short=short):
            return "S" if short else "F"
        case AskFirst(wanted=wanted):
            return "V" if wanted else "W"


def _on_channel(letter: str, rest: str) -> Press | Stale:
    if (letter, rest) == ("h", "all"):
        return ShowChannels()
    if not _CHANNEL.fullmatch(rest):
        return Stale()
    channel = int(rest)
    match letter:
        case "h":
            return ShowChannel(channel=channel)
        case "p":
            return PostTest(channel=channel)
        case "q":
            return UnlinkChannel(channel=channel)
        case "S" | "F":
            return ShortenPosts(channel=channel, short=letter == "S")
        case "V" | "W":
            return AskFirst(channel=channel, wanted=letter == "V")
        case _:
            return PauseChannel(channel=channel, paused=letter == "y")


def _on_announcements(letter: str, rest: str) -> Press | Stale:
    first, _, second = rest.partition(":")
    number = int(second) if _PAGE.fullmatch(second) else 0
    match letter, first, second:
        case "N", "all", "":
            return ShowAnnouncements()
        case "N", "news" | "service", "on" | "off":
            return WantAnnouncements(what=first, wanted=second == "on")
        case "B", "all", _ if number:
            return ShowBroadcasts(page=number)
        case "B", _, _ if _BROADCAST.fullmatch(first) and second in set(BroadcastOrder):
            return OnBroadcast(broadcast=int(first), order=BroadcastOrder(second))
        case _:
            return Stale()


def _on_petition(kind: type[OnPetition], rest: str) -> OnPetition | Stale:
    ref = _ref(rest)
    return Stale() if ref is None else kind(ref=ref)


def _on_chart(rest: str) -> ShowGrowth | Stale:
    span, _, named = rest.partition(":")
    ref = _ref(named)
    if ref is None or span not in set(Span):
        return Stale()
    return ShowGrowth(ref=ref, span=Span(span))


def _ref(text: str) -> PetitionRef | None:
    site, _, number = text.partition(":")
    if site not in {known.value for known in Site} or not _NUMBER.fullmatch(number):
        return None
    return PetitionRef(site=Site(site), number=number)


def _on_pages(letter: str, rest: str) -> Press | Stale:
    page, _, query = rest.partition(":")  # or other two parts
    number = int(page) if _PAGE.fullmatch(page) else 0
    match letter:
        case "l" | "x" if number and not query:
            return ShowList(page=number, to_unfollow=letter == "x")
        case "s" | "t" if number and query:
            return ShowFound(page=number, query=query, to_follow=letter == "t")
        case "A" if rest in {"members", "admins"}:
            return LetMembers(allowed=rest == "members")
        case "E" if page in _PREFERENCES and query in {"on", "off"}:
            return Prefer(preference=_PREFERENCES[page], wanted=query == "on")
        case "d" if rest in {"yes", "no"}:
            return DeleteEverything(sure=rest == "yes")
        case _:
            return Stale()
