"""A process that draws, there only while there is something to draw: what draws is large, and may hang or die."""

import asyncio
import os
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter

from messages.charts import Drawing
from services.ports import NotDrawnError

DRAWING_SECONDS = 8.0
"""How long one picture may take, with the start of the process."""

IDLE_SECONDS = 60.0
"""How long the process stays when there is nothing to draw."""

DRAWS = (sys.executable, "-m", "bot.drawing")
"""The command of the process, as `bot/drawing.py` describes it."""

_DRAWING: TypeAdapter[Drawing] = TypeAdapter(Drawing)
_ROOT = Path(__file__).resolve().parent.parent
_ERRORS = "errors"


class Drawer:
    """Draws one picture at a time."""

    def __init__(self, command: Sequence[str] = DRAWS, *, seconds: float = DRAWING_SECONDS) -> None:
        """Take the command of the process that draws, and how long a picture may take."""
        self._command = command
        self._seconds = seconds
        self._one = asyncio.Lock()
        self._folder: TemporaryDirectory[str] | None = None
        self._process: Process | None = None
        self._has_left = False
        self._idle: asyncio.TimerHandle | None = None

    async def draw(self, drawing: Drawing) -> bytes:
        """Return the picture as a PNG. Raises `NotDrawnError`."""
        async with self._one:
            if self._idle is not None:
                self._idle.cancel()
            try:
                async with asyncio.timeout(self._seconds):
                    png = await self._ask(_DRAWING.dump_json(drawing) + b"\n")
            except (OSError, EOFError, TimeoutError) as error:
                reason = self._last_words() or type(error).__name__
                await self._end()
                raise NotDrawnError(reason) from None
            except asyncio.CancelledError:
                await self._end()
                raise
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._leave)
            return png

    async def close(self) -> None:
        """End the process, whatever it does."""
        await self._end()
        if self._idle is not None:
            self._idle.cancel()
        if self._folder is not None:
            self._folder.cleanup()

    async def _ask(self, request: bytes) -> bytes:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="petition-alerts-")
        if self._has_left or (self._process is not None and self._process.returncode is not None):
            await self._end()
        process = self._process = self._process or await self._start(Path(self._folder.name))
        if process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(request)
        await process.stdin.drain()
        (size,) = struct.unpack(">I", await process.stdout.readexactly(4))
        return await process.stdout.readexactly(size)

    async def _start(self, folder: Path) -> Process:
        """Start the process, which is told no setting of the bot and hears no signal that is meant for the bot."""
        environment = {"PATH": os.defpath, "HOME": str(folder), "MPLCONFIGDIR": str(folder), "PYTHONPATH": str(_ROOT)}
        with (folder / _ERRORS).open("wb") as errors:
            return await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=errors,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )

    def _last_words(self) -> str:
        """Return the last line that the process has written about its end."""
        if self._folder is None:
            return ""
        written = (Path(self._folder.name) / _ERRORS).read_text(encoding="utf-8", errors="replace")
        return written.strip().rpartition("\n")[2]

    def _leave(self) -> None:
        """Let the process end by itself: there is nothing more to read for it."""
        self._has_left = True
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def _end(self) -> None:
        process, self._process, self._has_left = self._process, None, False
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
