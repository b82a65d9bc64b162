"""Troubles that can be switched on from the page: a petition site that fails, a Telegram that refuses, its limits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sandbox.parliament.faults import Fault as SiteFault
from sandbox.parliament.faults import FaultKind
from sandbox.parliament.faults import Faults as SiteFaults
from sandbox.telegram.errors import Json
from sandbox.telegram.faults import Cut, Fault, Moment, Refuse
from sandbox.telegram.limits import limit_model
from sandbox.telegram.local import LocalTelegram

SITE_WELL = "well"
NO_LIMITS = "none"


class TelegramTrouble(StrEnum):
    """What the next messages of the bot meet."""

    TOO_MANY = "too_many"
    BROKEN = "broken"
    NOT_CONNECTED = "not_connected"
    NO_ANSWER = "no_answer"


_TELEGRAM: Mapping[TelegramTrouble, Fault] = {
    TelegramTrouble.TOO_MANY: Refuse(
        status=429, description="Too Many Requests: retry after 5", parameters={"retry_after": 5}
    ),
    TelegramTrouble.BROKEN: Refuse(status=500, description="Internal Server Error"),
    TelegramTrouble.NOT_CONNECTED: Cut(moment=Moment.BEFORE_ACTING),
    TelegramTrouble.NO_ANSWER: Cut(moment=Moment.AFTER_ACTING),
}


class Troubles:
    """The switches, and how they stand."""

    def __init__(self, site: SiteFaults, telegram: LocalTelegram) -> None:
        """Begin with whatever holds already."""
        self._site = site
        self._telegram = telegram

    def view(self, now: datetime) -> Json:
        """How the switches stand; what Telegram was told to refuse counts until the bot has met it."""
        pending = self._site.pending(now)
        limits = self._telegram.limits
        return {
            "site": pending[0].kind.value if pending else SITE_WELL,
            "telegram": bool(self._telegram.faults),
            "limits": limits.name if limits else NO_LIMITS,
        }

    def trouble_site(self, kind: str) -> None:
        """Let the site fail in one way until told otherwise, or be well. `ValueError` for an unknown way."""
        fault = None if kind == SITE_WELL else SiteFault(kind=FaultKind(kind), seconds=3, age=timedelta(hours=6))
        self._site.clear()
        if fault is not None:
            self._site.add(fault)

    def trouble_telegram(self, kind: TelegramTrouble, times: int) -> None:
        """Let the next `times` messages of the bot meet a failure."""
        self._telegram.faults.plan(_TELEGRAM[kind], times=times, method="sendMessage")

    def spare_telegram(self) -> None:
        """Forget the failures that have not been met yet."""
        self._telegram.faults.clear()

    def limit_telegram(self, name: str) -> None:
        """Count messages by another model of the limits. `ValueError` for an unknown one."""
        self._telegram.limits = limit_model(name)
