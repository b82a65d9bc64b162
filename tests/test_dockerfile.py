"""The lines of the Dockerfile, run without Docker: what is copied is enough to start, and each command does its work."""

import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN = 60
STOPS_WITHIN = 8


@dataclass(frozen=True)
class Image:
    """The final stage, with what it copies in `folder`, and this interpreter in place of the base image's.

    `sources`: what of the repository is copied.
    """

    sources: list[str]
    instructions: list[str]
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        words = shlex.split(
            " ".join(line.removeprefix("ENV ") for line in self.instructions if line.startswith("ENV "))
        )
        stated = dict(word.split("=", 1) for word in words)
        stated["PATH"] = str(Path(sys.executable).parent)
        return {name: value.replace("////data", f"///{self.folder}/data") for name, value in stated.items()}

    def command(self, keyword: str) -> list[str]:
        (line,) = [line for line in self.instructions if line.startswith(keyword)]
        command: list[str] = json.loads(line[line.index("[") :])
        return [str(Path(sys.executable)), *command[1:]] if command[0] == "python" else command

    def start(self, keyword: str, **settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(keyword),
            cwd=self.folder / "app",
            env=self.environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, keyword: str, **settings: str) -> tuple[int, str]:
        with self.start(keyword, **settings) as process:
            said, _ = process.communicate(timeout=STARTS_WITHIN)
            return process.returncode, said


@pytest.fixture
def image(tmp_path: Path) -> Image:
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    builder, final = (stage.splitlines()[1:] for stage in text.split("FROM ")[1:])
    copied = [line.split()[1:] for line in builder if line.startswith("COPY ")]
    for source, target in copied:
        if target.startswith("/app/"):
            shutil.copytree(ROOT / source, f"{tmp_path}{target}", ignore=shutil.ignore_patterns("__pycache__"))
    compiling = "".join(builder).partition("&& python ")[2].replace("/app", f"{tmp_path}/app")
    subprocess.run([sys.executable, *shlex.split(compiling)], check=True)
    (tmp_path / "data").mkdir()
    return Image(sources=[source for source, _ in copied], instructions=final, folder=tmp_path)


@contextmanager
def answering(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_port)
        server.shutdown()


def test_only_what_is_copied_goes_to_the_builder(image: Image) -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert rules == ["*", *(f"!{source}" for source in image.sources), "**/__pycache__", "**/*.pyc"]


def test_without_a_token_it_exits_2_and_names_the_sandbox(image: Image) -> None:
    code, said = image.run("CMD")
    assert code == 2
    assert "sandbox" in said


def test_the_health_check_tells_well_from_ill_and_from_nobody(image: Image, unused_tcp_port: int) -> None:
    with answering(200) as port:
        assert image.run("HEALTHCHECK", HTTP_PORT=port)[0] == 0
    with answering(503) as port:
        assert image.run("HEALTHCHECK", HTTP_PORT=port)[0] != 0
    assert image.run("HEALTHCHECK", HTTP_PORT=str(unused_tcp_port))[0] != 0


def test_it_gets_healthy_stops_in_time_and_writes_to_its_volume_alone(image: Image, unused_tcp_port: int) -> None:
    def contents() -> dict[Path, int]:
        return {path: path.lstat().st_mtime_ns for path in image.folder.joinpath("app").rglob("*") if path.is_file()}

    before = contents()
    nowhere = "http://127.0.0.1:9"
    settings = {"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_API_URL": nowhere, "SITE_UK_URL": nowhere}
    with image.start("CMD", HTTP_PORT=str(unused_tcp_port), **settings) as process:
        deadline = time.monotonic() + STARTS_WITHIN
        while image.run("HEALTHCHECK", HTTP_PORT=str(unused_tcp_port))[0] != 0:
            assert process.poll() is None
            assert time.monotonic() < deadline
        (stop_signal,) = [line.split()[1] for line in image.instructions if line.startswith("STOPSIGNAL")]
        process.send_signal(signal.Signals[stop_signal])
        process.communicate(timeout=STOPS_WITHIN)
        assert process.returncode == 0
    assert contents() == before
    assert (image.folder / "data" / "petition-alerts.db").exists()
