"""The lists of a site that serve as feeds of what changed."""

from dataclasses import dataclass
from datetime import datetime

from petitions.answers import Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """Where the reading of a list stands: the page to read next and the validator of the first page.

    `complete_since`: the moment from which on no news in it is missed, whoever follows; `None` while nobody subscribes
    to a stream of the site and only what is followed is compared.
    """

    facet: str
    page: int
    due_at: datetime
    validator: Validator | None = None
    complete_since: datetime | None = None
