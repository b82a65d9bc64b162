"""When a site may be asked: the one place that knows since when a site fails, and when to try again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cachetools import LRUCache

from petitions.answers import Busy, Unreadable
from petitions.cadence import Cadence, retry_at, spread_of
from petitions.petition import PetitionRef, Site

FAILURES_UNTIL_UNREACHABLE = 3
"""So many failures in a row are the site's; fewer may be those of one petition."""

PEOPLE_TRY_EVERY = timedelta(seconds=5)
"""How often a person's request may test a site that the watch leaves alone."""

MOST_REMEMBERED = 10_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a site is asked: a `part` of a petition, or a list of that name where `ref` is `None`."""

    site: Site
    part: str
    ref: PetitionRef | None = None
    urgent: bool = False


@dataclass(slots=True)
class _Outage:
    since: datetime
    tried_at: datetime
    failures: int = 0
    pause_until: datetime | None = None
    told_to_wait: bool = False


class SiteBackOff:
    """What the last answers tell of each site as a whole. Kept in memory: after a restart everything is asked again."""

    def __init__(
        self,
        cadence: Cadence,
        *,
        on_long_wait: Callable[[Site, timedelta], None],
        off_since: Callable[[Site], datetime | None] = lambda _: None,
    ) -> None:
        """Call `on_long_wait` when a site wants to be left alone for longer than we do that.

        `off_since` tells since when an operator has a site asked nothing, `None` while it may be asked.
        """
        self.off_since = off_since
        self._cadence = cadence
        self._on_long_wait = on_long_wait
        self._outages: dict[Site, _Outage] = {}
        self._ill_since: dict[Site, datetime] = {}
        self._failures: LRUCache[Question, int] = LRUCache(MOST_REMEMBERED)

    def may_ask(self, site: Site, now: datetime, *, urgent: bool) -> bool:
        """Tell whether the site may be asked now.

        While only the watch pauses, a person may try now and then; nobody may while the site has told us to wait, or an
        operator has switched it off.
        """
        if self.off_since(site) is not None:
            return False
        outage = self._outages.get(site)
        if outage is None or outage.pause_until is None or outage.pause_until <= now or outage.tried_at > now:
            return True  # and a clock that was ahead when the site failed is not waited for
        if not urgent or outage.told_to_wait or now - outage.tried_at < PEOPLE_TRY_EVERY:
            return False
        outage.tried_at = now
        return True

    def answered(self, question: Question) -> None:
        """Note an answer that makes sense, whatever it says."""
        self._failures.pop(question, None)
        outage = self._outages.pop(question.site, None)
        if outage is not None and outage.failures >= FAILURES_UNTIL_UNREACHABLE:
            log.info("site.reachable", site=question.site, silent_since=outage.since.isoformat())

    def failed(self, question: Question, answer: Busy | Unreadable, now: datetime) -> datetime:
        """Note a failure and return when to ask this again.

        The whole site is paused when it asks for that, or when the watch fails again and again.
        """
        failures = self._count(question, answer)
        if isinstance(answer, Busy) or question.ref is not None:
            # A site may lack a list and be well; a petition that cannot be read may be the first of all of them.
            self._blame_site(question, answer, now)
        spread = 0.0 if question.ref is None else spread_of(question.ref)
        return retry_at(answer, failures, now, self._cadence, spread=spread)

    def went_without(self, question: Question, answer: Unreadable) -> None:
        """Note a failure that is nobody's loss, because something else tells the same: it is logged once."""
        self._count(question, answer)

    def unreachable_since(self, site: Site) -> datetime | None:
        """Return since when the site has not answered, `None` while it does or has failed only once or twice.

        One failure is enough when with it the site asks for a longer rest than an unreachable site is left alone.
        Nor is it known of a site that is switched off.
        """
        outage = self._outages.get(site) if self.off_since(site) is None else None
        return outage.since if outage is not None and outage.failures >= FAILURES_UNTIL_UNREACHABLE else None

    def silent_since(self, site: Site, now: datetime) -> datetime:
        """Return since when to say that the site is silent to somebody whom it has failed just now."""
        outage = self._outages.get(site)
        return now if outage is None else outage.since

    def missing_together(self, site: Site, now: datetime, *, ill: bool) -> None:
        """Note whether so many of a site's petitions are missing that nothing it says of them is believed."""
        if not ill:
            if self._ill_since.pop(site, None) is not None:
                log.info("site.shows_petitions_again", site=site)
        elif site not in self._ill_since:
            self._ill_since[site] = now
            log.warning("site.petitions_missing", site=site)

    def ill_since(self, site: Site) -> datetime | None:
        """Return since when many of the site's petitions are missing together, `None` while they are not."""
        return self._ill_since.get(site)

    def _count(self, question: Question, answer: Busy | Unreadable) -> int:
        failures = self._failures.get(question, 0) + 1
        self._failures[question] = failures
        if isinstance(answer, Unreadable) and failures == 1:
            _log_unreadable(question, answer)
        return failures

    def _blame_site(self, question: Question, answer: Busy | Unreadable, now: datetime) -> None:
        site = question.site
        outage = self._outages.setdefault(site, _Outage(since=now, tried_at=now))
        told = answer.retry_after if isinstance(answer, Busy) else None
        if question.urgent and told is None:
            return  # what one person asks for may be refused or broken by itself: that does not pause the watch
        known, outage.tried_at = outage.failures, now
        outage.failures += 1
        if told is not None and told > self._cadence.longest_back_off:
            outage.failures = max(outage.failures, FAILURES_UNTIL_UNREACHABLE)  # it says so itself
        beyond = outage.failures - FAILURES_UNTIL_UNREACHABLE
        if known < FAILURES_UNTIL_UNREACHABLE <= outage.failures:
            log.warning("site.unreachable", site=site, since=outage.since.isoformat(), reason=answer.reason)
        if told is not None and told > self._cadence.longest_told:
            self._on_long_wait(site, told)
        if isinstance(answer, Busy) and (beyond >= 0 or told is not None):
            outage.told_to_wait = told is not None
            outage.pause_until = retry_at(answer, beyond + 1, now, self._cadence)


def _log_unreadable(question: Question, answer: Unreadable) -> None:
    if question.ref is None:
        log.warning("feed.unreadable", site=question.site, list=question.part, reason=answer.reason)
    else:
        log.warning("petition.unreadable", petition=str(question.ref), part=question.part, reason=answer.reason)
