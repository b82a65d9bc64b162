"""Logs for people or machines. The bot's token never reaches them, whatever a library puts into a line."""

import logging
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from cachetools import LRUCache

from bot.clock import Monotonic, monotonic

# Two of them would write out what people say: the one every update, the other every statement with its values.
QUIET_LIBRARIES = {
    "aiohttp.access": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "telegram": logging.WARNING,
}


MINUTE = 60.0
WARNINGS_A_MINUTE = 20
"""So many warnings and errors of one cause are written; the rest of the minute is only counted."""

MOST_CAUSES = 1_000

SHORTEST_SECRET = 8
"""Characters; @BotFather's secrets have 35. To replace a shorter one alone would spoil other words."""


class WithoutToken:
    """A structlog processor that takes the token out of every value of an event."""

    def __init__(self, token: str) -> None:
        """Remember what must not be seen: the whole token, and its secret half alone if that is long enough for one."""
        secret = token.partition(":")[2]
        self._secrets = (token, secret) if len(secret) >= SHORTEST_SECRET else (token,)

    def text(self, text: str) -> str:
        """Return a text with every secret replaced."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Return the event with every secret replaced."""
        for key, value in event.items():
            event[key] = self._clean(value)
        return event

    def _clean(self, value: Any) -> Any:  # noqa: ANN401 - an event holds anything
        text = value if isinstance(value, str) else repr(value)
        cleaned = self.text(text)
        return value if cleaned == text else cleaned


@dataclass(slots=True)
class _Cause:
    """Lines of one cause since `since` (monotonic seconds): how many were written, how many only counted."""

    since: float
    written: int = 0
    left_out: int = 0


class RepetitionFilter(logging.Filter):
    """Keeps what fails again and again from filling the disk. `monotonic` gives seconds.

    The first line of a cause in a minute says how many were left out in the one before.
    """

    def __init__(self, monotonic: Monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._causes: LRUCache[tuple[str, int, str], _Cause] = LRUCache(MOST_CAUSES)

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is written."""
        if record.levelno < logging.WARNING:
            return True
        now, event = self._monotonic(), record.msg
        name = (record.name, record.levelno, str(event.get("event") if isinstance(event, dict) else event))
        cause = self._causes.get(name)
        left_out = 0
        if cause is None or now - cause.since >= MINUTE:
            left_out = 0 if cause is None else cause.left_out
            cause = self._causes[name] = _Cause(since=now)
        if cause.written >= WARNINGS_A_MINUTE:
            cause.left_out += 1
            return False
        cause.written += 1
        if left_out and isinstance(event, dict):
            event["left_out"] = left_out
        elif left_out:
            record.msg = f"{event} ({left_out} lines like this were left out)"
        return True


def configure_logs(*, level: str, style: Literal["console", "json"], token: str) -> None:
    """Send structlog's events and the libraries' log records to standard error in one format."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ending: list[Any] = [structlog.processors.format_exc_info, WithoutToken(token)]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RepetitionFilter(monotonic))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, quieter in QUIET_LIBRARIES.items():
        logging.getLogger(name).setLevel(max(quieter, root.level))
