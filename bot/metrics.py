"""The process's own counters; created at zero, so that a rate can be taken from the first scrape on."""

from prometheus_client import Counter, Gauge

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

for outcome in ("stored", "refused", "handled", "failed"):
    UPDATES.labels(outcome)
for verdict in ("sent", "later", "moved", "gone", "refused", "uncertain"):
    MESSAGES.labels(verdict)
