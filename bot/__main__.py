"""`python -m bot`."""

import gc
import signal
import sys

if sys.argv[1:2] == ["run"]:  # who is asked to stop before there is anything to stop has stopped as asked
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

gc.disable()  # what is imported stays: looking for garbage in it takes a seventh of the start
from bot.cli import main  # noqa: E402
from bot.garbage import look_rarely  # noqa: E402

look_rarely()
gc.enable()

sys.exit(main())
