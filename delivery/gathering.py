"""Which alerts become one message: those that wait for one place and petition at the same time.

Where more than a few petitions wait for one place, they become one message together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from delivery.chats import ChatKind, PostStyle
from delivery.outbox import AlertId, OwedAlert
from petitions.follows import Place
from petitions.kinds import TREATMENTS
from petitions.news import MilestoneReached, StoredChange
from petitions.petition import PetitionId

CHANGES_PER_MESSAGE = 8
SEPARATE_PETITIONS = 3
"""So many petitions that wait for one place are told in messages of their own."""

CHANGES_PER_ROUND_UP = 30
"""A line each keeps to Telegram's limits: 4,096 characters and 100 entities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What one message says; it settles all of `alerts`.

    `changes`: in the order they were found, and of several petitions the most pressing first.

    There are more alerts than changes where a newer milestone has overtaken older ones. `petition`: which it is about,
    `None` when there are several. `followed`: the place follows it. `pictures`: it wants pictures.
    """

    place: Place
    chat_kind: ChatKind
    telegram_chat: int
    style: PostStyle
    petition: PetitionId | None
    followed: bool
    pictures: bool
    changes: tuple[StoredChange, ...]
    alerts: tuple[AlertId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """One change as it will be said, and the alerts that are settled by saying it."""

    change: StoredChange
    alerts: tuple[AlertId, ...]


def gather(owed: Sequence[OwedAlert]) -> list[Gathered]:
    """Sort alerts into messages, in the order in which their places first appear, and at one place its petitions."""
    places: dict[Place, dict[PetitionId, list[OwedAlert]]] = {}
    for alert in owed:
        places.setdefault(alert.place, {}).setdefault(alert.change.petition, []).append(alert)
    return [message for petitions in places.values() for message in _at_one_place(petitions)]


def _at_one_place(petitions: Mapping[PetitionId, Sequence[OwedAlert]]) -> Iterator[Gathered]:
    said = {petition: _without_overtaken(alerts) for petition, alerts in petitions.items()}
    first = next(iter(petitions.values()))[0]
    if len(petitions) > SEPARATE_PETITIONS:
        everything = [each for changes in said.values() for each in changes]
        everything.sort(key=lambda each: TREATMENTS[each.change.change.news.kind].priority)
        for part in _parts(everything, CHANGES_PER_ROUND_UP):
            yield _gathered(first, None, part)
        return
    for petition, changes in said.items():
        followed = any(alert.followed for alert in petitions[petition])
        for part in _parts(changes, CHANGES_PER_MESSAGE):
            yield _gathered(first, petition, part, followed=followed)


def _gathered(
    first: OwedAlert, petition: PetitionId | None, said: Sequence[_Said], *, followed: bool = False
) -> Gathered:
    return Gathered(
        place=first.place,
        chat_kind=first.chat_kind,
        telegram_chat=first.telegram_chat,
        style=first.style,
        petition=petition,
        followed=followed,
        pictures=first.pictures,
        changes=tuple(each.change for each in said),
        alerts=tuple(alert for each in said for alert in each.alerts),
    )


def _parts(said: Sequence[_Said], size: int) -> Iterator[Sequence[_Said]]:
    for start in range(0, len(said), size):
        yield said[start : start + size]


def _without_overtaken(alerts: Sequence[OwedAlert]) -> list[_Said]:
    """Order by change, and let the newest milestone speak for all that it has overtaken."""
    ordered = sorted(alerts, key=lambda alert: alert.change.id)
    milestones = [alert for alert in ordered if isinstance(alert.change.change.news, MilestoneReached)]
    if len(milestones) < 2:
        return [_Said(change=alert.change, alerts=(alert.id,)) for alert in ordered]
    newest = milestones[-1]
    return [
        _Said(change=_united(milestones), alerts=tuple(milestone.id for milestone in milestones))
        if alert is newest
        else _Said(change=alert.change, alerts=(alert.id,))
        for alert in ordered
        if alert is newest or alert not in milestones
    ]


def _united(milestones: Sequence[OwedAlert]) -> StoredChange:
    """The newest of several milestones, knowing all that were passed."""
    newest = milestones[-1].change
    news = [alert.change.change.news for alert in milestones]
    reached = [each for each in news if isinstance(each, MilestoneReached)]
    united = MilestoneReached(
        highest=max(each.highest for each in reached),
        passed=tuple(sorted({number for each in reached for number in each.passed})),
        signatures=reached[-1].signatures,
        response_threshold=any(each.response_threshold for each in reached),
        debate_threshold=any(each.debate_threshold for each in reached),
        growth=reached[-1].growth,
    )
    return replace(newest, change=replace(newest.change, news=united))
