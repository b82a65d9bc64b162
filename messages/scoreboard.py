"""One message that shows all petitions of a place with their counts, and is edited as these change."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages import progress, status
from messages.content import Content, Html, lines, paragraphs
from messages.render_context import RenderContext
from messages.titles import linked_title
from petitions.milestones import next_threshold
from petitions.petition import PetitionState, Snapshot

MOST_LINES = 20
"""With titles of this length that keeps to Telegram's limits."""

_TITLE_ROOM = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLine:
    """A petition, and how many have signed it within a day (`None`: that is not known)."""

    snapshot: Snapshot
    gained: int | None


def board(shown: Sequence[ScoreLine], *, total: int, render: RenderContext) -> Content:
    """Show petitions, the most signed first. `total`: how many are followed in all."""
    words = render.words
    ordered = sorted(shown, key=lambda line: (-line.snapshot.signatures, line.snapshot.ref))
    left_out = total - len(ordered)
    return Content(
        text=paragraphs(
            [
                words.say("scoreboard-heading"),
                *(_line(line, render) for line in ordered),
                words.say("scoreboard-more", count=left_out) if left_out else None,
            ]
        ),
        silent=True,
    )


def _line(line: ScoreLine, render: RenderContext) -> Html:
    snapshot, words = line.snapshot, render.words
    threshold = next_threshold(snapshot.signatures, snapshot.thresholds)
    growing = threshold is not None and snapshot.state is PetitionState.OPEN
    return lines(
        [
            linked_title(snapshot.title, snapshot.ref, render, _TITLE_ROOM),
            Html(f"<code>{progress.bar(snapshot.signatures, threshold)}</code>") if growing and threshold else None,
            status.summary(snapshot, words),
            words.say("scoreboard-gained", count=line.gained) if line.gained else None,
        ]
    )
