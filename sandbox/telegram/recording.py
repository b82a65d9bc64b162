"""What the bot asked for: every request with its answer, for tests that check conformance."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.telegram.errors import Json

CUT = 0
"""The status recorded for a request whose connection was cut."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """One request. `params` keeps the types as sent: JSON values from a JSON body, strings from a form or the query.

    `method` is spelled as the bot spelled it; `answer` is None where nothing readable was answered.
    """

    method: str
    params: dict[str, Any]
    files: dict[str, Upload]
    at: datetime
    status: int
    answer: Json | None


class Recording:
    """The last requests, up to a bound, and how many there were in all."""

    def __init__(self, most: int) -> None:
        self.total = 0
        self._kept: deque[RecordedRequest] = deque(maxlen=most)

    def add(self, request: RecordedRequest) -> None:
        """Keep a request, dropping the oldest beyond the bound."""
        self.total += 1
        self._kept.append(request)

    def requests(self) -> list[RecordedRequest]:
        """The kept requests, oldest first."""
        return list(self._kept)

    def clear(self) -> None:
        """Forget the kept requests."""
        self._kept.clear()
