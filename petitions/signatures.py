"""What the count of signatures tells: the numbers it passes, and the thresholds it falls below again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from petitions.comparison import Comparison, Found
from petitions.history import Marks
from petitions.milestones import highest_milestone, milestones_up_to
from petitions.news import BelowThreshold, MilestoneReached
from petitions.petition import Snapshot

BELOW_FOR = timedelta(minutes=30)
"""A count that has been below a threshold for so long is not that of a stale copy."""


def milestone(seen: Comparison, marks: Marks) -> Found:
    """Find milestones above the highest one so far; several that were passed at once are one change."""
    after, highest = seen.after, highest_milestone(seen.after)
    if highest <= marks.milestone:
        return None, marks
    thresholds = after.thresholds
    passed = tuple(number for number in milestones_up_to(highest, thresholds) if number > marks.milestone)
    news = MilestoneReached(
        highest=highest,
        passed=passed,
        signatures=after.signatures,
        response_threshold=thresholds.response in passed,
        debate_threshold=thresholds.debate in passed,
    )
    dated = {thresholds.response: after.response_threshold_at, thresholds.debate: after.debate_threshold_at}
    return seen.change(f"milestone:{highest}", news, dated.get(highest)), replace(marks, milestone=highest)


def below_threshold(seen: Comparison, marks: Marks) -> Found:
    """Find a threshold that is lost: a count that has fallen is believed when it stays there.

    Stale copies show lower counts all the time.
    """
    after = seen.after
    reached = [number for number in _promising(after) if number <= marks.milestone and number not in marks.fallen]
    lost = sorted(number for number in reached if after.signatures < number)
    if not lost:
        return None, replace(marks, below_since=None)
    if marks.below_since is None:
        has_fallen = lost[0] <= seen.before.signatures
        return None, replace(marks, below_since=seen.now if has_fallen else None)
    if seen.now - marks.below_since < BELOW_FOR:
        return None, marks
    threshold = lost[-1]
    news = BelowThreshold(
        threshold=threshold, signatures=after.signatures, for_debate=threshold == after.thresholds.debate
    )
    marks = replace(marks, below_since=None, fallen=(*marks.fallen, *lost))
    return seen.change(f"below_threshold:{threshold}", news), marks


def _promising(shown: Snapshot) -> Iterator[int]:
    """Return the thresholds for which something is still to come."""
    if not shown.current:
        return
    if shown.thresholds.response is not None and not shown.answered:
        yield shown.thresholds.response
    if shown.thresholds.debate is not None and shown.debate_on is None and shown.debate_outcome is None:
        yield shown.thresholds.debate
