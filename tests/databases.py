"""Databases as the bot leaves them after its first start, without the time that the migrations take."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.migrations.migrate import upgrade


def create_database(path: Path) -> None:
    """Create a database file with tables and nothing in them, and its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(_empty())


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        upgrade(path)
        return path.read_bytes()
