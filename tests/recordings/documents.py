"""Recorded documents of the UK site as snapshots."""

import json
from pathlib import Path

from petitions.petition import Snapshot
from sites.uk_document import read_document

LAST_DOCUMENTS = {"241584": "2019-04-22T12:37:02", "722903": "2026-08-22T16:44:23"}
"""When the documents that stand outside of the folders of snapshots were recorded."""


def load(path: Path) -> dict[str, object]:
    """Return the JSON object of a file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def read(path: Path) -> Snapshot:
    """Return what the site's client reads in a file."""
    document = load(path)
    item = document.get("data", document)
    assert isinstance(item, dict)
    snapshot = read_document(document, number=str(item["id"]), archived=False)
    assert isinstance(snapshot, Snapshot), snapshot
    return snapshot
