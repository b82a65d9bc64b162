"""`python -m bot`, or `petition-alerts` once installed."""

import gc
import signal
import sys

if sys.argv[1:2] == ["run"]:  # before there is anything to stop, stopping is done at once
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

gc.disable()  # what is imported stays; collecting garbage in it takes a seventh of the start
from bot.cli import main  # noqa: E402
from bot.garbage_collection import collect_rarely  # noqa: E402

collect_rarely()
gc.enable()

if __name__ == "__main__":
    sys.exit(main())
