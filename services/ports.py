"""What the services ask of the outside: one narrow Protocol a noun. Storage, the sites and the bot conform by shape.

Every method of a store is one transaction unless it says otherwise.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from delivery.audit import Accounts, Amiss, Position
from delivery.broadcasts import (
    Audience,
    Broadcast,
    BroadcastId,
    BroadcastState,
    Draft,
    Ended,
    Outcome,
    Recipient,
    Tally,
)
from delivery.chats import Announcement, ChannelProfile, Chat, ChatKind, Limited, PostStyle, Receiver
from delivery.outbox import (
    AlertId,
    Announced,
    ClaimedMessage,
    Lane,
    MessageId,
    MessageState,
    NewMessage,
    OwedAlert,
    Scoreboard,
    SentRecord,
    Settlement,
)
from delivery.pacing import Ticket
from delivery.verdicts import Verdict
from messages.charts import Drawing, KeptPicture
from messages.chat_profile import ChatProfile
from messages.content import Content, Copy, Document, Keyboard, Outgoing
from messages.statistics import Statistics
from petitions.answers import BreakdownAnswer, DocumentAnswer, ListAnswer, TallyAnswer, Validator
from petitions.breakdown import Counts
from petitions.feeds import FeedState
from petitions.follows import ChatId, Followed, Place
from petitions.legislature import Legislature
from petitions.news import Change
from petitions.petition import PetitionId, PetitionRef, PetitionState, Reading, Site
from petitions.planning import DueLook
from petitions.preferences import Preference
from petitions.streams import SiteStream, StreamItem, Subscription
from petitions.successors import Candidate, Uncompared
from petitions.watched import FollowedPetition, Look, Schedule, WatchedPetition


class SiteClient(Protocol):
    """One legislature's petition site. Every answer is a value; nothing of HTTP or JSON is ever raised.

    `urgent` requests are made for somebody who waits and draw on the share of the budget kept for them.
    """

    @property
    def legislature(self) -> Legislature:
        """Whose site it is."""
        ...

    async def document(
        self, ref: PetitionRef, *, archived: bool, validator: Validator | None, urgent: bool
    ) -> DocumentAnswer:
        """Read the whole petition; unconditionally (past caches) without a validator."""
        ...

    async def tally(self, ref: PetitionRef, *, validator: Validator | None) -> TallyAnswer:
        """Read `count.json`."""
        ...

    async def breakdown(self, ref: PetitionRef, *, archived: bool) -> BreakdownAnswer:
        """Read where the petition is signed, for somebody who waits."""
        ...

    async def page(
        self, facet: str, *, number: int, query: str | None, validator: Validator | None, urgent: bool
    ) -> ListAnswer:
        """Read one page (counted from 1) of a list."""
        ...


class PetitionStore(Protocol):
    """Petitions, their readings and their changes."""

    async def find(self, ref: PetitionRef) -> WatchedPetition | None:
        """Look a petition up by its public name."""
        ...

    async def followed_among(self, refs: Collection[PetitionRef]) -> Sequence[WatchedPetition]:
        """Return those of the petitions that at least one active, unmuted place follows."""
        ...

    async def stored_among(self, refs: Collection[PetitionRef]) -> Sequence[WatchedPetition]:
        """Return those of the petitions that are known."""
        ...

    async def record_all(self, looks: Sequence[Look]) -> Sequence[WatchedPetition | None]:
        """Store looks at different petitions in one transaction, each as `record` does."""
        ...

    async def record(self, look: Look) -> WatchedPetition | None:
        """Store snapshot, marks, reading and changes of a look at once.

        Return `None` and store nothing when the petition has moved on since the look's `version` was read.
        A change whose key is already stored is not stored again.
        """
        ...

    async def reschedule(self, petition: PetitionId, schedule: Schedule) -> None:
        """Set when to look again."""
        ...

    async def expect(self, watched: WatchedPetition, now: datetime) -> None:
        """Have a petition that nobody follows yet looked at next; what has happened to it before `now` is old news."""
        ...

    async def due(self, site: Site, now: datetime) -> Sequence[DueLook]:
        """Return the followed petitions whose count or page is due, or was planned by a clock that was ahead."""
        ...

    async def dated(self, sites: Collection[Site], now: datetime) -> Sequence[PetitionId]:
        """Return petitions of which there is something to say by now, those whose time came first at the front."""
        ...

    async def get(self, petition: PetitionId) -> WatchedPetition | None:
        """Return a petition by its own id; `None` also when what is stored of it cannot be read."""
        ...

    async def missing(self, site: Site) -> tuple[int, int]:
        """Return how many followed petitions of the site are missing but not believed gone, and how many there are."""
        ...

    async def counted(self, site: Site) -> int:
        """Return how many followed petitions of the site have counts that are to be read."""
        ...

    async def readings_at(
        self, petitions: Collection[PetitionId], moments: Collection[datetime]
    ) -> Mapping[PetitionId, Sequence[Reading]]:
        """Return of each petition the last readings up to these moments, or the first of all, oldest first."""
        ...

    async def readings(self, petition: PetitionId, since: datetime) -> Sequence[Reading]:
        """Return the readings since then, oldest first."""
        ...

    async def hourly_readings(self, petition: PetitionId, since: datetime) -> Sequence[Reading]:
        """Return the first moment and the fewest signatures of each hour since then in which it was read."""
        ...


class SuccessorStore(Protocol):
    """Which petitions have been compared with others, and the words by which those are found."""

    async def uncompared(self, limit: int) -> Sequence[Uncompared]:
        """Return petitions that were not yet compared in their state: open ones, and ended ones that are followed."""
        ...

    async def index(self, words: Mapping[PetitionId, Collection[str]]) -> None:
        """Let petitions be found by these words and no others."""
        ...

    async def candidates(
        self,
        site: Site,
        words: Collection[str],
        states: Collection[PetitionState],
        *,
        seen_since: datetime,
        shared: int,
        limit: int,
    ) -> Sequence[Candidate]:
        """Return the indexed petitions in these states that share most words, and at least so many of them.

        Open ones have to have been seen since then: nobody looks whether those that are not followed have closed.
        """
        ...

    async def offered_since(self, petitions: Collection[PetitionId], since: datetime) -> Collection[PetitionId]:
        """Return those whose followers were offered another petition since then."""
        ...

    async def compared(
        self, states: Mapping[PetitionId, PetitionState], found: Sequence[tuple[PetitionId, Change]]
    ) -> None:
        """Remember that petitions were compared in these states, with what was found.

        A change whose key is already stored is not stored again.
        """
        ...


class FeedStore(Protocol):
    """The lists that serve as change feeds."""

    async def feeds(self, site: Site) -> Sequence[FeedState]:
        """Return all lists that have been read before."""
        ...

    async def save(self, site: Site, state: FeedState) -> None:
        """Remember where the reading of a list stands."""
        ...


class FollowStore(Protocol):
    """Who follows what."""

    async def follow(self, petition: PetitionId, place: Place, now: datetime, limit: int) -> Followed:
        """Follow from the newest stored change on; nothing older will be announced. One follow a place and petition.

        `limit`: how many follows the chat may have in all its topics.
        """
        ...

    async def unfollow(self, petition: PetitionId, place: Place) -> bool:
        """End a follow and cancel what is owed or queued for it; false when there was none."""
        ...

    async def move_here(self, petition: PetitionId, place: Place) -> bool:
        """Let the place have the chat's follow of the petition, whatever waits for it, and no other of its topics.

        False when the chat does not follow it in another topic.
        """
        ...

    async def set_muted(self, petition: PetitionId, place: Place, *, muted: bool) -> bool:
        """Mute (cancelling what is queued) or hear again from the newest change on; false when there is no follow."""
        ...

    async def is_following(self, petition: PetitionId, place: Place) -> FollowedPetition | None:
        """Return how the place follows the petition, or `None`."""
        ...

    async def followed(self, place: Place, *, offset: int, limit: int) -> Sequence[FollowedPetition]:
        """Return what the place follows, newest follow first."""
        ...

    async def count_in_chat(self, chat: ChatId) -> int:
        """Return how many follows the chat has in all its topics."""
        ...

    async def count(self, place: Place) -> int:
        """Return how many petitions the place follows."""
        ...

    async def limit(self, chat: ChatId) -> int | None:
        """Return how many follows an operator lets the chat have, `None` when that is as many as usual."""
        ...


class SubscriptionStore(Protocol):
    """Who is told of which streams."""

    async def subscribe(self, place: Place, of: SiteStream, now: datetime, limit: int) -> Followed:
        """Subscribe from the newest stored change on. One subscription a place and stream.

        `limit`: how many subscriptions the chat may have in all its topics.
        """
        ...

    async def limit(self, chat: ChatId) -> int | None:
        """Return how many subscriptions an operator lets the chat have, `None` when that is as many as usual."""
        ...

    async def unsubscribe(self, place: Place, of: SiteStream) -> bool:
        """End a subscription and cancel what is owed for it; false when there was none."""
        ...

    async def change(self, subscription: Subscription) -> bool:
        """Store cap and subjects of a subscription; false when there is none."""
        ...

    async def subscriptions(self, place: Place) -> Sequence[Subscription]:
        """Return what the place is subscribed to, in the order of streams."""
        ...

    async def subscribed_since(self, site: Site) -> datetime | None:
        """Return when the oldest subscription to a stream of the site began, `None` when there is none."""
        ...

    async def told_since(self, of: SiteStream, since: datetime) -> Sequence[StreamItem]:
        """Return the changes of a stream that were seen since then, oldest first, with their petitions' subjects."""
        ...

    async def subjects(self, site: Site) -> Sequence[str]:
        """Return the topics and departments of the petitions that are known, the most frequent first."""
        ...


class ChatStore(Protocol):
    """The chats."""

    async def ensure(self, telegram_id: int, kind: ChatKind, now: datetime, *, thread: int = 0) -> Chat:
        """Return the chat that has spoken in that topic, remembering it first when it is new.

        Whatever was known against reaching the two is forgotten.
        """
        ...

    async def find(self, telegram_id: int) -> Chat | None:
        """Return the chat if it is known."""
        ...

    async def suspend(self, telegram_id: int, reason: str, now: datetime) -> bool:
        """Hold everything for the chat; false when it is not known."""
        ...

    async def restore(self, telegram_id: int, now: datetime) -> bool:
        """Resume with a chat that is back; false when it was not suspended."""
        ...

    async def migrate(self, old_telegram_id: int, new_telegram_id: int, now: datetime) -> bool:
        """A group became a supergroup: keep everything, queued messages too. Merges when both ids are known."""
        ...

    async def set_style(self, telegram_id: int, style: PostStyle) -> None:
        """Remember how alerts are written in a channel."""
        ...

    async def let_members(self, telegram_id: int, *, allowed: bool) -> None:
        """Let the members of a group change what is followed, or only its admins."""
        ...

    async def decline(self, telegram_id: int, what: Announcement, *, declined: bool) -> None:
        """Remember that a chat wants no announcements of that sort, or wants them."""
        ...

    async def set_limit(self, telegram_id: int, what: Limited, most: int | None) -> bool:
        """Let a chat have that many, `None`: as many as usual; false when it is not known."""
        ...

    async def profile(self, telegram_id: int) -> ChatProfile | None:
        """Return what is known of a chat without a text of any message, or `None`."""
        ...

    async def forget(self, telegram_id: int) -> bool:
        """Delete the chat and everything kept for it; false when nothing was."""
        ...

    async def export(self, telegram_id: int) -> dict[str, object] | None:
        """Return everything kept for the chat in a form that can be written as JSON, or `None`."""
        ...


class BanStore(Protocol):
    """Who is banned, by Telegram id: chats and people, known or not."""

    async def all(self) -> Mapping[int, datetime]:
        """Return everybody who is banned, and since when."""
        ...

    async def ban(self, telegram_id: int, reason: str, now: datetime) -> None:
        """Remember a ban and hold everything for that chat; one that is banned already gets the new reason."""
        ...

    async def unban(self, telegram_id: int) -> None:
        """Forget a ban and let what was held go out again."""
        ...


class SwitchStore(Protocol):
    """What operators have switched."""

    async def all(self) -> Mapping[str, datetime]:
        """Return the names of all switches that are set, and since when they are."""
        ...

    async def set(self, name: str, now: datetime) -> None:
        """Set a switch; one that is set stays as it is."""
        ...

    async def unset(self, name: str) -> None:
        """Unset a switch."""
        ...


class ScoreboardStore(Protocol):
    """Messages that show what a place follows and are kept up to date."""

    async def put(self, place: Place, message: int, text: str, now: datetime) -> None:
        """Remember the scoreboard of a place and what it says; an earlier one is forgotten."""
        ...

    async def end(self, place: Place) -> bool:
        """Forget the scoreboard of a place; false when there is none."""
        ...

    async def outdated(self, limit: int) -> Sequence[Scoreboard]:
        """Return scoreboards of chats that can be reached whose petitions have changed, longest unedited first."""
        ...

    async def shown(self, scoreboard: Scoreboard, text: str, stamp: int | None, now: datetime) -> None:
        """Remember what a scoreboard says, and of what that was made; `None`: it could not be edited."""
        ...


class ChannelStore(Protocol):
    """Who looks after which channel or group; people are named by their Telegram ids."""

    async def link(self, channel: ChatId, person: int) -> None:
        """Remember that somebody looks after a channel."""
        ...

    async def unlink(self, channel: ChatId, person: int) -> None:
        """Forget that."""
        ...

    async def linked(self, person: int) -> Sequence[Chat]:
        """Return the channels and groups that somebody looks after."""
        ...


class ApprovalStore(Protocol):
    """Posts of channels that wait for the word of those who look after them; each is named by its first alert."""

    async def decide(self, channel: ChatId, alert: AlertId, now: datetime, *, post: bool) -> MessageState | None:
        """Queue a post that waits, or cancel it; whatever it has become before stays.

        Return what it is now, `None` when it is not known any more.
        """
        ...

    async def awaiting(self, channel: ChatId) -> int:
        """Return how many posts of the channel wait."""
        ...

    async def overdue(self, before: datetime) -> Sequence[tuple[ChatId, int, int]]:
        """Return the channels with posts that have waited since before then, their Telegram ids and how many posts."""
        ...

    async def expire(self, channel: ChatId, before: datetime, now: datetime, notice: Content) -> None:
        """Let those posts of a channel wait no longer, and queue a notice for those who look after it."""
        ...


class ChannelDirectory(Protocol):
    """What Telegram says of channels and groups."""

    async def find(self, channel: int | str) -> ChannelProfile | None:
        """Return a channel or group by its id or its name with an @, `None` when the bot can't see such a one."""
        ...

    async def may_decide(self, channel: ChannelProfile, person: int) -> bool | None:
        """Return whether a person may decide what is posted there, `None` when Telegram does not say.

        They may who may post in the channel themselves, and the admins of the group.
        """
        ...

    async def may_post(self, channel: ChannelProfile) -> bool | None:
        """Return whether the bot may post there, `None` when Telegram does not say."""
        ...


class BroadcastStore(Protocol):
    """Broadcasts and their recipients."""

    async def draft(self, draft: Draft, now: datetime) -> BroadcastId:
        """Keep a draft."""
        ...

    async def get(self, broadcast: BroadcastId) -> Broadcast | None:
        """Return a broadcast, if there is one of that number."""
        ...

    async def newest(self, *, offset: int, limit: int) -> Sequence[Broadcast]:
        """Return broadcasts, newest first."""
        ...

    async def change(self, broadcast: BroadcastId, draft: Draft) -> bool:
        """Change a draft; false when it is none any more."""
        ...

    async def counts(self, audience: Audience, announcement: Announcement | None) -> Mapping[ChatKind, int]:
        """Count the chats of an audience; without an announcement those too that can't be reached or decline it."""
        ...

    async def confirm(self, broadcast: BroadcastId, now: datetime) -> int | None:
        """Take the snapshot of recipients and begin, or wait until it is due; return how many they are.

        `None`, and nothing is done, when it is no draft any more: it was confirmed before.
        """
        ...

    async def move_on(
        self, broadcast: BroadcastId, to: BroadcastState, *, since: Sequence[BroadcastState], note: str | None = None
    ) -> bool:
        """Let a broadcast go on to another state from one of those; what is in the outbox is taken back.

        False when it is in none of them.
        """
        ...

    async def cancel(self, broadcast: BroadcastId, now: datetime) -> bool:
        """Leave out whoever has not got it; false when it has ended or not begun."""
        ...

    async def discard(self, broadcast: BroadcastId) -> bool:
        """Delete a draft; false when it is none."""
        ...

    async def pay_nothing(self, broadcast: BroadcastId, note: str) -> None:
        """Send a broadcast at the usual pace, what is in the outbox too; `note` says why."""
        ...

    async def has_work(self, now: datetime) -> bool:
        """Tell whether any broadcast is scheduled, under way or shown to its operator."""
        ...

    async def start_due(self, now: datetime) -> bool:
        """Begin what was scheduled and is due; false when nothing is."""
        ...

    async def collect(self, now: datetime) -> Sequence[tuple[BroadcastId, Outcome]]:
        """Read from the outbox how messages have ended, in the order in which they were queued."""
        ...

    async def current(self) -> Broadcast | None:
        """Return the broadcast whose recipients are next: they are served one broadcast after another."""
        ...

    async def under_way(self, broadcast: BroadcastId, now: datetime) -> int:
        """Count the messages of a broadcast that may leave as soon as it is their turn."""
        ...

    async def queue_next(
        self, broadcast: Broadcast, limit: int, write: Callable[[Recipient], Outgoing], now: datetime
    ) -> int:
        """Put the messages to the next recipients into the outbox, and return how many recipients were dealt with.

        Those who decline it by now, were forgotten or have blocked the bot are left out or unreachable instead.
        """
        ...

    async def over(self) -> Sequence[tuple[Broadcast, Tally]]:
        """Return the broadcasts that have nobody left, of which that is not yet said."""
        ...

    async def finish(self, broadcast: Broadcast, report: NewMessage, now: datetime) -> None:
        """Say that a broadcast has ended, with the report to whoever began it, once."""
        ...

    async def to_show(self, now: datetime) -> Sequence[tuple[Broadcast, Tally]]:
        """Return the broadcasts whose page may have to be brought up to date."""
        ...

    async def shown(self, broadcast: BroadcastId, page: int) -> None:
        """Remember which message is about to show a broadcast to its operator."""
        ...

    async def edited(self, broadcast: Broadcast, page: int | None, text: str) -> bool:
        """Remember which message shows a broadcast and what that says, unless another was shown since it was read."""
        ...

    async def tally(self, broadcast: BroadcastId) -> Tally:
        """Count the recipients by how the broadcast stands with them."""
        ...

    def recipients(self, broadcast: BroadcastId) -> AsyncIterator[Ended]:
        """Give every recipient."""
        ...


class AlertStore(Protocol):
    """Alerts owed."""

    async def has_work(self, now: datetime) -> bool:
        """Tell whether there is a change to announce or an alert whose time to be composed has come."""
        ...

    async def announce_next(self, now: datetime, limit: int, day: tuple[datetime, datetime]) -> Announced | None:
        """Owe an unannounced change to the next `limit` followers and subscribers who want it; `None`: there is none.

        Changes take turns, so that one with many followers holds up none with few. `day`: between which moments the
        caps of subscriptions count; what is more than a cap falls due at the end.
        """
        ...

    async def release_deferred(self, now: datetime, limit: int) -> int:
        """Let at most `limit` alerts be composed whose time has come; return how many these were."""
        ...

    async def due(self, now: datetime, limit: int, resting: Collection[ChatId] = ()) -> Sequence[OwedAlert]:
        """Return alerts due at places that can be reached, petitions taking turns, one place and petition together.

        None is for the chats in `resting`.
        """
        ...

    async def set_aside(self, owed: Sequence[AlertId]) -> None:
        """Hold alerts of which no message can be made, so that they stop no others, until the next start."""
        ...

    async def compose(self, queued: Sequence[NewMessage]) -> None:
        """Queue messages and settle their alerts; a message none of whose alerts is still owed is dropped.

        One or more alerts of a message may have been cancelled in between: then the message is left for the next step.
        """
        ...


class AuditStore(Protocol):
    """What was told to whom, and what has to be told after all."""

    async def followers(self, since: datetime, after: Position, limit: int) -> Accounts:
        """Account for the changes seen since then, and the next `limit` of those who follow their petitions."""
        ...

    async def subscribers(self, since: datetime, after: Position, limit: int) -> Accounts:
        """Account in the same way for those who subscribe to streams that the changes are in."""
        ...

    async def tell_followers(self, amiss: Amiss, now: datetime) -> int:
        """Owe a change to those followers who have still not been told; return how many these are.

        What is owed to a place in this way once is not owed in this way again.
        """
        ...

    async def tell_subscribers(self, amiss: Amiss, now: datetime, day: tuple[datetime, datetime]) -> int:
        """Owe a change to subscribers in the same way, within the caps of the day."""
        ...

    async def keys(self, petition: PetitionId) -> Collection[str]:
        """Return the keys of all changes of a petition that are stored."""
        ...

    async def restore(self, petition: PetitionId, lost: Sequence[Change]) -> int:
        """Store changes whose rows are gone, for those who followed before they happened, as if announced.

        Return how many are stored anew: none that is there, and none that nobody had to be told of.
        """
        ...

    async def look_again(self, petition: PetitionId, now: datetime) -> None:
        """Let the watch read a petition's document now, past caches."""
        ...


class MessageStore(Protocol):
    """The outbox."""

    async def queue(self, message: NewMessage) -> None:
        """Queue a message that settles no alert."""
        ...

    async def claim(
        self, now: datetime, limit: int, busy: Collection[int], waiting: Collection[Lane] = ()
    ) -> Sequence[ClaimedMessage]:
        """Take up to `limit` messages that are due, by lane and turn, none for the Telegram chats in `busy`.

        None is of the lanes in `waiting`.
        Nothing is taken for paused and suspended chats and closed topics. A taken message is nobody else's.
        """
        ...

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[Settlement]:
        """Store how attempts ended, and their effects on chats and topics, in one transaction.

        Return them as they were stored: what cannot be stored stops no other and is `SET_ASIDE` for good.
        """
        ...

    async def release(self, messages: Sequence[MessageId]) -> None:
        """Put claimed messages back untried."""
        ...

    async def take_back_orphans(self) -> int:
        """Return all claimed messages to the queue; only for the holder of the lock, before it sends."""
        ...

    async def sent_since(self, moment: datetime) -> Sequence[SentRecord]:
        """Return what went out since then."""
        ...


class PreferenceStore(Protocol):
    """Which groups of kinds places want to hear of, and whether with pictures."""

    async def chosen(self, place: Place) -> Mapping[Preference, bool]:
        """Return what was chosen for a place."""
        ...

    async def choose(self, place: Place, preference: Preference, *, wanted: bool) -> None:
        """Have that come to the place from now on, or not."""
        ...


class GivenUpStore(Protocol):
    """Messages that were given up and have not been queued again since, but for those of broadcasts.

    Those about petitions that their place has unfollowed meanwhile don't count.
    """

    async def count(self, which: MessageState | MessageId) -> int:
        """Count those that ended in that way, or the one of that number."""
        ...

    async def resend(self, which: MessageState | MessageId, now: datetime) -> int:
        """Queue them again, each once and never again, and return how many these were."""
        ...


class BreakdownStore(Protocol):
    """Where the petitions are signed that somebody has asked about."""

    async def learn(self, petition: PetitionId, counts: Counts, now: datetime) -> None:
        """Keep a breakdown in place of an earlier one, and forget the oldest of too many."""
        ...

    async def others(self, petition: PetitionId) -> Sequence[Counts]:
        """Return the breakdowns of all other petitions that are kept."""
        ...


class PictureStore(Protocol):
    """What the pictures of messages show, and what Telegram calls those that it has."""

    async def keep(self, drawing: Drawing, now: datetime) -> str:
        """Remember what a picture shows, and return its key: the same for the same picture."""
        ...

    async def find(self, key: str) -> KeptPicture | None:
        """Return a picture; `None` also when what is stored of it cannot be read."""
        ...

    async def uploaded(self, key: str, file_id: str | None) -> None:
        """Remember what Telegram calls a picture, `None`: that it does not have it any more."""
        ...


class NotDrawnError(Exception):
    """A picture could not be drawn, or not in time."""


class Drawer(Protocol):
    """Draws pictures."""

    async def draw(self, drawing: Drawing) -> bytes:
        """Return the picture as a PNG. Raises `NotDrawnError`."""
        ...


class StatisticsStore(Protocol):
    """Figures about everybody."""

    async def read(self, now: datetime) -> Statistics:
        """Count chats, follows and subscriptions, and what came and left on each of the last days."""
        ...


class TidyStore(Protocol):
    """What is dropped when its time is over."""

    async def thin_readings(self, now: datetime, done_at: datetime | None) -> int:
        """Keep every reading of two days, one an hour for 30 days, one a day after that.

        `done_at`: when this was last done.
        """
        ...

    async def expire_held(self, before: datetime) -> int:
        """Drop what chats and topics that cannot be reached were owed before then."""
        ...

    async def forget_unreachable(self, before: datetime) -> int:
        """Forget chats and topics that were lost before then; return how many follows went with them."""
        ...

    async def forget_petitions(self, before: datetime, *, histories_before: datetime) -> int:
        """Drop petitions that nobody follows and that were last seen before then.

        For those that were seen more than once the other moment counts.
        """
        ...

    async def forget_broadcasts(self, before: datetime) -> int:
        """Drop broadcasts that ended before then; return how many recipients these had."""
        ...

    async def forget_pictures(self, before: datetime) -> int:
        """Drop pictures that were last kept before then, and the oldest where there are too many."""
        ...

    async def forget_sent(self, before: datetime) -> int:
        """Drop settled messages and alerts older than that, and the ids of updates handled before then."""
        ...


class Pacer(Protocol):
    """Whose turn it is to send something to Telegram, within its limits."""

    def enqueue(self, chat: int, lane: Lane, granted: Callable[[], None], *, flow: Hashable | None = None) -> Ticket:
        """Have `granted` called, perhaps at once, when a request to the chat may leave.

        The chat is held from then until `done`. Requests of one `flow` wait behind each other, not behind those of
        other flows.
        """
        ...

    def withdraw(self, ticket: Ticket) -> None:
        """Do without a turn that has not come."""
        ...

    def done(self, ticket: Ticket) -> None:
        """End a turn that has come."""
        ...

    def slot(self, chat: int, lane: Lane) -> AbstractAsyncContextManager[None]:
        """Wait until a request to the chat may leave; the chat is held until the block ends."""
        ...

    def busy(self) -> Mapping[int, float]:
        """Return the Telegram chats that take nothing for some seconds, and for how many."""
        ...


class Messenger(Protocol):
    """The way out to Telegram. Each call is one attempt, made by whoever has a turn.

    Every answer is a verdict. Raises `SendingStoppedError` when Telegram refuses the bot itself.
    """

    async def send(
        self,
        telegram_chat: int,
        thread: int,
        content: Content | Copy | Document,
        *,
        reply_to: int | None = None,
        receiver: Receiver | None = None,
    ) -> Verdict:
        """Send a message, as a reply to another where that still exists, and wait for the answer however long.

        `receiver`: the one who is to see it; a server that knows no ephemeral messages shows it to everybody.
        """
        ...

    async def deliver(self, telegram_chat: int, thread: int, outgoing: Outgoing, *, paid: bool = False) -> Verdict:
        """Do what the outbox carries: send or copy a message, or edit, delete or pin one.

        A message that is gone already counts as deleted. `paid`: Telegram may charge for sending it.
        """
        ...

    def prepare(self, outgoing: Outgoing | Document) -> asyncio.Future[None] | None:
        """Begin to draw the picture of a message; return what it had better wait for, `None` when that is nothing."""
        ...

    async def edit(
        self, telegram_chat: int, message: int, content: Content, *, receiver: Receiver | None = None
    ) -> Verdict:
        """Change a message; `Refused` when it cannot be changed any more.

        `receiver`: the one who sees it; `message` is then the id of an ephemeral message.
        """
        ...

    async def edit_keyboard(
        self, telegram_chat: int, message: int, keyboard: Keyboard, *, receiver: Receiver | None = None
    ) -> Verdict:
        """Change the buttons of a message as `edit` does its words."""
        ...

    async def stars(self) -> int | None:
        """Return how many Telegram Stars the bot has, `None` when Telegram does not say within some seconds."""
        ...

    async def probe(self) -> bool:
        """Ask Telegram something that changes nothing, and return whether an answer came within some seconds."""
        ...
