"""Puts mistakes into the code, one at a time, and says which of them no test notices.

    make mutants ARGS="--sample 150 --seed 1"

mutmut makes the mistakes in `mutants/`, a copy of the tree, and runs for each the tests that reach it (`pyproject.toml`
says of which folders). Mistakes that change nothing anybody could notice are listed with their reasons beside this file
(`equivalent_mutants.toml`) and do not count.
"""

import argparse
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random  # noqa: TID251 - seeded

ROOT = Path(__file__).resolve().parents[1]
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")
NOBODY = "nothing.is.called.so"
"""With a name that fits no mistake mutmut makes them all, sees which tests reach what, and ends."""

NOTICED = {"killed", "timeout", "segfault"}
UNTRIED = "not checked"
_RESULT = re.compile(r"^\s*(\S+__mutmut_\d+): (.+)$", re.MULTILINE)


def mutmut(*arguments: str) -> str:
    """Run mutmut and return what it prints."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def results() -> Mapping[str, str]:
    """How each mistake ended, by its name."""
    return dict(_RESULT.findall(mutmut("results", "--all", "true")))


def changed(diff: str) -> tuple[str, str]:
    """The lines that a mistake takes away and puts in."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    took, put = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return took, put


def equivalent(diffs: Mapping[str, str]) -> set[str]:
    """Those of the mistakes that are listed as changing nothing: same function, same lines."""
    listed = {(each["function"], each["was"], each["is"]) for each in tomllib.loads(EQUIVALENT.read_text())["mutant"]}
    return {name for name, diff in diffs.items() if (name.rpartition("__mutmut_")[0], *changed(diff)) in listed}


def noticed(name: str) -> bool:
    """Try all quick tests of the folder that a mistake is in.

    mutmut knows which tests reach a function, but not which need what it made while the code was imported.
    """
    tests = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not slow"]
    folder = f"tests/{name.partition('.')[0]}"
    environment = {**os.environ, "MUTANT_UNDER_TEST": name}
    ran = subprocess.run([*tests, folder], cwd=ROOT / "mutants", env=environment, capture_output=True, check=False)
    return ran.returncode != 0


def report(names: Sequence[str], ends: Mapping[str, str]) -> int:
    """Print what became of these mistakes; 0 when at least nine in ten were noticed."""
    missed = {name: mutmut("show", name) for name in names if ends[name] not in NOTICED and not noticed(name)}
    harmless = equivalent(missed)
    survivors = {name: diff for name, diff in missed.items() if name not in harmless}
    for name, diff in survivors.items():
        print(diff, *changed(diff), sep="\n", end=f"\n{name}\n\n")
    counted = len(names) - len(harmless)
    killed = counted - len(survivors)
    print(f"{killed} killed, {len(survivors)} survived, {len(harmless)} equivalent: {killed / counted:.1%} killed")
    return 0 if killed >= 0.9 * counted else 1


def main() -> int:
    """Try a sample of all mistakes."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=150, help="how many are tried")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    given = parser.parse_args()
    mutmut("run", NOBODY)
    everything = sorted(results())
    print(f"trying {given.sample} of {len(everything)}, seed {given.seed}", flush=True)
    names = Random(given.seed).sample(everything, given.sample)
    said = mutmut("run", *names)
    ends = results()
    if untried := sum(ends[name] == UNTRIED for name in names):
        print(f"{untried} were not tried: do the quick tests pass? mutmut said last: {' '.join(said.split()[-12:])}")
        return 2
    return report(names, ends)


if __name__ == "__main__":
    sys.exit(main())
