"""Whether something outside answers, and since when it does not; said in the log once per change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Reachability:
    """What is known of one place outside."""

    name: str
    silent_since: datetime | None = None

    def answered(self, now: datetime) -> None:
        """Note an answer."""
        if self.silent_since is not None:
            log.info("outside.reachable", place=self.name, silent_for=str(now - self.silent_since))
            self.silent_since = None

    def failed(self, now: datetime, reason: str) -> None:
        """Note that no answer came."""
        if self.silent_since is None:
            log.warning("outside.unreachable", place=self.name, reason=reason)
            self.silent_since = now

    def silent_for(self, now: datetime) -> timedelta:
        """Return how long nothing has been heard; zero while all is well."""
        return timedelta() if self.silent_since is None else now - self.silent_since
