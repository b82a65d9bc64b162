"""Where a petition stands, in a line: its state, and how far it is on its way."""

from zoneinfo import ZoneInfo

from messages import dates, progress
from messages.content import Html
from messages.words import Words
from petitions.milestones import next_threshold
from petitions.petition import DebateOutcome, PetitionState, Snapshot

COUNTED = frozenset({PetitionState.OPEN, PetitionState.CLOSED})
"""States in which the number of signatures means something to people."""


def state(snapshot: Snapshot, words: Words, zone: ZoneInfo) -> Html:
    """Say, by the days of the zone, whether the petition can be signed, and until when or since when not."""
    match snapshot.state:
        case PetitionState.OPEN if snapshot.closing_on is not None:
            return words.say("state-open-until", day=dates.day(snapshot.closing_on, words))
        case PetitionState.CLOSED if snapshot.closed_at is not None:
            return words.say("state-closed-on", day=dates.day_of(snapshot.closed_at, words, zone))
        case PetitionState.REJECTED if snapshot.rejected_at is not None:
            return words.say("state-rejected-on", day=dates.day_of(snapshot.rejected_at, words, zone))
        case _:
            return words.say(f"state-{snapshot.state}")


def summary(snapshot: Snapshot, words: Words) -> Html:
    """Say in a line how many have signed, how far the next threshold is, and the state."""
    parts = [words.say(f"short-{snapshot.state}")]
    if snapshot.state in COUNTED:
        parts.insert(0, words.say("short-signatures", count=snapshot.signatures))
        threshold = next_threshold(snapshot.signatures, snapshot.thresholds)
        if threshold is not None and snapshot.state is PetitionState.OPEN:
            done = progress.percent(snapshot.signatures, threshold)
            parts.insert(1, words.say("short-progress", percent=done, threshold=threshold))
    return Html(" · ".join(parts))


def was_debated(snapshot: Snapshot, outcome: DebateOutcome) -> bool:
    """Tell a debate's outcome from a decision against one where the site has not said which it is."""
    if snapshot.debated is not None:
        return snapshot.debated
    return any((outcome.debated_on, outcome.video_url, outcome.transcript_url, outcome.debate_pack_url))
