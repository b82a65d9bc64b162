"""What to believe of a new look at a petition.

Caches serve stale copies (`docs/petition-sites.md` §9), in which news seems to be undone. Whatever moves forward is
believed at once; whatever goes back is believed only when a second, unconditional look, some time later, agrees.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from petitions.history import Doubt, Subject
from petitions.petition import PetitionState, Response, Snapshot
from petitions.words import same_words

CONFIRM_AFTER = timedelta(minutes=5)
"""How long after the first look a second one may confirm that something is gone: longer than caches keep a copy."""

SET_BACK = timedelta(minutes=5)
"""The site itself may set `updated_at` back by its counting interval (`docs/petition-sites.md` §9); what is older than
that is an old copy, however it was asked for."""

FORWARD = {
    PetitionState.UNPUBLISHED: {PetitionState.OPEN, PetitionState.CLOSED, PetitionState.REJECTED},
    PetitionState.OPEN: {PetitionState.CLOSED, PetitionState.REJECTED},
    PetitionState.CLOSED: {PetitionState.REJECTED},
}
"""The moves between states that no stale copy can feign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """The snapshot as far as it is believed, and the doubts that remain."""

    snapshot: Snapshot
    doubts: tuple[Doubt, ...]


def believe(
    before: Snapshot,
    after: Snapshot,
    doubts: Collection[Doubt],
    now: datetime,
    *,
    unconditional: bool,
    confirm_after: timedelta = CONFIRM_AFTER,
) -> Believed:
    """Take from `after` what moves forward, and what went back if this look confirms an earlier doubt about it."""
    since = {doubt.subject: doubt.since for doubt in doubts}
    back = gone_back(before, after)
    confirmable = unconditional and not _older(before, after, by=SET_BACK)
    confirmed = {
        subject for subject in back if confirmable and subject in since and now - since[subject] >= confirm_after
    }
    doubted = back - confirmed
    return Believed(
        snapshot=_keep(before, after, doubted, confirmed=bool(confirmed)),
        doubts=tuple(Doubt(subject=subject, since=since.get(subject, now)) for subject in sorted(doubted)),
    )


def gone_back(before: Snapshot, after: Snapshot) -> frozenset[Subject]:
    """Return the subjects in which `after` undoes `before`, or changes it although the document is older."""
    older = _older(before, after)
    back = set()
    if after.state is not before.state and after.state not in FORWARD.get(before.state, ()):
        back.add(Subject.STATE)
    if before.response is not None and _response_gone_back(before.response, after.response, older=older):
        back.add(Subject.RESPONSE)
    if before.debate_on is not None and after.debate_on != before.debate_on and (after.debate_on is None or older):
        back.add(Subject.DEBATE_DATE)
    if before.debate_outcome is not None and after.debate_outcome is None:
        back.add(Subject.OUTCOME)
    return frozenset(back)


def _older(before: Snapshot, after: Snapshot, *, by: timedelta = timedelta(0)) -> bool:
    """Tell whether the document now seen is the older one, by more than so much."""
    return before.updated_at is not None and after.updated_at is not None and before.updated_at - after.updated_at > by


def same_response(one: Response, other: Response) -> bool:
    """Tell whether two responses read the same to a person."""
    return same_words(one.summary, other.summary) and same_words(one.details, other.details)


def _response_gone_back(before: Response, after: Response | None, *, older: bool) -> bool:
    if after is None:
        return True
    if same_response(before, after):
        return False
    return older or (
        before.updated_at is not None and after.updated_at is not None and after.updated_at < before.updated_at
    )


def _keep(before: Snapshot, after: Snapshot, doubted: Collection[Subject], *, confirmed: bool) -> Snapshot:
    """Put back into `after` what is doubted.

    The newer `updated_at` is kept until something is confirmed, so that a stale copy served twice stays recognisable.
    """
    believed = after
    if before.updated_at is not None and after.updated_at is not None and not confirmed:
        believed = replace(believed, updated_at=max(before.updated_at, after.updated_at))
    if Subject.STATE in doubted:
        believed = replace(
            believed,
            state=before.state,
            opened_at=before.opened_at,
            closed_at=before.closed_at,
            closing_on=before.closing_on,
            rejected_at=before.rejected_at,
            rejection=before.rejection,
        )
    if Subject.RESPONSE in doubted:
        believed = replace(believed, response=before.response, response_at=before.response_at)
    if Subject.DEBATE_DATE in doubted:
        believed = replace(believed, debate_on=before.debate_on)
    if Subject.OUTCOME in doubted:
        believed = replace(
            believed,
            debate_outcome=before.debate_outcome,
            debate_outcome_at=before.debate_outcome_at,
            debated=before.debated,
        )
    return believed
