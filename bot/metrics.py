"""The process's own counters; created at zero, so that a rate can be taken from the first scrape on."""

import shutil
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from prometheus_client import Counter, Gauge, Info, disable_created_metrics

from delivery.audit import Fault
from delivery.outbox import OutboxFigures

disable_created_metrics()  # type: ignore[no-untyped-call]  # all began with the process, whose start is a metric of its own

BUILD = Info("petition_alerts_build", "The version that runs")
STEPS = Counter("petition_alerts_steps", "Steps that ended well", ["loop"])
STEP_CRASHES = Counter("petition_alerts_step_crashes", "Steps that raised", ["loop"])
LOOP_ALIVE = Gauge("petition_alerts_loop_alive", "Whether a loop makes progress, 1 or 0", ["loop"])
LOOP_SILENT = Gauge("petition_alerts_loop_silent_seconds", "How long ago a loop ended its last good step", ["loop"])
ERRORS = Counter("petition_alerts_errors", "What went wrong for good and is reported to the operator", ["cause"])
UPDATES = Counter("petition_alerts_updates", "Updates from Telegram", ["outcome"])
MESSAGES = Counter("petition_alerts_messages", "Attempts to send or edit a message, by verdict", ["verdict"])
INBOX = Gauge("petition_alerts_inbox_updates", "Updates that are not handled yet")
UPDATES_ARRANGED = Gauge(
    "petition_alerts_updates_arranged", "Whether Telegram knows how to deliver updates: a webhook or polling, 1 or 0"
)
TELEGRAM_SILENT = Gauge("petition_alerts_telegram_unreachable_seconds", "How long Telegram has not answered")
SITE_SILENT = Gauge("petition_alerts_site_unreachable_seconds", "How long a petition site has not answered", ["site"])
PETITIONS_MISSING = Gauge(
    "petition_alerts_site_petitions_missing_seconds", "How long many petitions of a site have been missing", ["site"]
)
WATCH_LATE = Gauge(
    "petition_alerts_watch_late_seconds",
    "How late the longest overdue look is, of the petitions watched most closely (hot) and of any",
    ["site", "petitions"],
)
ALERTS_OWED = Gauge("petition_alerts_owed_alerts", "Alerts of which no message has been made yet")
QUEUED = Gauge("petition_alerts_queued_messages", "Messages that wait to be sent", ["lane"])
OLDEST_DUE = Gauge("petition_alerts_oldest_due_seconds", "For how long the oldest alert or message has been due")
GIVEN_UP = Gauge("petition_alerts_given_up_messages", "Messages of the last 30 days that were given up", ["state"])
PAUSED_CHATS = Gauge("petition_alerts_paused_chats", "Chats that are sent nothing for a while")
SUSPENDED_CHATS = Gauge("petition_alerts_suspended_chats", "Chats that cannot be reached")
FOLLOWS_FORGOTTEN = Counter(
    "petition_alerts_forgotten_follows", "Follows dropped because their chat was out of reach for long"
)
DATABASE_WRITABLE = Gauge("petition_alerts_database_writable", "Whether the database can be written, 1 or 0")
DATABASE_SIZE = Gauge("petition_alerts_database_bytes", "Size of the database with its log")
DISK_FREE = Gauge("petition_alerts_database_disk_free_bytes", "What is free where the database is")
AUDIT_MISSING = Counter(
    "petition_alerts_audit_missing",
    "Alerts that the audit missed, and news that it saw and the watch did not",
    ["fault"],
)
AUDIT_LAST_RUN = Gauge(
    "petition_alerts_audit_last_run_timestamp_seconds",
    "When the audit last ended a round, of alerts or of lists",
    ["of"],
)

for outcome in ("stored", "refused", "unreadable", "handled", "failed"):
    UPDATES.labels(outcome)
for verdict in ("sent", "later", "moved", "gone", "refused", "uncertain"):
    MESSAGES.labels(verdict)
for fault in Fault:
    AUDIT_MISSING.labels(fault)


class Cause(StrEnum):
    """What is counted as an error."""

    LOOP_CRASHED = "loop_crashed"
    MESSAGE_REJECTED = "message_rejected"
    MESSAGE_UNCERTAIN = "message_uncertain"
    MESSAGE_SET_ASIDE = "message_set_aside"
    ALERT_CUT = "alert_cut"
    PETITION_FAILED = "petition_failed"
    SITE_ASKED_TO_WAIT = "site_asked_to_wait"
    AUDIT = "audit"
    UPDATE_FAILED = "update_failed"


for cause in Cause:
    ERRORS.labels(cause)


def show_outbox(figures: OutboxFigures, now: datetime) -> None:
    """Set the metrics of the outbox."""
    ALERTS_OWED.set(figures.alerts_owed)
    for lane, number in figures.queued.items():
        QUEUED.labels(lane.name.lower()).set(number)
    late = 0.0 if figures.oldest_due_at is None else (now - figures.oldest_due_at).total_seconds()
    OLDEST_DUE.set(max(0.0, late))
    for state, number in figures.ended.items():
        GIVEN_UP.labels(state).set(number)
    PAUSED_CHATS.set(figures.paused_chats)
    SUSPENDED_CHATS.set(figures.suspended_chats)


def bytes_of(database: Path) -> int:
    """Return the size of a database with its log."""
    log = database.with_name(f"{database.name}-wal")
    return sum(file.stat().st_size for file in (database, log) if file.exists())


def show_disk(database: Path) -> None:
    """Set the metrics of the files."""
    DATABASE_SIZE.set(bytes_of(database))
    DISK_FREE.set(shutil.disk_usage(database.absolute().parent).free)
