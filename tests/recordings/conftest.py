"""Where the recorded documents and series lie."""

import gzip
import os
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of recordings: the figures are real, the words invented (`tests/data/make.py`)."""
    packed, folder = _REPOSITORY / "tests" / "data", tmp_path_factory.mktemp("recordings")
    for path in packed.rglob("*.gz"):
        unpacked = folder / path.relative_to(packed).with_suffix("")
        unpacked.parent.mkdir(parents=True, exist_ok=True)
        unpacked.write_bytes(gzip.decompress(path.read_bytes()))
    return folder


@pytest.fixture(scope="session")
def originals() -> Path:
    """Return the recordings in their own words: `PETITION_RECORDINGS`, or `shared/data` beside the repository."""
    folder = Path(os.environ.get("PETITION_RECORDINGS") or _REPOSITORY.parent / "shared" / "data")
    if not (folder / "petitions" / "uk").is_dir():
        pytest.skip("the recordings in their own words are not here: set PETITION_RECORDINGS")
    return folder
