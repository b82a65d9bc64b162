"""All that is remembered, opened at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from sqlalchemy import bindparam
from sqlalchemy.exc import SQLAlchemyError

from storage.alerts import AlertStore
from storage.approvals import ApprovalStore
from storage.audit import AuditStore
from storage.bans import BanStore
from storage.breakdowns import BreakdownStore
from storage.broadcasts import BroadcastStore
from storage.channels import ChannelStore
from storage.chats import ChatStore
from storage.conflicts import insert
from storage.database import Database, sqlite_path
from storage.feeds import FeedStore
from storage.follows import FollowStore
from storage.given_up import GivenUpStore
from storage.lock import process_lock
from storage.messages import MessageStore
from storage.migrations.migrate import upgrade
from storage.petitions import PetitionStore
from storage.pictures import PictureStore
from storage.preferences import PreferenceStore
from storage.schema import checks
from storage.scoreboards import ScoreboardStore
from storage.statistics import StatisticsStore
from storage.subscriptions import SubscriptionStore
from storage.successors import SuccessorStore
from storage.switches import SwitchStore
from storage.tidy import TidyStore
from storage.updates import UpdateStore

PROBE_SECONDS = 3
"""So long may it take to write a row: whoever asks about our health does not wait for ever."""

_CHECK = (
    insert(checks)
    .values(id=1, number=1)
    .on_conflict_do_update(index_elements=[checks.c.id], set_={"number": checks.c.number + bindparam("step", 1)})
)


class Storage:
    """The stores of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.petitions = PetitionStore(database)
        self.successors = SuccessorStore(database)
        self.feeds = FeedStore(database)
        self.follows = FollowStore(database)
        self.subscriptions = SubscriptionStore(database)
        self.preferences = PreferenceStore(database)
        self.chats = ChatStore(database)
        self.bans = BanStore(database)
        self.channels = ChannelStore(database)
        self.approvals = ApprovalStore(database)
        self.broadcasts = BroadcastStore(database)
        self.scoreboards = ScoreboardStore(database)
        self.alerts = AlertStore(database)
        self.messages = MessageStore(database)
        self.audit = AuditStore(database)
        self.given_up = GivenUpStore(database)
        self.breakdowns = BreakdownStore(database)
        self.pictures = PictureStore(database)
        self.statistics = StatisticsStore(database)
        self.updates = UpdateStore(database)
        self.switches = SwitchStore(database)
        self.tidy = TidyStore(database)

    async def writable(self) -> bool:
        """Tell whether a row can be written and committed within a few seconds."""
        try:
            async with asyncio.timeout(PROBE_SECONDS), self.database.write() as connection:
                await connection.execute(_CHECK)
        except (SQLAlchemyError, OSError, TimeoutError):
            return False
        return True


@asynccontextmanager
async def open_storage(url: str) -> AsyncIterator[Storage]:
    """Lock the database, bring its tables up to date and open it.

    Raises `UnsupportedDatabaseError`, `LockedError` (another instance runs) or `NewerDatabaseError`.
    """
    path = sqlite_path(url)
    with process_lock(path):
        await asyncio.to_thread(upgrade, path)
        async with aclosing(Database(path)) as database:
            yield Storage(database)
