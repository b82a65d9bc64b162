"""What operators switch while the bot runs: single sites off, and alerts, for maintenance. It outlasts restarts."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from petitions.petition import Site
from services.ports import SwitchStore

log = structlog.get_logger(__name__)

_MAINTENANCE = "maintenance"


class Switches:
    """Kept in memory too, because everything that is asked or sent is asked about."""

    def __init__(self, *, switches: SwitchStore) -> None:
        self._switches = switches
        self._since: Mapping[str, datetime] = {}

    async def load(self) -> None:
        """Read what is switched."""
        self._since = await self._switches.all()

    @property
    def maintenance_since(self) -> datetime | None:
        """Since when alerts wait, `None` while they don't."""
        return self._since.get(_MAINTENANCE)

    def off_since(self, site: Site) -> datetime | None:
        """Return since when a site is asked nothing, `None` while it is."""
        return self._since.get(_off(site))

    async def set_maintenance(self, now: datetime, *, on: bool) -> None:
        """Let alerts wait, or go on."""
        await self._set(_MAINTENANCE, now, on=on)

    async def set_off(self, site: Site, now: datetime, *, off: bool) -> None:
        """Ask a site nothing, or go on."""
        await self._set(_off(site), now, on=off)

    async def _set(self, name: str, now: datetime, *, on: bool) -> None:
        await (self._switches.set(name, now) if on else self._switches.unset(name))
        await self.load()
        log.info("switch.set", switch=name, on=on)


def _off(site: Site) -> str:
    return f"off:{site}"
