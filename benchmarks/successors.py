"""How often two petitions are taken wrongly for the same demand, or not known again.

Of 8,473 recorded petitions only the titles are kept. All pairs of them with a title likeness of `JUDGED_FROM` or more,
and some below, were judged by reading nothing but the titles: `judged_pairs.csv`. At each likeness the table says what
the backgrounds have to share beside it, how many pairs there are, how many of the judged ones are not the same demand,
and how many that are lie below. Nothing says how many come back in words so different that no comparison of words
finds them.

Beside it all recorded documents are compared, every one with every other: no two of these ask for the same. Those that
were recorded several times count once. The committed documents are in invented words, which have little to do with
language, but are to be taken for the same no more than others.
"""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.children import ROOT
from benchmarks.figures import Figure, Goal
from petitions.petition import PetitionRef, PetitionState, Site, Snapshot
from petitions.successors import (
    ALIKE,
    BACKGROUNDS_ALIKE,
    LEAST_SHARED,
    TITLES_ALIKE,
    ask_for_the_same,
    background_likeness,
    telling_words,
    title_likeness,
)

JUDGED = Path(__file__).with_name("judged_pairs.csv")
RECORDED = ROOT.parent / "shared" / "data"
INVENTED = ROOT / "tests" / "data"
TITLES = RECORDED / "lists" / "uk-lda-epetitions-2017-01.csv"
JUDGED_FROM = 0.6
LIKENESSES = (TITLES_ALIKE, JUDGED_FROM, 0.7, 0.8, 1 - BACKGROUNDS_ALIKE, 0.9)

Pair = tuple[str, str]


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Print what titles alone would have led to, and return what titles and backgrounds do."""
    del folder, quick
    if not TITLES.is_file():
        print("  The recorded titles are not here.")
    return [*(_titles() if TITLES.is_file() else ()), *_documents()]


_LINE = "  {:>8}" + "{:>14}" * 5


def _titles() -> Iterator[Figure]:
    with TITLES.open() as lines:
        titles = {row["id"]: row["action"] for row in csv.DictReader(lines)}
    with JUDGED.open() as lines:
        same = {(row["older"], row["newer"]): row["same"] == "yes" for row in csv.DictReader(lines)}
    alike = {pair: title_likeness(titles[pair[0]], titles[pair[1]]) for pair in _sharing(titles)}
    print(_LINE.format("titles", "backgrounds", "pairs", "judged", "not the same", "missed"))
    for likeness in LIKENESSES:
        print(
            _LINE.format(
                f"{likeness:.2f}", f"{max(BACKGROUNDS_ALIKE, ALIKE - likeness):.2f}", *_row(alike, same, likeness)
            )
        )
    enough = {pair for pair, likeness in alike.items() if likeness >= 1 - BACKGROUNDS_ALIKE}
    wrong = sum(not same.get(pair, True) for pair in enough)
    yield Figure(
        name="another demand, of pairs with the most alike titles",
        values=[wrong / len(enough)],
        goal=Goal(most=0.05),
    )
    unjudged = sum(likeness >= JUDGED_FROM and pair not in same for pair, likeness in alike.items())
    yield Figure(name="not judged", values=[unjudged], goal=Goal(most=0))
    allowed = sum(judged and alike.get(pair, 0) >= TITLES_ALIKE for pair, judged in same.items())
    yield Figure(name="the same demand, and titles too unlike", values=[1 - allowed / sum(same.values())])


def _row(alike: Mapping[Pair, float], same: Mapping[Pair, bool], likeness: float) -> tuple[int, int, int, int]:
    found = {pair for pair, each in alike.items() if each >= likeness}
    judged = found & same.keys()
    missed = sum(is_same and pair not in found for pair, is_same in same.items())
    return len(found), len(judged), sum(not same[pair] for pair in judged), missed


def _sharing(titles: Mapping[str, str]) -> Iterator[Pair]:
    """Yield the pairs that would be compared at all."""
    words = {number: telling_words(title) for number, title in titles.items()}
    places: dict[str, list[str]] = {}
    for number in sorted(words, key=int):
        shared = Counter(other for word in words[number] for other in places.get(word, ()))
        yield from ((other, number) for other, count in shared.items() if count >= LEAST_SHARED)
        for word in words[number]:
            places.setdefault(word, []).append(number)


def _documents() -> Iterator[Figure]:
    recorded = dict(_read(RECORDED))
    if recorded:
        pairs = combinations(recorded.values(), 2)
        highest = max(background_likeness(one.background, other.background) for one, other in pairs)
        yield Figure(name="most alike backgrounds of different petitions", values=[highest], goal=Goal(most=0.15))
    for name, petitions in (("recorded", recorded), ("in invented words", dict(_read(INVENTED)))):
        wrong = sum(ask_for_the_same(one, other) for one, other in combinations(petitions.values(), 2))
        yield Figure(name=f"taken for the same, of {len(petitions)} {name}", values=[wrong], goal=Goal(most=0))


def _read(folder: Path) -> Iterator[tuple[str, Snapshot]]:
    for path in sorted(folder.rglob("*.json*")):
        if {"petitions", "lists"} & set(path.relative_to(folder).parts):
            with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
                document = json.load(lines)
            data = document.get("data", document)
            for item in data if isinstance(data, list) else [data]:
                yield str(item["id"]), _snapshot(item)


def _snapshot(item: Mapping[str, Any]) -> Snapshot:
    attributes = item["attributes"]
    return Snapshot(
        ref=PetitionRef(site=Site.UK, number=str(item["id"])),
        title=attributes["action"],
        state=PetitionState.OPEN,
        signatures=0,
        background=attributes.get("background") or "",
    )
