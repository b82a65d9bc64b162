"""Which groups of kinds each place wants to hear of, and whether with pictures."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select, update

from petitions.follows import Place
from petitions.preferences import PREFERENCES, Preference
from storage.conflicts import insert
from storage.database import Database
from storage.schema import NEWEST_CHANGE, follows, preferences

_NAMED = {preference.value: preference for preference in PREFERENCES}
_CHOSEN = select(preferences.c.name, preferences.c.wanted).where(
    preferences.c.chat_id == bindparam("chat"),
    preferences.c.thread == bindparam("topic"),
    preferences.c.name.in_(_NAMED),
)
_INSERT = insert(preferences)
_CHOOSE = _INSERT.on_conflict_do_update(
    index_elements=[preferences.c.chat_id, preferences.c.thread, preferences.c.name],
    set_={"wanted": _INSERT.excluded.wanted},
)
CHOSEN_ANEW = update(follows).where(follows.c.chat_id == bindparam("chat")).values(choices_after=NEWEST_CHANGE)
"""Notes with what a chat follows that news so far may have come when something else was chosen."""


class PreferenceStore:
    """What places have chosen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chosen(self, place: Place) -> Mapping[Preference, bool]:
        key = {"chat": place.chat, "topic": place.thread}
        return {_NAMED[row.name]: row.wanted for row in await self._database.query(_CHOSEN, key)}

    async def choose(self, place: Place, preference: Preference, *, wanted: bool) -> None:
        values = {"chat_id": place.chat, "thread": place.thread, "name": preference, "wanted": wanted}
        async with self._database.write() as connection:
            await connection.execute(_CHOOSE, values)
            await connection.execute(CHOSEN_ANEW, {"chat": place.chat})
