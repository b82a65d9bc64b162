"""Pictures of alerts: those of milestones show how the petition has grown."""

from collections.abc import Callable
from dataclasses import replace

import structlog
from cachetools import LRUCache

from delivery.gathering import Gathered
from messages.charts import Drawing
from messages.clipping import CAPTION_LIMIT, visible_length
from messages.content import Content
from messages.growth_chart import SignatureHistory, readings_since
from messages.presses import Span
from petitions.news import ChangeId, MilestoneReached, StoredChange
from services.pictures import Pictures
from services.ports import PetitionStore

log = structlog.get_logger(__name__)

MOST_REMEMBERED = 1_000
"""Changes of which the picture is remembered: one of a crowd is composed in many steps."""


class Illustrating:
    """Adds pictures to alerts. `draw` makes one, or `None` of too little."""

    def __init__(
        self, *, petitions: PetitionStore, pictures: Pictures, draw: Callable[[SignatureHistory], Drawing | None]
    ) -> None:
        self._petitions = petitions
        self._pictures = pictures
        self._draw = draw
        self._keys: LRUCache[ChangeId, str] = LRUCache(MOST_REMEMBERED)

    async def illustrate(self, content: Content, gathered: Gathered) -> Content:
        """Return the alert with a picture, where one is wanted and helps and its words fit below; never fail."""
        milestone = _milestone(gathered)
        if not gathered.pictures or milestone is None or visible_length(content.text) > CAPTION_LIMIT:
            return content
        try:
            if milestone.id not in self._keys:
                self._keys[milestone.id] = await self._key(milestone)
        except Exception:
            log.exception("picture.failed", change_id=milestone.id)
            return content
        key = self._keys[milestone.id]
        self._pictures.begin(key)
        return replace(content, picture=key)

    async def _key(self, milestone: StoredChange) -> str:
        """Keep the picture as of the moment at which the milestone was seen: it is the same whenever it is made."""
        petition = await self._petitions.get(milestone.petition)
        if petition is None:
            return ""
        at = milestone.change.seen_at
        readings = await self._petitions.readings(petition.id, readings_since(Span.ALL, at))
        drawing = self._draw(SignatureHistory(snapshot=petition.snapshot, readings=readings, span=Span.ALL, now=at))
        return "" if drawing is None else await self._pictures.keep(drawing)


def _milestone(gathered: Gathered) -> StoredChange | None:
    """Return the milestone that a message about one petition tells of."""
    told = (one for one in reversed(gathered.changes) if isinstance(one.change.news, MilestoneReached))
    return None if gathered.petition is None else next(told, None)
