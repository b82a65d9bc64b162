"""Taking updates in: what is over a limit is refused before it is stored, so that nobody's flood becomes a queue."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from bot.metrics import UPDATES
from bot.raw_updates import RawUpdate, UnreadableUpdate
from bot.updates import CommandNames, UpdateKind, chat_key, chat_of, kind_of, person_of, stored_update
from handlers.routing import OVER_LIMIT
from services.command_limit import Admission, CommandLimit, RateLimit
from storage.updates import NewUpdate, UpdateStore

log = structlog.get_logger(__name__)


class Intake:
    """Stores the updates that may come in, in one transaction for each batch.

    Updates that tell of a chat (blocked, migrated, reopened) always may. The first request in a minute that is over a
    limit is stored with a mark that makes its answer a notice. Of what a group's members write to each other one
    update a minute is kept: it shows that the chat can be reached.
    """

    def __init__(
        self,
        *,
        updates: UpdateStore,
        limit: CommandLimit,
        monotonic: Callable[[], float],
        commands: Callable[[], CommandNames],
        waiting: Callable[[str], int],
        banned: Callable[[int | None, int | None], bool],
        on_stored: Callable[[], None],
    ) -> None:
        """Take the store and the limits.

        `banned` tells whether a chat or person is; of these only updates that tell of a chat are stored.
        `waiting` tells how many updates of a chat (by its key) are not handled yet; `on_stored` is called when there
        are new ones.
        """
        self._updates = updates
        self._limit = limit
        self._chatter = RateLimit(1, monotonic)
        self._commands = commands
        self._waiting = waiting
        self._banned = banned
        self._on_stored = on_stored

    async def take(self, updates: Sequence[RawUpdate], now: datetime) -> None:
        """Return once all updates are safely stored or refused. Of those that cannot be read only the id is stored."""
        commands = self._commands()
        readable = [update for update in updates if not isinstance(update, UnreadableUpdate)]
        unreadable = [update.update_id for update in updates if isinstance(update, UnreadableUpdate)]
        admitted = [stored for update in readable if (stored := self._admitted(update, commands)) is not None]
        UPDATES.labels("refused").inc(len(readable) - len(admitted))
        if unreadable:
            await self._updates.store_unreadable(unreadable, now)
            UPDATES.labels("unreadable").inc(len(unreadable))
            log.warning("updates.unreadable", update_ids=unreadable[:10], updates=len(unreadable))
        if admitted:
            await self._updates.store(admitted, now)
            UPDATES.labels("stored").inc(len(admitted))
            self._on_stored()

    def _admitted(self, update: Mapping[str, object], commands: CommandNames) -> NewUpdate | None:
        chat, person = chat_of(update), person_of(update)
        key = chat if chat is not None else person
        kind = kind_of(update, commands)
        if kind is UpdateKind.SERVICE or key is None:
            return stored_update(update)
        if self._banned(chat, person):
            return None
        if kind is UpdateKind.CHATTER:
            return stored_update(update) if self._chatter.allow(key) else None
        match self._limit.admit(key, person, waiting=self._waiting(chat_key(update))):
            case Admission.ACCEPT:
                return stored_update(update)
            case Admission.NOTIFY:
                return stored_update({**update, OVER_LIMIT: True})
            case Admission.IGNORE:
                return None
