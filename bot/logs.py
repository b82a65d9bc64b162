"""Logs for people or machines. The bot's token never reaches them, whatever a library puts into a line."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

# Two of them would write out what people say: the one every update, the other every statement with its values.
QUIET_LIBRARIES = {
    "aiohttp.access": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "telegram": logging.WARNING,
}


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
