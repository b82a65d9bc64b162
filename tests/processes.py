"""Programs of ours as processes of their own, forked from a server that has imported all they need.

So they start in milliseconds instead of seconds. What `python -m …` does before `main` is all that they do not do.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

Main = Callable[[Sequence[str]], int]
"""The command line of a program, which returns its exit code. It is a function that can be imported."""

PATIENCE = 120.0

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.warm"])


class Program:
    """A running program, and what it writes."""

    def __init__(self, process: ForkServerProcess, output: Path, errors: Path) -> None:
        self._process = process
        self._output = output
        self._errors = errors

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code, negative for a signal, or nothing while it runs."""
        return self._process.exitcode

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._output.read_text(encoding="utf-8")

    @property
    def errors(self) -> str:
        """What it has written to standard error so far."""
        return self._errors.read_text(encoding="utf-8")

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.pid is not None and self.exit_code is None:
            os.kill(self.pid, number)

    async def ended(self, within: float = PATIENCE) -> int:
        """Wait for its end and return its exit code.

        The code can be read once only, and starting another process looks for it too: so both happen in one thread.
        """
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._process.sentinel, over.set)
        try:
            async with asyncio.timeout(within):
                await over.wait()
        except TimeoutError:
            raise TimeoutError(f"it still runs after {within} seconds") from None
        finally:
            loop.remove_reader(self._process.sentinel)
        return self.end(within)

    def end(self, within: float = PATIENCE) -> int:
        """Do nothing else until its end, and return its exit code."""
        self._process.join(within)
        assert self.exit_code is not None, f"it still runs after {within} seconds"
        return self.exit_code


def start(
    main: Main,
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    output: Path,
    errors: Path,
) -> Program:
    """Start a program in a folder, with that environment and no other variables; what it writes goes to the files."""
    for file in (output, errors):
        file.touch()
    life = {
        "main": main,
        "arguments": arguments,
        "folder": folder,
        "environment": dict(environment),
        "output": output,
        "errors": errors,
    }
    process = _PROCESSES.Process(target=_live, kwargs=life, daemon=True)
    process.start()
    return Program(process, output, errors)


@contextmanager
def running(main: Main, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Iterator[Program]:
    """Start a program, and kill it at the end of the block if it still runs."""
    with TemporaryDirectory() as written:
        output, errors = Path(written, "output"), Path(written, "errors")
        program = start(main, arguments, folder=folder, environment=environment, output=output, errors=errors)
        try:
            yield program
        finally:
            program.send_signal(signal.SIGKILL)
            program.end()


def completed(
    main: Main, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]
) -> CompletedProcess[str]:
    """Run a program to its end."""
    with running(main, arguments, folder=folder, environment=environment) as program:
        code = program.end()
        return CompletedProcess(arguments, code, program.output, program.errors)


def _live(
    *, main: Main, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: Path, errors: Path
) -> None:
    """Be the program: the life of the forked process."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for file, stream in ((output, sys.stdout), (errors, sys.stderr)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_APPEND), stream.fileno())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_die_with_the_tests, daemon=True).start()
    sys.exit(main(arguments))


def _die_with_the_tests() -> None:
    """Leave no program behind when the tests themselves are killed."""
    tests = multiprocessing.parent_process()
    if tests is not None:
        tests.join()
        os.kill(os.getpid(), signal.SIGKILL)
