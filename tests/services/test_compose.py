"""Alerts that are due become messages in the outbox."""

from collections.abc import Sequence
from datetime import datetime

from structlog.testing import capture_logs

from delivery.gathering import Gathered
from delivery.outbox import AlertId, Lane, NewMessage, OwedAlert
from messages.content import Content, Html
from petitions.follows import ChatId, Place
from petitions.news import Change, ChangeId, Closed, StoredChange
from petitions.petition import PetitionId, PetitionRef, Site
from services.compose import Compose
from tests.services.outbox import NOW


class Owed:
    """Alerts that are owed until they are composed."""

    def __init__(self, *alerts: OwedAlert) -> None:
        self.alerts = list(alerts)
        self.queued: list[NewMessage] = []
        self.set_aside_alerts: list[OwedAlert] = []

    async def announce_next(self, now: datetime, limit: int) -> None:
        raise AssertionError("composing announces nothing")

    async def due(self, now: datetime, limit: int) -> Sequence[OwedAlert]:
        return self.alerts[:limit]

    async def set_aside(self, owed: Sequence[AlertId]) -> None:
        self.set_aside_alerts = [*self.set_aside_alerts, *(alert for alert in self.alerts if alert.id in owed)]
        self.alerts = [alert for alert in self.alerts if alert.id not in owed]

    async def compose(self, queued: Sequence[NewMessage]) -> None:
        self.queued.extend(queued)
        settled = {alert for message in queued for alert in message.alerts}
        self.alerts = [alert for alert in self.alerts if alert.id not in settled]


def owed(alert: int, title: str = "A petition", *, chat: int = 1, change: int = 1) -> OwedAlert:
    return OwedAlert(
        id=AlertId(alert),
        place=Place(chat=ChatId(chat)),
        change=StoredChange(
            id=ChangeId(change),
            petition=PetitionId(change),
            ref=PetitionRef(site=Site.UK, number=str(change)),
            title=title,
            change=Change(key="closed", news=Closed(signatures=1), happened_at=None, seen_at=NOW),
        ),
        due_at=NOW,
    )


def says_title(gathered: Gathered, now: datetime) -> Content:
    return Content(text=Html(gathered.changes[0].title))


async def test_due_alerts_become_messages_that_settle_them() -> None:
    alerts = Owed(owed(1), owed(2, chat=2), owed(3, chat=2))
    assert not await Compose(alerts=alerts, render=says_title).step(NOW)
    assert alerts.alerts == []
    assert [(message.place.chat, message.alerts, message.lane) for message in alerts.queued] == [
        (1, (1,), Lane.ALERT),
        (2, (2, 3), Lane.ALERT),
    ]
    assert alerts.queued[0].petition == 1


async def test_an_alert_that_fails_to_render_is_set_aside_and_stops_no_other() -> None:
    def render(gathered: Gathered, now: datetime) -> Content:
        if gathered.changes[0].title == "odd":
            raise KeyError("no words for this")
        return says_title(gathered, now)

    bad = [owed(number, "odd", chat=number) for number in range(1, 301)]
    good = [owed(number, chat=number, change=2) for number in range(301, 401)]
    alerts = Owed(*bad, *good)
    step = Compose(alerts=alerts, render=render).step
    with capture_logs() as logs:
        while await step(NOW):
            pass
    assert (alerts.alerts, alerts.set_aside_alerts) == ([], bad)
    assert sorted(alert for message in alerts.queued for alert in message.alerts) == list(range(301, 401))
    assert sum(line["event"] == "alerts.failed_to_render" for line in logs) == 300
    assert all("odd" not in str(line.get("title")) for line in logs)
