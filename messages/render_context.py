"""What every message needs to be written: its language, the legislatures, and the reader's zone and time."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from messages.words import Words
from petitions.legislature import Legislatures


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderContext:
    """How to write a message. `zone`: in which people read times; `now`: aware."""

    words: Words
    sites: Legislatures
    zone: ZoneInfo
    now: datetime
