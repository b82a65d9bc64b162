"""What is tried on the finished image, each with the claim it proves."""

import http.server
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from rehearsal.dockerfile import Stage
from rehearsal.stages import Image

START_SECONDS = 60
STOP_SECONDS = 8
MADE_UP_TOKEN = "1234567890:AAErehearsal-token-that-opens-nothing"  # noqa: S105 - opens nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A claim, whether it held, and what was seen."""

    claim: str
    held: bool
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """The finished image and the user its commands run as; without an identity, as whoever runs the rehearsal."""

    stage: Stage
    image: Image
    identity: tuple[int, int] | None

    def start(self, command: list[str], extra: dict[str, str]) -> subprocess.Popen[str]:
        """Run a command as the container would, with settings from outside in `extra`."""
        user, group = self.identity or (None, None)
        return subprocess.Popen(
            [self.image.translated(word) for word in command],
            cwd=self.image.here("."),
            env=self.image.runtime_environment(extra),
            user=user,
            group=group,
            extra_groups=[] if self.identity else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: list[str], extra: dict[str, str] | None = None) -> tuple[int, str]:
        """Run a command to its end; return its exit code and all it said."""
        process = self.start(command, extra or {})
        try:
            said, _ = process.communicate(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
        return process.returncode, said

    def command(self, keyword: str) -> list[str]:
        """The command of CMD or HEALTHCHECK."""
        instruction = self.stage.last(keyword)
        if instruction is None:
            raise LookupError(keyword)
        return instruction.command


def prove(container: Container) -> list[Proof]:
    """Try everything that can be tried without Docker, in order."""
    before = _contents(container.image.root)
    return [
        Proof(claim=f"the final stage holds {', '.join(container.image.copied)}", held=True),
        _answers_help(container),
        _refuses_without_a_token(container),
        *_health_check_tells_the_truth(container),
        *_lives_and_stops(container),
        _wrote_only_data(container, before),
    ]


def _answers_help(container: Container) -> Proof:
    code, said = container.run(["python", "-m", "bot", "--help"])
    return Proof(claim="`python -m bot --help` works on what was copied", held=code == 0, found=_last(said, code))


def _refuses_without_a_token(container: Container) -> Proof:
    code, said = container.run(container.command("CMD"))
    held = code == 2 and "sandbox" in said
    return Proof(claim="without a token CMD exits 2 and names the sandbox", held=held, found=_last(said, code))


def _health_check_tells_the_truth(container: Container) -> Iterator[Proof]:
    command = container.command("HEALTHCHECK")
    for status in (HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE):
        with _answering(status) as port:
            code, said = container.run(command, {"HTTP_PORT": str(port)})
        held = (code == 0) == (status == HTTPStatus.OK)
        yield Proof(claim=f"the health check ends rightly on {status.value}", held=held, found=_last(said, code))
    code, _ = container.run(command, {"HTTP_PORT": str(_free_port())})
    yield Proof(claim="the health check fails when nobody listens", held=code != 0, found=f"exit {code}")


def _lives_and_stops(container: Container) -> Iterator[Proof]:
    nowhere = f"http://127.0.0.1:{_free_port()}"
    extra = {
        "TELEGRAM_BOT_TOKEN": MADE_UP_TOKEN,
        "TELEGRAM_API_URL": nowhere,
        "SITE_UK_URL": nowhere,
        "HTTP_PORT": str(_free_port()),
    }
    process = container.start(container.command("CMD"), extra)
    healthy = _becomes_healthy(container, process, extra)
    stopped_as = container.stage.last("STOPSIGNAL")
    asked = time.monotonic()
    process.send_signal(signal.Signals[stopped_as.value] if stopped_as else signal.SIGTERM)
    try:
        said, _ = process.communicate(timeout=2 * STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    took = time.monotonic() - asked
    who = f"as user {container.identity[0]}" if container.identity else "as this user"
    yield Proof(
        claim=f"CMD comes up {who} and the health check passes while Telegram and the site are unreachable",
        held=healthy,
        found="" if healthy else _last(said, process.returncode),
    )
    yield Proof(
        claim=f"the stop signal ends it within {STOP_SECONDS} s with exit code 0",
        held=process.returncode == 0 and took <= STOP_SECONDS,
        found=f"exit {process.returncode} after {took:.1f} s",
    )


def _becomes_healthy(container: Container, process: subprocess.Popen[str], extra: dict[str, str]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        code, _ = container.run(container.command("HEALTHCHECK"), extra)
        if code == 0:
            return True
        time.sleep(0.5)
    return False


def _wrote_only_data(container: Container, before: dict[str, int]) -> Proof:
    volume = container.stage.last("VOLUME")
    volumes = [place.strip("/") for place in volume.words] if volume else []
    after = _contents(container.image.root)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    inside = {path for path in changed if any(Path(path).is_relative_to(place) for place in volumes)}
    return Proof(
        claim="it writes to its volume and nowhere else in the image",
        held=bool(inside) and changed == inside,
        found=", ".join(sorted(changed - inside)[:3] or sorted(inside)),
    )


def _contents(root: Path) -> dict[str, int]:
    return {
        path.relative_to(root).as_posix(): path.lstat().st_mtime_ns for path in root.rglob("*") if not path.is_dir()
    }


def _last(said: str, code: int) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return f"exit {code}" + (f": {lines[-1]}" if code and lines else "")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _answering(status: HTTPStatus) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else HTTPStatus.NOT_FOUND)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
