"""What is known of how a petition grew, for somebody who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from messages.growth_chart import SignatureHistory, readings_since
from messages.presses import Span
from petitions.follows import Place
from petitions.forecast import up_to_date
from petitions.petition import PetitionId, PetitionRef, Reading
from services.cards import Cards, CardView
from services.looks import NoSuchPetition, NotNow, SiteSilent


class Readings(Protocol):
    """The readings of petitions."""

    async def readings(self, petition: PetitionId, since: datetime) -> Sequence[Reading]:
        """Return the readings since then, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Charts:
    """Serves the growth of petitions, looking at the site as a card does."""

    cards: Cards
    petitions: Readings

    async def history(
        self, ref: PetitionRef, span: Span, place: Place, now: datetime
    ) -> SignatureHistory | NoSuchPetition | SiteSilent | NotNow:
        """Return how the petition grew over the span."""
        view = await self.cards.card(ref, place, now)
        if not isinstance(view, CardView):
            return view
        petition = view.petition
        readings = await self.petitions.readings(petition.id, readings_since(span, now))
        known = up_to_date(readings, petition.seen_at, petition.snapshot.signatures)
        return SignatureHistory(snapshot=petition.snapshot, readings=known, span=span, now=now)
