"""The recordings in `tests/data` are the real ones in everything but their words."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

from sites.uk_document import read_document, read_page


def test_every_recording_but_its_words_is_the_original(originals: Path, recordings: Path) -> None:
    paths = sorted((originals / "petitions" / "uk").rglob("*.json"))
    assert len(paths) >= 60
    for path in paths:
        original, copy = (_document(folder / path.relative_to(originals)) for folder in (originals, recordings))
        assert list(_facts(read_document(copy, number=path.stem, archived=False))) == list(
            _facts(read_document(original, number=path.stem, archived=False))
        )
    name = "lists/uk-petitions-page1-2015-08-26.json"
    pages = [read_page(_document(folder / name), number=1, debated=None) for folder in (originals, recordings)]
    assert list(_facts(pages[0])) == list(_facts(pages[1]))
    for path in sorted((originals / "series").glob("*.csv")):
        assert (recordings / "series" / path.name).read_bytes() == path.read_bytes()


def _document(path: Path) -> dict[str, object]:
    document = json.loads(path.read_bytes())
    assert isinstance(document, dict)
    return document


def _facts(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """All parts of what was read; of texts, only their length."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _facts(getattr(value, field.name), f"{name}.{field.name}")
    elif isinstance(value, tuple):
        for inner in value:
            yield from _facts(inner, f"{name}[]")
    else:
        yield name, len(value) if type(value) is str else value
