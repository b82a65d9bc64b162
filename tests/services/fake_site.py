"""A petition site that answers from a dictionary and remembers what it was asked."""

from dataclasses import dataclass, field, replace

from petitions.answers import (
    Archived,
    BreakdownAnswer,
    Busy,
    DocumentAnswer,
    ListAnswer,
    ListPage,
    NotFound,
    Ok,
    TallyAnswer,
    Unchanged,
    Validator,
)
from petitions.legislature import Legislature
from petitions.petition import PetitionRef, PetitionState, Snapshot, Tally
from sites.uk_document import UK


@dataclass
class FakeSite:
    """Petitions by number. An answer in place of a petition is given as it is; `down` is given for everything.

    `counts` and `lists` replace what would follow from the petitions; with `open_a_page` the list of the open ones does
    follow from them, so many a page. `asked` holds one line a request, in which a question mark stands for a validator.
    """

    petitions: dict[str, Snapshot | DocumentAnswer] = field(default_factory=dict)
    archive: dict[str, Snapshot | DocumentAnswer] = field(default_factory=dict)
    breakdowns: dict[str, BreakdownAnswer] = field(default_factory=dict)
    counts: dict[str, Tally | TallyAnswer] = field(default_factory=dict)
    lists: dict[str, tuple[Snapshot, ...] | ListAnswer] = field(default_factory=dict)
    open_a_page: int = 0
    down: Busy | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def legislature(self) -> Legislature:
        """The UK's, with those of its lists that are given: reading empty ones takes most of the time of a test."""
        feeds, whole_feeds, stream_feeds = (
            tuple(filter(self.lists.__contains__, facets)) for facets in (UK.feeds, UK.whole_feeds, UK.stream_feeds)
        )
        open_list = UK.open_list if self.open_a_page else None
        return replace(UK, feeds=feeds, whole_feeds=whole_feeds, stream_feeds=stream_feeds, open_list=open_list)

    def show(self, snapshot: Snapshot) -> None:
        self.petitions[snapshot.ref.number] = snapshot

    def show_lists(self, answer: tuple[Snapshot, ...] | ListAnswer) -> None:
        """Give the same in answer to every list."""
        self.lists |= dict.fromkeys((*UK.feeds, *UK.whole_feeds), answer)

    async def document(
        self, ref: PetitionRef, *, archived: bool, validator: Validator | None, urgent: bool
    ) -> DocumentAnswer:
        self._note(f"{'archived ' if archived else ''}{ref.number}", validator, urgent=urgent)
        if self.down is not None:
            return self.down
        found = (self.archive if archived else self.petitions).get(ref.number)
        if found is None:
            return Archived() if not archived and ref.number in self.archive else NotFound()
        if not isinstance(found, Snapshot):
            return found
        current = Validator(last_modified=str(found.updated_at))
        return Unchanged() if validator == current else Ok(body=found, validator=current)

    async def breakdown(self, ref: PetitionRef, *, archived: bool) -> BreakdownAnswer:
        self._note(f"{'archived ' if archived else ''}{ref.number} breakdown", None, urgent=True)
        return self.down or self.breakdowns.get(ref.number, Ok(body=()))

    async def tally(self, ref: PetitionRef, *, validator: Validator | None) -> TallyAnswer:
        self._note(f"{ref.number} count", validator, urgent=False)
        if self.down is not None:
            return self.down
        found = self.counts.get(ref.number, self.petitions.get(ref.number, NotFound()))
        if not isinstance(found, Snapshot | Tally):
            assert not (isinstance(found, Ok) and isinstance(found.body, Snapshot))
            return found
        if isinstance(found, Tally):
            return Ok(body=found)
        current = Validator(last_modified=str(found.updated_at))
        return Unchanged() if validator == current else Ok(body=tally_of(found), validator=current)

    async def page(
        self, facet: str, *, number: int, query: str | None, validator: Validator | None, urgent: bool
    ) -> ListAnswer:
        self._note(f"{facet} {number}" + ("" if query is None else f" {query}"), validator, urgent=urgent)
        if self.down is not None:
            return self.down
        name = facet if number == 1 else f"{facet} {number}"
        if facet == UK.open_list and name not in self.lists:
            return self._open(number, validator)
        found = self.lists.get(name, ())
        if not isinstance(found, tuple):
            return found
        return Ok(body=ListPage(items=found, next_page=None), validator=Validator(last_modified=facet))

    def _open(self, number: int, validator: Validator | None) -> ListAnswer:
        shown = [found for found in self.petitions.values() if isinstance(found, Snapshot)]
        ranked = sorted(shown, key=lambda each: (-each.signatures, each.ref))
        still_open = [each for each in ranked if each.state is PetitionState.OPEN]
        last = max(1, -(-len(still_open) // self.open_a_page))
        items = tuple(still_open[(number - 1) * self.open_a_page : number * self.open_a_page])
        current = Validator(etag=str(hash(items)))
        if validator == current:
            return Unchanged()
        page = ListPage(items=items, next_page=number + 1 if number < last else None, last_page=last)
        return Ok(body=page, validator=current)

    def _note(self, question: str, validator: Validator | None, *, urgent: bool) -> None:
        self.asked.append(f"{question}{'?' if validator else ''}{'!' if urgent else ''}")


def tally_of(snapshot: Snapshot) -> Tally:
    return Tally(
        signatures=snapshot.signatures,
        dated=True,
        response_threshold_at=snapshot.response_threshold_at,
        response_at=snapshot.response_at,
        debate_threshold_at=snapshot.debate_threshold_at,
        debate_on=snapshot.debate_on,
        debate_outcome_at=snapshot.debate_outcome_at,
        debated=bool(snapshot.debated),
    )
