"""`python -m bot export` and `import`: what chats have chosen, from one database to another."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from storage.backup import Progress
from storage.database import Database, sqlite_path
from storage.export import export_all
from storage.export_format import ImportRefusedError, check_export
from storage.importing import Imported, import_export
from storage.migrations.migrate import newest_version, stored_version
from storage.new_file import new_file
from storage.storage import open_storage


class ExportRefusedError(Exception):
    """Nothing was exported."""


def export(path: Path | None, url: str, now: datetime) -> None:
    """Export the database, which may be in use, to a new file or to standard output. Raises `ExportRefusedError`."""
    database = sqlite_path(url)
    if not database.exists():
        raise ExportRefusedError(f"There is no database {database} yet.")
    if stored_version(database) != newest_version():
        raise ExportRefusedError(f"{database} is of an older version of the bot: `migrate` brings it up to date.")
    if path is not None and path.exists():
        raise ExportRefusedError(f"{path} is there already: give the export another name.")
    try:
        with _output(path) as output:
            asyncio.run(_write(output, database, now))
    except OSError as error:
        raise ExportRefusedError(f"{path or 'The export'} was not written: {error.strerror}.") from error


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        # A descriptor of its own, so that what a reader who has gone leaves unwritten is not tried again at the end.
        with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as output:
            yield output
    else:
        with new_file(path) as unfinished, unfinished.open("w", encoding="utf-8") as output:
            yield output


async def _write(output: TextIO, database: Path, now: datetime) -> None:
    async with aclosing(Database(database)) as opened, aclosing(export_all(opened, now)) as lines:
        async for line in lines:
            output.write(f"{line}\n")


async def import_from(path: Path, url: str, now: datetime, progress: Progress) -> Imported:
    """Take in an export, all of it or, if it has mistakes, nothing. Raises `ImportRefusedError` and `LockedError`."""
    total = Imported()
    try:
        chats = check_export(path)
        async with open_storage(url) as storage, aclosing(import_export(storage.database, path, now)) as batches:
            async for batch in batches:
                total += batch
                progress(total.read / chats)
    except OSError as error:
        raise ImportRefusedError(f"{path} cannot be read: {error.strerror}.") from error
    return total
