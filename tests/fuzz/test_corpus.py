"""Inputs that broke something once, or could, break nothing now."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).with_name("corpus")
INPUTS = sorted(file for file in CORPUS.rglob("*") if file.is_file())


@pytest.mark.parametrize("kept", INPUTS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_kept_input_breaks_nothing(kept: Path) -> None:
    TARGETS[kept.parent.name].check(kept.read_bytes())


def test_every_target_has_inputs() -> None:
    assert {kept.parent.name for kept in INPUTS} == TARGETS.keys()
