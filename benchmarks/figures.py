"""Figures: what was measured, beside its goal, one line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a figure should be: at most so much, at least, or both."""

    most: float | None = None
    least: float | None = None

    def is_met(self, value: float) -> bool:
        """Tell whether the value reaches the goal."""
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def __str__(self) -> str:
        if self.most is not None and self.least is not None:
            return f"{self.least:g} – {self.most:g}"
        return f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"


NONE_AT_ALL = Goal(most=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. `values` are the repetitions; their median counts.

    `vital`: to miss this goal is a fault of the bot, not a slow machine.
    """

    name: str
    values: Sequence[float]
    unit: str = ""
    goal: Goal | None = None
    digits: int = 2
    vital: bool = False

    @property
    def value(self) -> float:
        """The median of the repetitions."""
        return median(self.values)

    @property
    def met(self) -> bool:
        """Whether the goal, if there is one, is reached."""
        return self.goal is None or self.goal.is_met(self.value)

    def line(self) -> str:
        """Name, value, spread, goal, and whether it is met."""
        spread = f"({self._written(min(self.values))} – {self._written(max(self.values))})"
        verdict = "" if self.goal is None else f"goal {self.goal!s:<11} {'met' if self.met else 'NOT MET'}"
        value = f"{self._written(self.value)} {self.unit}".strip()
        return f"  {self.name:<58}{value:>14}  {spread if len(self.values) > 1 else '':<22}{verdict}".rstrip()

    def _written(self, value: float) -> str:
        return f"{value:,.{self.digits}f}"
