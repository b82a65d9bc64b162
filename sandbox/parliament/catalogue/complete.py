"""All invented petitions together, and when and how fast their time begins."""

from datetime import UTC, datetime

from sandbox.parliament.catalogue.archived import archived
from sandbox.parliament.catalogue.beginning import beginning
from sandbox.parliament.catalogue.growing import growing
from sandbox.parliament.catalogue.quiet import quiet
from sandbox.parliament.catalogue.telling import Teller
from sandbox.parliament.catalogue.turning import turning
from sandbox.parliament.life import Petition

DEFAULT_START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEFAULT_SPEED = 600.0
"""Site seconds for each real second: ten minutes a second, so that an hour takes six seconds and a day 2.4 minutes."""


def invented_petitions(start: datetime = DEFAULT_START) -> tuple[Petition, ...]:
    """Every invented petition, with lives that unfold from `start` on."""
    teller = Teller(start=start)
    return (*growing(teller), *turning(teller), *beginning(teller), *quiet(teller), *archived(teller))
