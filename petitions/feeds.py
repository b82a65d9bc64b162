"""The lists of a site that serve as feeds of what changed."""

from dataclasses import dataclass
from datetime import datetime

from petitions.answers import Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """Where the reading of a list stands: the page to read next and the validator of the first page."""

    facet: str
    page: int
    due_at: datetime
    validator: Validator | None = None
