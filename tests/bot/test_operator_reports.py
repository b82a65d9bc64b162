"""Reports to the operator: at once, grouped by cause, and each cause at most once an hour."""

from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client import REGISTRY

from bot.operator_reports import SECONDS_BETWEEN, OperatorReports
from delivery.chats import ChatKind
from delivery.outbox import ClaimedMessage, Lane, MessageId, MessageState, Settlement
from messages.content import Content, Html
from petitions.follows import Place
from storage.storage import Storage

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPERATOR = 77


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def queued(storage: Storage) -> list[str]:
    kept = await storage.chats.export(OPERATOR)
    messages = [] if kept is None else kept["messages"]
    assert isinstance(messages, list)
    return [message["text"] for message in messages]


async def test_a_cause_is_reported_at_once_and_then_once_an_hour_with_its_number(storage: Storage) -> None:
    clock = Clock()
    reports = OperatorReports(storage=storage, monotonic=clock, telegram_chat=OPERATOR)
    reports.crashed("watch")
    await reports.step(NOW)
    for _ in range(3):
        reports.crashed("watch")
        await reports.step(NOW)
    (first,) = await queued(storage)
    assert "“watch” has crashed" in first
    assert "times" not in first

    clock.now = SECONDS_BETWEEN
    await reports.step(NOW)
    await reports.step(NOW)
    _, second = await queued(storage)
    assert "“watch” has crashed" in second
    assert "This has happened 3 times since the last report of it." in second


async def test_causes_do_not_wait_for_each_other(storage: Storage) -> None:
    reports = OperatorReports(storage=storage, monotonic=Clock(), telegram_chat=OPERATOR)
    reports.crashed("watch")
    await reports.step(NOW)
    reports.crashed("tidy")
    await reports.step(NOW)
    assert len(await queued(storage)) == 2


async def test_refusals_that_differ_in_numbers_alone_are_one_cause(storage: Storage) -> None:
    reports = OperatorReports(storage=storage, monotonic=Clock(), telegram_chat=OPERATOR)
    place = Place(chat=(await storage.chats.ensure(7, ChatKind.PRIVATE, NOW)).id)
    for number in range(1, 4):
        sent = ClaimedMessage(
            id=MessageId(number), place=place, telegram_chat=7, lane=Lane.ALERT, content=Content(text=Html("Hello"))
        )
        reason = f"can't parse entities at byte offset {number}"
        await reports.given_up(sent, Settlement(message=sent.id, state=MessageState.REJECTED, at=NOW, reason=reason))
        await reports.step(NOW)
    (only,) = await queued(storage)
    assert "message 1 for good" in only


async def test_people_who_cannot_be_answered_are_one_cause_an_hour(storage: Storage) -> None:
    clock = Clock()
    reports = OperatorReports(storage=storage, monotonic=clock, telegram_chat=OPERATOR)
    for _ in range(5):
        reports.update_failed()
        await reports.step(NOW)
        clock.now += SECONDS_BETWEEN / 4
    first, second = await queued(storage)
    assert "could not be done" in first
    assert "4 times" in second


async def test_a_bot_that_restarts_tells_again_once(storage: Storage) -> None:
    """It cannot know what the operator has read; that a cause is still there after a restart is worth a line."""
    for _ in range(2):
        reports = OperatorReports(storage=storage, monotonic=Clock(), telegram_chat=OPERATOR)
        for _ in range(3):
            reports.crashed("watch")
            await reports.step(NOW)
    assert len(await queued(storage)) == 2


async def test_without_a_chat_of_the_operator_nothing_is_queued_and_all_is_counted(storage: Storage) -> None:
    reports = OperatorReports(storage=storage, monotonic=Clock(), telegram_chat=None)
    before = counted("loop_crashed")
    reports.crashed("watch")
    reports.crashed("watch")
    await reports.step(NOW)
    assert await queued(storage) == []
    assert counted("loop_crashed") == before + 2


def counted(cause: str) -> float:
    return REGISTRY.get_sample_value("petition_alerts_errors_total", {"cause": cause}) or 0.0
