"""Services that remember what they were asked for, on plain dictionaries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from delivery.chats import Announcement, Chat, ChatKind, ChatState, PostStyle
from delivery.outbox import AlertId, MessageState
from messages.charts import Drawing, KeptPicture
from messages.constituencies import Local
from messages.content import Content
from petitions.breakdown import Constituency
from petitions.follows import ChatId, Followed, Place
from petitions.forecast import Growth
from petitions.history import Marks
from petitions.petition import PetitionId, PetitionRef, PetitionState, Reading, Site, Snapshot
from petitions.preferences import Preference
from petitions.streams import SiteStream, StreamItem, Subscription
from petitions.watched import FollowedPetition, Schedule, WatchedPetition
from services.cards import Cards, CardView
from services.chats import Chats
from services.constituencies import Constituencies
from services.following import FollowedPage, Following, FollowResult, Follows, ListFull
from services.looks import NoSuchPetition, SiteSilent
from services.ports import NotDrawnError, PreferenceStore
from services.scoreboards import Scoreboards
from services.searching import Found, Searching, SearchUnavailable
from tests.small_pictures import PNG

NOW: Final = datetime(2026, 3, 3, 14, 2, tzinfo=UTC)


def ref(number: int) -> PetitionRef:
    return PetitionRef(site=Site.UK, number=str(number))


def petition(number: int, title: str = "Keep lidos open all winter") -> WatchedPetition:
    return WatchedPetition(
        id=PetitionId(number),
        version=1,
        snapshot=Snapshot(ref=ref(number), title=title, state=PetitionState.OPEN, signatures=46_120),
        marks=Marks(),
        schedule=Schedule(count_at=None, page_at=None),
        seen_at=NOW,
        full_at=None,
    )


@dataclass
class SiteOfPetitions:
    """The petitions there are, and whether the site answers."""

    petitions: dict[PetitionRef, WatchedPetition] = field(default_factory=dict)
    known: list[Reading] = field(default_factory=list)
    silent: bool = False
    broken: bool = False

    def add(self, *numbers: int) -> None:
        self.petitions |= {ref(number): petition(number) for number in numbers}

    async def readings(self, petition: PetitionId, since: datetime) -> Sequence[Reading]:
        return [reading for reading in self.known if reading.at >= since]

    def look(self, ref: PetitionRef) -> WatchedPetition | NoSuchPetition | SiteSilent:
        if self.broken:
            raise RuntimeError("the database is on fire")
        if self.silent:
            return SiteSilent(ref=ref, since=NOW)
        return self.petitions.get(ref) or NoSuchPetition(ref=ref)


@dataclass
class FakePictures:
    """What pictures show, by keys that count up, and a drawer whose pictures are all alike."""

    kept: dict[str, KeptPicture] = field(default_factory=dict)
    draws: bool = True

    async def keep(self, drawing: Drawing, now: datetime) -> str:
        key = next((key for key, kept in self.kept.items() if kept.drawing == drawing), f"picture-{len(self.kept)}")
        self.kept.setdefault(key, KeptPicture(drawing=drawing, file_id=None))
        return key

    async def find(self, key: str) -> KeptPicture | None:
        return self.kept.get(key)

    async def uploaded(self, key: str, file_id: str | None) -> None:
        self.kept[key] = replace(self.kept[key], file_id=file_id)

    async def draw(self, drawing: Drawing) -> bytes:
        if not self.draws:
            raise NotDrawnError("it died")
        return PNG


class FakeFollowing(Following):
    def __init__(self, site: SiteOfPetitions) -> None:
        self._site = site
        self.follows: dict[tuple[Place, PetitionRef], bool] = {}
        self.full = False

    async def follow(self, refs: Sequence[PetitionRef], place: Place, now: datetime) -> Sequence[FollowResult]:
        return [self._follow_one(each, place) for each in refs]

    def _follow_one(self, ref: PetitionRef, place: Place) -> FollowResult:
        found = self._site.look(ref)
        if not isinstance(found, WatchedPetition):
            return found
        if self.full:
            return ListFull(ref=ref, limit=200)
        known = (place, ref) in self.follows
        self.follows.setdefault((place, ref), False)
        return Follows(petition=found, outcome=Followed.ALREADY if known else Followed.NEW)

    async def unfollow(self, ref: PetitionRef, place: Place, now: datetime) -> WatchedPetition | None:
        return None if self.follows.pop((place, ref), None) is None else self._site.petitions[ref]

    async def move_here(self, ref: PetitionRef, place: Place) -> WatchedPetition | None:
        for elsewhere, followed in list(self.follows):
            if followed == ref and elsewhere.chat == place.chat and elsewhere != place:
                self.follows[place, ref] = self.follows.pop((elsewhere, followed))
                return self._site.petitions[ref]
        return None

    async def set_muted(self, ref: PetitionRef, place: Place, now: datetime, *, muted: bool) -> bool:
        if (place, ref) not in self.follows:
            return False
        self.follows[place, ref] = muted
        return True

    async def followed(self, place: Place, *, offset: int, limit: int) -> FollowedPage:
        items = [
            FollowedPetition(petition=self._site.petitions[ref], muted=muted, followed_at=NOW)
            for (where, ref), muted in self.follows.items()
            if where == place
        ]
        return FollowedPage(items=tuple(items[offset : offset + limit]), total=len(items))

    async def growth(self, page: FollowedPage, now: datetime) -> Mapping[PetitionId, Growth]:
        return {item.petition.id: Growth(per_day=100.0) for item in page.items}


class FakeSubscriptions:
    """The subscriptions of all places, without what the streams have told."""

    def __init__(self) -> None:
        self.all: dict[tuple[Place, SiteStream], Subscription] = {}

    async def subscribe(self, place: Place, of: SiteStream, now: datetime, limit: int) -> Followed:
        if (place, of) in self.all:
            return Followed.ALREADY
        if sum(where.chat == place.chat for where, _ in self.all) >= limit:
            return Followed.FULL
        self.all[place, of] = Subscription(place=place, of=of, since=now)
        return Followed.NEW

    async def limit(self, chat: ChatId) -> int | None:
        return None

    async def unsubscribe(self, place: Place, of: SiteStream) -> bool:
        return self.all.pop((place, of), None) is not None

    async def change(self, subscription: Subscription) -> bool:
        self.all[subscription.place, subscription.of] = subscription
        return True

    async def subscriptions(self, place: Place) -> Sequence[Subscription]:
        return [each for (where, _), each in self.all.items() if where == place]

    async def subscribed_since(self, site: Site) -> datetime | None:
        return min((each.since for each in self.all.values() if each.of.site is site), default=None)

    async def told_since(self, of: SiteStream, since: datetime) -> Sequence[StreamItem]:
        return ()

    async def subjects(self, site: Site) -> Sequence[str]:
        return ["health", "local-government", "Department for Journeys"]


class FakeCards(Cards):
    def __init__(self, site: SiteOfPetitions, following: FakeFollowing) -> None:
        self._site = site
        self._followed = following
        self.refreshed: list[PetitionRef] = []

    async def card(
        self, ref: PetitionRef, place: Place, now: datetime, *, refresh: bool = False
    ) -> CardView | NoSuchPetition | SiteSilent:
        if refresh:
            self.refreshed.append(ref)
        found = self._site.look(ref)
        if not isinstance(found, WatchedPetition):
            return found
        muted = self._followed.follows.get((place, ref))
        following = None if muted is None else FollowedPetition(petition=found, muted=muted, followed_at=NOW)
        return CardView(petition=found, following=following, growth=Growth(per_day=100.0))


class FakeConstituencies(Constituencies):
    """All petitions are signed in Bath, and nowhere else; of petition 2 nobody knows."""

    def __init__(self, site: SiteOfPetitions) -> None:
        self._site = site

    async def of(self, ref: PetitionRef, place: Place, now: datetime) -> Local | NoSuchPetition | SiteSilent:
        found = self._site.look(ref)
        if not isinstance(found, WatchedPetition):
            return found
        bath = Constituency(code="E1", name="Bath", member="Ann Example MP", signatures=120)
        return Local(snapshot=found.snapshot, breakdown=() if ref.number == "2" else (bath,), usual=None)


class FakeSearching(Searching):
    def __init__(self, site: SiteOfPetitions) -> None:
        self._site = site
        self.asked: list[tuple[str, int]] = []

    async def search(
        self, query: str, *, page: int, site: Site, chat: ChatId, now: datetime
    ) -> Found | SearchUnavailable:
        self.asked.append((query, page))
        if self._site.silent:
            return SearchUnavailable(since=NOW)
        items = tuple(each.snapshot for each in self._site.petitions.values())
        return Found(items=items[5 * page - 5 : 5 * page], page=page, pages=-(-len(items) // 5))


class FakePreferences(PreferenceStore):
    def __init__(self) -> None:
        self.choices: dict[Place, dict[Preference, bool]] = {}

    async def chosen(self, place: Place) -> Mapping[Preference, bool]:
        return self.choices.get(place, {})

    async def choose(self, place: Place, preference: Preference, *, wanted: bool) -> None:
        self.choices.setdefault(place, {})[preference] = wanted


class FakeChats(Chats):
    def __init__(self) -> None:
        self.known: dict[int, ChatKind] = {}
        self.events: list[tuple[object, ...]] = []
        self.spoken: list[tuple[int, int]] = []
        self.letting: set[int] = set()
        self.declining: set[tuple[int, Announcement]] = set()
        self.broken = False

    async def arrived(self, telegram_id: int, kind: ChatKind, now: datetime, *, thread: int = 0) -> Chat:
        self.known[telegram_id] = kind
        self.spoken.append((telegram_id, thread))
        return Chat(
            id=ChatId(telegram_id),
            telegram_id=telegram_id,
            kind=kind,
            state=ChatState.ACTIVE,
            since=now,
            members_may=telegram_id in self.letting,
            declines=frozenset(what for chat, what in self.declining if chat == telegram_id),
        )

    async def set_style(self, telegram_id: int, style: PostStyle) -> None:
        self.events.append(("styled", telegram_id, style))

    async def decline(self, telegram_id: int, what: Announcement, *, declined: bool) -> None:
        (self.declining.add if declined else self.declining.discard)((telegram_id, what))

    async def let_members(self, telegram_id: int, *, allowed: bool) -> None:
        (self.letting.add if allowed else self.letting.discard)(telegram_id)

    async def find(self, telegram_id: int) -> Chat | None:
        return await self.arrived(telegram_id, self.known[telegram_id], NOW) if telegram_id in self.known else None

    async def left(self, telegram_id: int, reason: str, now: datetime) -> None:
        self.events.append(("left", telegram_id, reason))

    async def returned(self, telegram_id: int, now: datetime) -> None:
        self.events.append(("returned", telegram_id))

    async def migrated(self, old_telegram_id: int, new_telegram_id: int, now: datetime) -> None:
        if self.broken:
            raise RuntimeError("the database is on fire")
        self.events.append(("migrated", old_telegram_id, new_telegram_id))

    async def export(self, telegram_id: int) -> dict[str, object] | None:
        return {"chat": telegram_id, "follows": ["ŵ"]} if telegram_id in self.known else None

    async def forget(self, telegram_id: int) -> bool:
        return self.known.pop(telegram_id, None) is not None


class FakeChannelLinks:
    """Who looks after which channel; nobody is asked about a channel that was never heard of."""

    def __init__(self, chats: FakeChats) -> None:
        self._chats = chats
        self.links: set[tuple[int, int]] = set()

    async def link(self, channel: ChatId, person: int) -> None:
        self.links.add((channel, person))

    async def unlink(self, channel: ChatId, person: int) -> None:
        self.links.discard((channel, person))

    async def linked(self, person: int) -> Sequence[Chat]:
        return [
            await self._chats.arrived(channel, self._chats.known.get(channel, ChatKind.CHANNEL), NOW)
            for channel, by in sorted(self.links)
            if by == person
        ]


class FakeApprovals:
    """Posts that wait, by channel and first alert."""

    def __init__(self) -> None:
        self.posts: dict[tuple[ChatId, int], MessageState] = {}

    async def decide(self, channel: ChatId, alert: AlertId, now: datetime, *, post: bool) -> MessageState | None:
        state = self.posts.get((channel, alert))
        if state is MessageState.AWAITING:
            state = self.posts[channel, alert] = MessageState.QUEUED if post else MessageState.CANCELLED
        return state

    async def awaiting(self, channel: ChatId) -> int:
        return sum(chat == channel and state is MessageState.AWAITING for (chat, _), state in self.posts.items())

    async def overdue(self, before: datetime) -> Sequence[tuple[ChatId, int, int]]:
        raise AssertionError("no handler expires anything")

    async def expire(self, channel: ChatId, before: datetime, now: datetime, notice: Content) -> None:
        raise AssertionError("no handler expires anything")


class FakeScoreboards(Scoreboards):
    """Remembers where scoreboards are up."""

    up: set[Place]

    def __init__(self) -> None:
        object.__setattr__(self, "up", set())

    async def put_up(self, chat: Chat, place: Place, now: datetime) -> bool:
        self.up.add(place)
        return True

    async def end(self, place: Place) -> bool:
        there = place in self.up
        self.up.discard(place)
        return there
