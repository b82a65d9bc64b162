"""What every message needs to be written: its language, the legislatures, and the reader's zone and time."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from messages.words import Words
from petitions.legislature import Legislatures
from petitions.petition import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderContext:
    """How to write a message. `zone`: in which people read times; `now`: aware.

    `bot_name`: the bot's user name, for links that open it; alerts have none and need none.
    """

    words: Words
    sites: Legislatures
    zone: ZoneInfo
    now: datetime
    bot_name: str = ""

    def about(self, site: Site) -> Self:
        """Return how to write about what happens on a site: in the words for its legislature."""
        return replace(self, words=self.words.about(self.sites[site].vocabulary))
