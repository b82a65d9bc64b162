"""`python -m bot`."""

import gc
import sys

gc.disable()  # what is imported stays: looking for garbage in it takes a seventh of the start …
from bot.cli import main  # noqa: E402

gc.freeze()  # … and makes every full collection later a pause that people notice
gc.enable()

sys.exit(main())
