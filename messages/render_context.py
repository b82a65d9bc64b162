"""What every message needs to be written: its language, the sites' addresses, and the reader's zone and time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from messages.words import Words
from petitions.petition import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderContext:
    """How to write a message. `sites`: each site's base address; `zone`: in which people read times; `now`: aware."""

    words: Words
    sites: Mapping[Site, str]
    zone: ZoneInfo
    now: datetime
