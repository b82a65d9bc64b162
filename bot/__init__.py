"""The process: command line, settings, composition root, supervised loops and the ways to Telegram and the web."""

import os

# The library then gives spans of time as timedelta, and does not warn of each one that it gives as a number.
os.environ.setdefault("PTB_TIMEDELTA", "true")
