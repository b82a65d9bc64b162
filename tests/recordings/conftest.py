"""Where the recorded documents and series lie, if they do."""

import os
from collections import Counter
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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many of these tests were skipped, and why."""
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if "tests/recordings/" in report.nodeid]
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, times in reasons.items():
        terminalreporter.write_line(f"tests with recordings, skipped: {times} ({reason})")
