"""Which alerts become one message: those that wait for one place and petition at the same time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from delivery.chats import ChatKind
from delivery.outbox import AlertId, OwedAlert
from petitions.follows import Place
from petitions.news import MilestoneReached, StoredChange
from petitions.petition import PetitionId

CHANGES_PER_MESSAGE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What one message says: `changes` in the order they were found; it settles all of `alerts`.

    There are more alerts than changes where a newer milestone has overtaken older ones.
    """

    place: Place
    chat_kind: ChatKind
    petition: PetitionId
    changes: tuple[StoredChange, ...]
    alerts: tuple[AlertId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """One change as it will be said, and the alerts that are settled by saying it."""

    change: StoredChange
    alerts: tuple[AlertId, ...]


def gather(owed: Sequence[OwedAlert]) -> list[Gathered]:
    """Sort alerts into messages, in the order in which their places and petitions first appear."""
    together: dict[tuple[Place, PetitionId], list[OwedAlert]] = {}
    for alert in owed:
        together.setdefault((alert.place, alert.change.petition), []).append(alert)
    return [
        Gathered(
            place=place,
            chat_kind=alerts[0].chat_kind,
            petition=petition,
            changes=tuple(said.change for said in part),
            alerts=tuple(alert for said in part for alert in said.alerts),
        )
        for (place, petition), alerts in together.items()
        for part in _parts(_without_overtaken(alerts))
    ]


def _parts(said: Sequence[_Said]) -> Iterator[Sequence[_Said]]:
    for start in range(0, len(said), CHANGES_PER_MESSAGE):
        yield said[start : start + CHANGES_PER_MESSAGE]


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
    )
    return replace(newest, change=replace(newest.change, news=united))
