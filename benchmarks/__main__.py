"""`python -m benchmarks [--only NAME ...] [--quick]`: measure everything and print it beside its goals."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from benchmarks import crowd, day, flood, footprint, forecast, hostile_updates, rate_limits, successors, throughput
from benchmarks.children import ROOT
from benchmarks.figures import Figure

Measure = Callable[..., Awaitable[list[Figure]]]

MEASUREMENTS: dict[str, tuple[str, Measure]] = {
    "throughput": ("Sending to a server without limits, 32 in flight", throughput.measure),
    "footprint": ("Memory and start, against an empty python-telegram-bot application", footprint.measure),
    "limits": ("Delivery within Telegram's limits, and replies meanwhile", rate_limits.measure),
    "crowd": ("A small alert beside a big crowd, at the usual pace", crowd.measure),
    "day": ("A day of the UK site, every petition of it followed", day.measure),
    "hostile": ("What very many hostile updates leave behind", hostile_updates.measure),
    "forecast": ("Forecasts of every recorded petition, against what happened", forecast.measure),
    "successors": ("Petitions that ask for the same, known again by their words", successors.measure),
    "flood": ("What the watch still gets of a site's budget beside a flood", flood.measure),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; 1 when a message was lost or sent twice, whatever the goals 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure, with peers and limits side by side; all of it is local."
    )
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--quick", action="store_true", help="only see that it works: the figures mean little")
    given = parser.parse_args(arguments)
    return asyncio.run(_measure(given.only or list(MEASUREMENTS), quick=given.quick))


async def _measure(names: Sequence[str], *, quick: bool) -> int:
    running = asyncio.current_task()
    assert running is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    figures: list[Figure] = []
    data = (
        ROOT / "data"
    )  # where the bot's own database is: on a real disk, which the folder for passing files need not be
    data.mkdir(exist_ok=True)
    for name in names:
        title, measure = MEASUREMENTS[name]
        print(f"\n{title}" + (" (quick: the figures mean little)" if quick else ""), flush=True)
        with tempfile.TemporaryDirectory(prefix=f"benchmark-{name}-", dir=data) as folder:
            found = await measure(Path(folder), quick=quick)
        for figure in found:
            print(figure.line(), flush=True)
        figures += found
    missed = [figure.name for figure in figures if not figure.met]
    print(f"\n{len(missed)} goals missed: {'; '.join(missed)}" if missed else "\nAll goals met.")
    return 1 if any(figure.vital and not figure.met for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
