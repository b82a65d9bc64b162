"""What the pictures of messages show, and what Telegram calls those that it has."""

from datetime import datetime
from hashlib import sha256

import structlog
from sqlalchemy import bindparam, select, update

from messages.charts import Drawing, KeptPicture
from storage.conflicts import insert
from storage.database import Database
from storage.documents import DRAWING
from storage.schema import pictures

_log = structlog.get_logger()

KEY_LENGTH = 32

_INSERT = insert(pictures)
_KEEP = _INSERT.on_conflict_do_update(index_elements=[pictures.c.key], set_={"kept_at": _INSERT.excluded.kept_at})
_FIND = select(pictures.c.drawing, pictures.c.file_id).where(pictures.c.key == bindparam("wanted"))
_UPLOADED = update(pictures).where(pictures.c.key == bindparam("wanted")).values(file_id=bindparam("its_id"))


class PictureStore:
    """The pictures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, drawing: Drawing, now: datetime) -> str:
        """Remember a picture; its key is a digest of all that it shows."""
        document = DRAWING.write(drawing)
        key = sha256(document.encode()).hexdigest()[:KEY_LENGTH]
        async with self._database.write() as connection:
            await connection.execute(_KEEP, {"key": key, "drawing": document, "kept_at": now})
        return key

    async def find(self, key: str) -> KeptPicture | None:
        row = (await self._database.query(_FIND, {"wanted": key})).one_or_none()
        if row is None:
            return None
        try:
            return KeptPicture(drawing=DRAWING.read(row.drawing), file_id=row.file_id)
        except ValueError as error:
            _log.error("picture.unreadable", picture=key, error=str(error))
            return None

    async def uploaded(self, key: str, file_id: str | None) -> None:
        async with self._database.write() as connection:
            await connection.execute(_UPLOADED, {"wanted": key, "its_id": file_id})
