"""How far a command has come: a bar on a terminal, a line for each tenth elsewhere."""

from dataclasses import dataclass, field
from typing import TextIO

WIDTH = 40


@dataclass(slots=True)
class ProgressBar:
    """Shows the share that is done, whenever it is called with one between 0 and 1."""

    label: str
    stream: TextIO
    _shown: int = field(default=-1, init=False)

    def __call__(self, share: float) -> None:
        """Show the share if that makes a difference to see."""
        on_terminal = self.stream.isatty()
        reached = int(share * (100 if on_terminal else 10))
        if reached <= self._shown:
            return
        self._shown = reached
        if on_terminal:
            bar = "█" * (reached * WIDTH // 100)
            self.stream.write(f"\r{self.label} {bar:·<{WIDTH}} {reached:3} %" + "\n" * (reached == 100))
        else:
            self.stream.write(f"{self.label} {reached * 10} %\n")
        self.stream.flush()
