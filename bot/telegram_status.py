"""Whether Telegram answers, and since when it does not; said in the log once per change."""

from dataclasses import dataclass
from datetime import datetime

import structlog

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class TelegramStatus:
    """What the last requests for updates tell of Telegram."""

    silent_since: datetime | None = None

    def answered(self, now: datetime) -> None:
        """Note an answer."""
        if self.silent_since is not None:
            log.info("telegram.reachable", silent_for=str(now - self.silent_since))
            self.silent_since = None

    def failed(self, now: datetime, reason: str) -> None:
        """Note that no answer came."""
        if self.silent_since is None:
            log.warning("telegram.unreachable", reason=reason)
            self.silent_since = now
