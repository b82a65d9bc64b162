"""How long the sending took, by the clock and in computing."""

import json
from time import perf_counter, process_time


class Stopwatch:
    """Runs from its creation on."""

    def __init__(self) -> None:
        self._began = perf_counter()
        self._worked = process_time()

    def say(self, **more: object) -> None:
        """Write the seconds that have passed, and those that this process has computed, as a line of JSON."""
        print(
            json.dumps({"seconds": perf_counter() - self._began, "computing": process_time() - self._worked} | more),
            flush=True,
        )
