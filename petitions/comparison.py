"""Two looks at one petition side by side, and what a rule that compares them gives."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from petitions.history import Marks
from petitions.news import Change, News
from petitions.petition import Snapshot

Found = tuple[Change | None, Marks]
"""What a rule has found, and the marks with which it will not find it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was known, and what is seen `now`, as far as it is believed.

    `full_at`: when the whole document was last read past caches. `zone`: the clock by which the site's days begin and
    end.
    """

    before: Snapshot
    after: Snapshot
    now: datetime
    zone: ZoneInfo
    full_at: datetime | None = None

    def change(self, key: str, news: News, happened_at: datetime | None = None) -> Change:
        """Make a change of what was found. `happened_at`: when, where the site says so."""
        return Change(key=key, news=news, happened_at=happened_at, seen_at=self.now)
