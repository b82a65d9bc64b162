"""Comparing what a site shows with what is stored, and storing both news and snapshot in one transaction."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from petitions.answers import Validator
from petitions.cadence import READINGS_NEEDED, Cadence, plan, sooner, spread_of
from petitions.changes import Findings, compare, first_look
from petitions.petition import PetitionRef, Reading, Snapshot
from petitions.watched import Look, Schedule, WatchedPetition
from services.ports import PetitionStore

log = structlog.get_logger(__name__)


class Recording:
    """The last part of every look, whatever was read: the document, the count, or an item of a list."""

    def __init__(self, *, petitions: PetitionStore, cadence: Cadence) -> None:
        self._petitions = petitions
        self._cadence = cadence

    def compare(
        self,
        watched: WatchedPetition,
        after: Snapshot,
        now: datetime,
        *,
        unconditional: bool,
        confirm_after: timedelta | None = None,
    ) -> Findings:
        """Compare with what is stored; a disappearance can be confirmed after that time, by default the cadence's."""
        return compare(
            watched.snapshot,
            watched.marks,
            after,
            now,
            unconditional=unconditional,
            confirm_after=self._cadence.confirm if confirm_after is None else confirm_after,
        )

    async def plan(self, watched: WatchedPetition, findings: Findings, now: datetime) -> Schedule:
        """Plan the next looks after the document was read."""
        return plan(
            findings.snapshot,
            await self._petitions.readings(watched.id, now - READINGS_NEEDED),
            now,
            self._cadence,
            doubtful=findings.doubtful or findings.marks.misses > 0,
            spread=spread_of(watched.ref),
        )

    async def plan_but_page(self, watched: WatchedPetition, findings: Findings, now: datetime) -> Schedule:
        """Plan after something else was read: the document's turn stays where it was, or comes sooner."""
        planned = await self.plan(watched, findings, now)
        return replace(planned, page_at=sooner(watched.schedule.page_at, planned.page_at))

    async def meet(
        self, ref: PetitionRef, after: Snapshot, validator: Validator | None, now: datetime
    ) -> WatchedPetition | None:
        """Store a petition that was unknown. All it shows is old news. `None` when somebody else was faster."""
        findings = first_look(after)
        first = Look(
            ref=ref,
            version=0,
            snapshot=findings.snapshot,
            marks=findings.marks,
            schedule=plan(after, (), now, self._cadence, doubtful=False, spread=spread_of(ref)),
            seen_at=now,
            full_at=now,
            reading=Reading(at=now, signatures=after.signatures),
            page_validator=validator,
        )
        return await self._petitions.record(first)

    async def record(
        self,
        watched: WatchedPetition,
        findings: Findings,
        now: datetime,
        *,
        schedule: Schedule,
        signatures: int | None,
        page_validator: Validator | None,
        count_validator: Validator | None,
        full: bool = False,
    ) -> WatchedPetition | None:
        """Store what a look found; `None` when another look was stored first.

        `signatures`: the count as shown. `full`: the document was asked for unconditionally.
        """
        stored = await self._petitions.record(
            Look(
                ref=watched.ref,
                version=watched.version,
                snapshot=findings.snapshot,
                marks=findings.marks,
                schedule=schedule,
                seen_at=watched.seen_at if findings.marks.misses else now,
                full_at=now if full else watched.full_at,
                reading=None if signatures is None else Reading(at=now, signatures=signatures),
                changes=findings.changes,
                page_validator=page_validator,
                count_validator=count_validator,
            )
        )
        if stored is not None and findings.changes:
            kinds = [str(change.news.kind) for change in findings.changes]
            log.info("petition.changed", petition=str(watched.ref), kinds=kinds)
        return stored


def unchanged(watched: WatchedPetition) -> Findings:
    """Return what "not modified" amounts to: everything is as it was."""
    return Findings(snapshot=watched.snapshot, marks=watched.marks)
