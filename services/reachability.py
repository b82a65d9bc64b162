"""Which sites answer, since when one does not, and when to try again."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from petitions.answers import Busy, Unreadable
from petitions.cadence import Cadence, retry_at, spread_of
from petitions.petition import PetitionRef, Site

FAILURES_UNTIL_SILENT = 3
"""So many failures in a row are the site's; fewer may be those of one petition."""

MOST_REMEMBERED = 10_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a site was asked: a `part` of a petition, or a list of that name where `ref` is `None`."""

    site: Site
    part: str
    ref: PetitionRef | None = None


@dataclass(slots=True)
class _Trouble:
    since: datetime
    failures: int = 0
    pause_until: datetime | None = None
    told_to_wait: bool = False


class Reachability:
    """What the last answers tell of each site as a whole. Kept in memory: after a restart everything is asked again."""

    def __init__(self, cadence: Cadence) -> None:
        self._cadence = cadence
        self._troubles: dict[Site, _Trouble] = {}
        self._failures: dict[Question, int] = {}

    def may_ask(self, site: Site, now: datetime, *, urgent: bool) -> bool:
        """Tell whether the site may be asked now; for a person who waits also while only the watch pauses."""
        trouble = self._troubles.get(site)
        if trouble is None or trouble.pause_until is None or trouble.pause_until <= now:
            return True
        return urgent and not trouble.told_to_wait

    def answered(self, question: Question, now: datetime) -> None:
        """Note an answer that makes sense, whatever it says."""
        self._failures.pop(question, None)
        trouble = self._troubles.pop(question.site, None)
        if trouble is not None and trouble.failures >= FAILURES_UNTIL_SILENT:
            log.info("site.reachable", site=question.site, silent_since=trouble.since.isoformat())

    def failed(self, question: Question, answer: Busy | Unreadable, now: datetime) -> datetime:
        """Note a failure and return when to ask this again.

        The whole site is paused when it asks for that, or when it fails again and again.
        """
        failures = self._count(question, answer)
        if isinstance(answer, Busy) or question.ref is not None:
            # A site may lack a list and be well; a petition that cannot be read may be the first of all of them.
            self._blame_site(question.site, answer, now)
        spread = 0.0 if question.ref is None else spread_of(question.ref)
        return retry_at(answer, failures, now, self._cadence, spread=spread)

    def went_without(self, question: Question, answer: Unreadable) -> None:
        """Note a failure that is nobody's loss, because something else tells the same: it is logged once."""
        self._count(question, answer)

    def unreachable_since(self, site: Site) -> datetime | None:
        """Return since when the site has not answered, `None` while it does or has failed only once or twice."""
        trouble = self._troubles.get(site)
        return trouble.since if trouble is not None and trouble.failures >= FAILURES_UNTIL_SILENT else None

    def silent_since(self, site: Site, now: datetime) -> datetime:
        """Return since when to say that the site is silent to somebody whom it has failed just now."""
        trouble = self._troubles.get(site)
        return now if trouble is None else trouble.since

    def _count(self, question: Question, answer: Busy | Unreadable) -> int:
        failures = self._failures.pop(question, 0) + 1
        self._failures[question] = failures
        if len(self._failures) > MOST_REMEMBERED:
            del self._failures[next(iter(self._failures))]
        if isinstance(answer, Unreadable) and failures == 1:
            _log_unreadable(question, answer)
        return failures

    def _blame_site(self, site: Site, answer: Busy | Unreadable, now: datetime) -> None:
        trouble = self._troubles.setdefault(site, _Trouble(since=now))
        trouble.failures += 1
        beyond = trouble.failures - FAILURES_UNTIL_SILENT
        if beyond == 0:
            log.warning("site.unreachable", site=site, since=trouble.since.isoformat(), reason=answer.reason)
        if isinstance(answer, Busy) and (beyond >= 0 or answer.retry_after is not None):
            trouble.told_to_wait = answer.retry_after is not None
            trouble.pause_until = retry_at(answer, beyond + 1, now, self._cadence)


def _log_unreadable(question: Question, answer: Unreadable) -> None:
    if question.ref is None:
        log.warning("feed.unreadable", site=question.site, list=question.part, reason=answer.reason)
    else:
        log.warning("petition.unreadable", petition=str(question.ref), part=question.part, reason=answer.reason)
