"""The token reaches no log, whoever logs it, and nothing that repeats itself fills the disk."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import WARNINGS_A_MINUTE, RepetitionFilter, configure_logs

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


def test_a_cause_that_repeats_itself_is_counted_and_hides_no_other() -> None:
    now, written = [0.0], []
    handler = logging.Handler()
    handler.emit = lambda record: written.append(record.msg)  # type: ignore[method-assign]
    handler.addFilter(RepetitionFilter(lambda: now[0]))
    log = logging.getLogger("repeating")
    log.propagate = False
    log.setLevel("INFO")
    log.addHandler(handler)
    for _ in range(WARNINGS_A_MINUTE + 5):
        log.error({"event": "loop.crashed"})
        log.warning("accept failed: %s", "too many files")
        log.info("as usual")
    log.error({"event": "other"})
    assert written.count({"event": "loop.crashed"}) == written.count("accept failed: %s") == WARNINGS_A_MINUTE
    assert written.count("as usual") == WARNINGS_A_MINUTE + 5
    assert written[-1] == {"event": "other"}
    now[0] = 60.0
    log.error({"event": "loop.crashed"})
    log.warning("accept failed: %s", "too many files")
    assert written[-2:] == [
        {"event": "loop.crashed", "left_out": 5},
        "accept failed: %s (5 lines like this were left out)",
    ]
