"""Alerts that are due become messages in the outbox."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from structlog.testing import capture_logs

from delivery.chats import ChatKind, PostStyle
from delivery.gathering import Gathered
from delivery.outbox import AlertId, Lane, NewMessage, OwedAlert
from messages.content import Content, Html
from petitions.follows import ChatId, Place
from petitions.news import Change, ChangeId, Closed, StoredChange
from petitions.petition import PetitionId, PetitionRef, Site
from services.compose import Compose, Render
from tests.services.outbox import NOW
from tests.storage.samples import text_of


class Owed:
    """Alerts that are owed until they are composed."""

    def __init__(self, *alerts: OwedAlert) -> None:
        self.alerts = list(alerts)
        self.queued: list[NewMessage] = []
        self.set_aside_alerts: list[OwedAlert] = []

    async def has_work(self, now: datetime) -> bool:
        raise AssertionError("composing announces nothing")

    async def announce_next(self, now: datetime, limit: int, day: tuple[datetime, datetime]) -> None:
        raise AssertionError("composing announces nothing")

    async def release_deferred(self, now: datetime, limit: int) -> int:
        raise AssertionError("composing releases nothing")

    async def due(self, now: datetime, limit: int, resting: Collection[ChatId] = ()) -> Sequence[OwedAlert]:
        return [alert for alert in self.alerts if alert.place.chat not in resting][:limit]

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
        chat_kind=ChatKind.PRIVATE,
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


def asks(content: Content, gathered: Gathered) -> Content:
    return Content(text=Html(f"{content.text}? {gathered.telegram_chat} {gathered.alerts[0]}"))


def nothing_to_report() -> None:
    raise AssertionError("nothing has failed")


def composing(
    alerts: Owed,
    *,
    render: Render = says_title,
    render_plainly: Render = says_title,
    report: Callable[[], None] = nothing_to_report,
    monotonic: Callable[[], float] = lambda: 0.0,
) -> Compose:
    return Compose(
        alerts=alerts,
        render=render,
        render_plainly=render_plainly,
        ask=asks,
        report=report,
        monotonic=monotonic,
    )


def fails_for_odd_titles(gathered: Gathered, now: datetime) -> Content:
    if gathered.changes[0].title == "odd":
        raise KeyError("no words for this")
    return says_title(gathered, now)


async def test_due_alerts_become_messages_that_settle_them() -> None:
    alerts = Owed(owed(1), owed(2, chat=2), owed(3, chat=2))
    assert not await composing(alerts).step(NOW)
    assert alerts.alerts == []
    assert [(message.place.chat, message.alerts, message.lane) for message in alerts.queued] == [
        (1, (1,), Lane.ALERT),
        (2, (2, 3), Lane.ALERT),
    ]
    assert alerts.queued[0].petition == 1


async def test_an_alert_that_fails_to_render_is_set_aside_and_stops_no_other() -> None:
    bad = [owed(number, "odd", chat=number) for number in range(1, 301)]
    good = [owed(number, chat=number, change=2) for number in range(301, 401)]
    alerts, reports = Owed(*bad, *good), list[int]()
    step = composing(
        alerts, render=fails_for_odd_titles, render_plainly=fails_for_odd_titles, report=lambda: reports.append(1)
    ).step
    with capture_logs() as logs:
        while await step(NOW):
            pass
    assert (alerts.alerts, alerts.set_aside_alerts) == ([], bad)
    assert sorted(alert for message in alerts.queued for alert in message.alerts) == list(range(301, 401))
    assert len(reports) == sum(line["event"] == "alerts.failed_to_render" for line in logs) == 600
    assert all("odd" not in str(line.get("title")) for line in logs)


async def test_who_looks_after_a_channel_that_asks_first_is_asked_about_what_would_be_posted() -> None:
    asking = PostStyle(ask_first=True)
    alerts = Owed(replace(owed(1), style=asking, telegram_chat=-1009), owed(2, chat=2))
    await composing(alerts).step(NOW)
    asked, unasked = alerts.queued
    assert asked.question is not None
    assert asked.question.text == f"{text_of(asked)}? -1009 {asked.alerts[0]}"
    assert unasked.question is None


async def test_what_cannot_be_said_in_full_is_said_plainly_and_reported() -> None:
    alerts, reports = Owed(owed(1, "odd"), owed(2, chat=2)), list[int]()

    def render_plainly(gathered: Gathered, now: datetime) -> Content:
        return Content(text=Html("plainly"))

    await composing(
        alerts,
        render=fails_for_odd_titles,
        render_plainly=render_plainly,
        report=lambda: reports.append(1),
    ).step(NOW)
    assert [text_of(message) for message in alerts.queued] == ["plainly", "A petition"]
    assert len(reports) == 1


async def test_a_group_that_was_just_given_messages_rests_and_others_do_not() -> None:
    group = [replace(owed(number, change=number), chat_kind=ChatKind.SUPERGROUP) for number in range(1, 4)]
    seconds = [0.0]
    alerts = Owed(*group, owed(90, chat=9))
    compose = composing(alerts, monotonic=lambda: seconds[0])
    await compose.step(NOW)
    assert [message.alerts for message in alerts.queued] == [(1,), (2,), (3,), (90,)]
    alerts.alerts = [replace(each, id=AlertId(each.id + 10)) for each in group]
    await compose.step(NOW)
    assert len(alerts.queued) == 7
    alerts.alerts = [
        *(replace(owed(20 + number, change=number), chat_kind=ChatKind.SUPERGROUP) for number in range(6)),
        owed(91, chat=9),
    ]
    await compose.step(NOW)
    assert [message.alerts for message in alerts.queued[7:]] == [(91,)]
    seconds[0] = 20.0
    await compose.step(NOW)
    assert [message.alerts for message in alerts.queued[8:]] == [(20, 21, 22, 23, 24, 25)]
