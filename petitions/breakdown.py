"""Where a petition's signatures come from, and where those of petitions usually come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

FEWEST_PETITIONS = 5
FEWEST_SIGNATURES = 1_000
"""What is usual is learned from so many petitions of so many signatures each, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constituency:
    """How many have signed in a constituency. `member`: who sits for it, "" while nobody does or that is not said."""

    code: str
    name: str
    member: str
    signatures: int


Breakdown = tuple[Constituency, ...]
"""The constituencies of a petition; none where the site does not say."""

Counts = Mapping[str, int]
"""Signatures by the codes of constituencies."""


def counts_of(breakdown: Breakdown) -> Counts:
    """Return the signatures alone."""
    return {place.code: place.signatures for place in breakdown if place.signatures}


def usual_shares(others: Sequence[Counts]) -> Mapping[str, float] | None:
    """Return which share of a petition's signatures usually comes from each constituency.

    It is the median over other petitions, so that one which is all about a place does not count for much; `None` when
    they are too few.
    """
    totals = [(counts, sum(counts.values())) for counts in others]
    known = [(counts, total) for counts, total in totals if total >= FEWEST_SIGNATURES]
    if len(known) < FEWEST_PETITIONS:
        return None
    codes = {code for counts, _ in known for code in counts}
    return {code: median(counts.get(code, 0) / total for counts, total in known) for code in codes}
