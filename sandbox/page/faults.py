"""Faults that can be switched on from the page: a petition site that fails, a Telegram that refuses, its limits."""

from collections.abc import Mapping
from datetime import timedelta

from sandbox.page.requests import SetFaults
from sandbox.parliament.faults import Fault as SiteFault
from sandbox.parliament.faults import FaultKind
from sandbox.telegram.errors import Json
from sandbox.telegram.faults import Cut, Fault, Moment, Refuse
from sandbox.telegram.flood_control import flood_control
from sandbox.world import SandboxWorld

NONE = "none"

_TELEGRAM: Mapping[str, Fault] = {
    "too_many": Refuse(status=429, description="Too Many Requests: retry after 5", parameters={"retry_after": 5}),
    "broken": Refuse(status=500, description="Internal Server Error"),
    "not_connected": Cut(moment=Moment.BEFORE_ACTING),
    "no_answer": Cut(moment=Moment.AFTER_ACTING),
}


def faults_view(world: SandboxWorld) -> Json:
    """How the switches stand; what Telegram was told to refuse counts until the bot has met it."""
    pending = world.site.faults.pending(world.clock.now())
    model = world.telegram.flood_control
    return {
        "site": pending[0].kind.value if pending else NONE,
        "telegram": bool(world.telegram.faults),
        "flood_control": model.name if model else NONE,
    }


def set_faults(world: SandboxWorld, wanted: SetFaults) -> None:
    """Switch what is given. `ValueError` for an unknown fault of the site or an unknown model of flood control."""
    if wanted.site is not None:
        # Looked up first: an unknown one changes nothing.
        kind = None if wanted.site == NONE else FaultKind(wanted.site)
        world.site.faults.clear()
        if kind is not None:
            world.site.faults.add(SiteFault(kind=kind, seconds=3, age=timedelta(hours=6)))
    if wanted.flood_control is not None:
        world.telegram.flood_control = flood_control(wanted.flood_control)
    if wanted.clear_telegram:
        world.telegram.faults.clear()
    if wanted.telegram is not None:
        world.telegram.faults.plan(_TELEGRAM[wanted.telegram], times=wanted.times, method="sendMessage")
