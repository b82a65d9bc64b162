"""Fuzzing: as many inputs as there is time for, to each target in turn.

    make fuzz ARGS="--seconds 30"

An input that breaks something is made as small as possible and kept in `corpus/`, where `make test` finds it again.
"""

import argparse
import logging
import os
import sys
from hashlib import sha256
from pathlib import Path
from time import monotonic

from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz.targets import TARGETS, Target

CORPUS = Path(__file__).with_name("corpus")
AT_ONCE = 200


def fuzz(target: Target, seconds: float, first_seed: int) -> tuple[int, bytes | None]:
    """Return how many inputs were tried, and one that breaks something, if there was any."""
    tried, until, last = 0, monotonic() + seconds, b""

    def check(raw: bytes) -> None:
        nonlocal tried, last
        tried, last = tried + 1, raw
        target.check(raw)

    limits = settings(max_examples=AT_ONCE, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    while monotonic() < until:
        first_seed += 1
        try:
            seed(first_seed)(limits(given(target.inputs)(check)))()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return tried, last
    return tried, None


def main() -> int:
    """Fuzz every target, or those that are named; 1 when something broke."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="target", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=30.0, help="for each target")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)), help="to try the same again")
    given_ = parser.parse_args()
    logging.disable()  # what is wrong with thousands of inputs is no news
    broken = 0
    for name in given_.targets or TARGETS:
        began = monotonic()
        tried, culprit = fuzz(TARGETS[name], given_.seconds, given_.seed)
        print(f"{name:<16}{tried:>9,} inputs in {monotonic() - began:.0f} s, seed {given_.seed}", flush=True)
        if culprit is not None:
            broken += 1
            kept = CORPUS / name / sha256(culprit).hexdigest()[:12]
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(culprit)
            print(f"  broken by {culprit[:200]!r}, kept in {kept}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
