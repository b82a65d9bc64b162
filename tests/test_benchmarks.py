"""The benchmarks run, and find nothing lost; how fast things are is not asserted here."""

import os
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.figures import Figure, Goal
from benchmarks.rate_limits import shortest
from tests.processes import completed

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
@pytest.mark.parametrize("name", ["throughput", "footprint", "limits", "hostile", "day"])
def test_every_measurement_runs_and_loses_nothing(name: str) -> None:
    before = folders(name)  # of a run that was killed
    ran = completed(main, ["--quick", "--only", name], folder=ROOT, environment=os.environ)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "goal" in ran.stdout
    assert folders(name) <= before


def folders(name: str) -> set[Path]:
    """Where a measurement keeps its databases, or has kept them."""
    return set((ROOT / "data").glob(f"benchmark-{name}-*"))


def test_a_figure_is_the_median_beside_its_goal() -> None:
    figure = Figure(name="ratio", values=[0.4, 0.6, 0.7], unit="×", goal=Goal(least=0.5))
    assert figure.met
    assert figure.line().split() == ["ratio", "0.60", "×", "(0.40", "–", "0.70)", "goal", "≥", "0.5", "met"]
    assert "NOT MET" in Figure(name="lost", values=[1], goal=Goal(most=0)).line()


@pytest.mark.parametrize(
    ("model", "messages", "each", "seconds"),
    [
        ("L", 30, 20, 0),
        ("L", 2_300, 20, 75 + 2 / 3),
        ("S", 30, 20, 0),
        ("S", 31, 20, 1),
        ("P", 2_300, 20, 76),
        ("L", 30, 30, 30),
        ("S", 30, 21, 60),
    ],
)
def test_no_sender_is_faster_than_the_model_allows(model: str, messages: int, each: int, seconds: float) -> None:
    assert shortest(model, messages, each) == pytest.approx(seconds)
