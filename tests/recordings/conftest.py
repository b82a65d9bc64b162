"""Where the recorded documents and series lie, if they do."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Return the folder of recordings: `PETITION_RECORDINGS`, or `shared/data` beside the repository."""
    folder = Path(os.environ.get("PETITION_RECORDINGS") or _REPOSITORY.parent / "shared" / "data")
    if not (folder / "petitions" / "uk").is_dir():
        pytest.skip("recordings are not here: set PETITION_RECORDINGS or put them at ../shared/data")
    return folder


@pytest.fixture(scope="session")
def cores() -> Iterator[ProcessPoolExecutor]:
    """Give a pool of processes, one a core: a long recording keeps a core busy for a minute."""
    pool = ProcessPoolExecutor(mp_context=get_context("spawn"))
    yield pool
    pool.shutdown(cancel_futures=True)
