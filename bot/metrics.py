"""The process's own counters; created at zero, so that a rate can be taken from the first scrape on."""

from datetime import datetime

from prometheus_client import Counter, Gauge

from delivery.outbox import OutboxFigures

STEPS = Counter("petition_alerts_steps", "Steps that ended well", ["loop"])
STEP_CRASHES = Counter("petition_alerts_step_crashes", "Steps that raised", ["loop"])
UPDATES = Counter("petition_alerts_updates", "Updates from Telegram", ["outcome"])
MESSAGES = Counter("petition_alerts_messages", "Attempts to send or edit a message, by verdict", ["verdict"])
INBOX = Gauge("petition_alerts_inbox_updates", "Updates that are not handled yet")
SITE_SILENT = Gauge("petition_alerts_site_unreachable_seconds", "How long a petition site has not answered", ["site"])
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
FOLLOWS_FORGOTTEN = Gauge(
    "petition_alerts_forgotten_follows", "Follows dropped since the start because their chat was out of reach for long"
)

for outcome in ("stored", "refused", "handled", "failed"):
    UPDATES.labels(outcome)
for verdict in ("sent", "later", "moved", "gone", "refused", "uncertain"):
    MESSAGES.labels(verdict)


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
