"""The token reaches no log, whoever logs it."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure_logs

TOKEN = "123456:AbC-dEf_0123456789"
SECRET = "AbC-dEf_0123456789"


@pytest.fixture
def _logs_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    events = structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**events)


def fail() -> None:
    message = f"no answer from /bot{TOKEN}/getUpdates"
    raise RuntimeError(message)


@pytest.mark.usefixtures("_logs_restored")
@pytest.mark.parametrize("style", ["console", "json"])
def test_the_token_reaches_no_log(capsys: pytest.CaptureFixture[str], style: str) -> None:
    configure_logs(level="debug", style="json" if style == "json" else "console", token=TOKEN)
    log = structlog.get_logger("test")
    log.info("asked", url=f"https://api.example/bot{TOKEN}/getMe", nested={"secret": SECRET})
    logging.getLogger("library").warning("POST /bot%s/sendMessage", TOKEN)
    try:
        fail()
    except RuntimeError:
        log.exception("failed")
    written = capsys.readouterr().err
    assert "asked" in written
    assert "sendMessage" in written
    assert "no answer from" in written
    assert SECRET not in written


@pytest.mark.usefixtures("_logs_restored")
def test_json_logs_are_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(level="info", style="json", token=TOKEN)
    structlog.get_logger("test").info("outbox.sent", chat=5)
    logging.getLogger("library").info("hello")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["outbox.sent", "hello"]
    assert lines[0]["chat"] == 5
