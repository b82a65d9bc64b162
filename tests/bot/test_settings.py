"""Settings are checked at start, with one clear line a mistake."""

from pathlib import Path

import pytest

from bot.settings import SettingsError, has_token, read_settings
from petitions.petition import Site

TOKEN = "123456:AbC-dEf_0123456789"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("TELEGRAM_API_URL", "SITE_UK_URL", "SITES", "DATABASE_URL", "LOG_LEVEL", "WEBHOOK_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    return monkeypatch


def mistakes() -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        read_settings()
    return raised.value.lines


def test_a_token_is_all_that_is_needed(environment: pytest.MonkeyPatch) -> None:
    settings = read_settings()
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.site_urls == {Site.UK: "https://petition.parliament.uk"}


def test_a_missing_token_is_one_clear_line(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELEGRAM_BOT_TOKEN", "")
    assert mistakes() == ("TELEGRAM_BOT_TOKEN is missing",)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("TELEGRAM_BOT_TOKEN", "hello", "TELEGRAM_BOT_TOKEN must look like 123456:ABC…, as @BotFather shows it"),
        ("SITE_UK_URL", "petition.example", "SITE_UK_URL must be an address such as https://example.org"),
        ("SITE_JERSEY_URL", "http://127.0.0.1:1", "SITE_JERSEY_URL is not built yet; leave it unset"),
        ("MESSAGES_PER_SECOND", "31", "MESSAGES_PER_SECOND above 30 needs ALLOW_PAID_BROADCAST=true"),
        ("WEBHOOK_SECRET", "not a secret", "WEBHOOK_SECRET must have 1 to 256 characters of A-Z, a-z, 0-9, _ and -"),
        ("WEBHOOK_URL", "https://a.example", "WEBHOOK_URL and WEBHOOK_SECRET go together: set both or neither"),
    ],
)
def test_each_mistake_is_named(environment: pytest.MonkeyPatch, name: str, value: str, line: str) -> None:
    environment.setenv(name, value)
    assert mistakes() == (line,)


@pytest.mark.parametrize(
    "name", ["SITES", "WATCH_SECONDS", "MESSAGES_PER_SECOND", "OPERATOR_IDS", "ALLOWED_CHATS", "HTTP_PORT"]
)
def test_nonsense_is_refused_by_name(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv(name, "nonsense")
    (line,) = mistakes()
    assert line.startswith(name)


def test_only_what_is_paid_for_leaves_faster_than_telegram_takes_for_nothing(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ALLOW_PAID_BROADCAST", "true")
    assert (read_settings().usual_pace, read_settings().paid_pace) == (29, None)
    environment.setenv("MESSAGES_PER_SECOND", "500")
    assert (read_settings().usual_pace, read_settings().paid_pace) == (29, 500)
    environment.setenv("MESSAGES_PER_SECOND", "1001")
    (line,) = mistakes()
    assert line.startswith("MESSAGES_PER_SECOND")


def test_all_mistakes_are_told_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HTTP_PORT", "70000")
    environment.setenv("SITE_SENEDD_URL", "http://127.0.0.1:1")
    assert len(mistakes()) == 2


def test_the_token_is_in_no_mistake(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELEGRAM_BOT_TOKEN", "secret without a colon")
    assert "secret" not in " ".join(mistakes())


def test_the_environment_outweighs_the_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LOG_LEVEL=debug\nHTTP_PORT=9000\nSOMETHING_ELSE=1\n")
    environment.setenv("HTTP_PORT", "9001")
    settings = read_settings(file)
    assert (settings.log_level, settings.http_port) == ("debug", 9001)


@pytest.mark.parametrize(
    ("line", "starts"),
    [
        ("", "sandbox"),
        ("TELEGRAM_BOT_TOKEN=", "sandbox"),
        ("TELEGRAM_BOT_TOKEN=''  # none yet", "sandbox"),
        ("#TELEGRAM_BOT_TOKEN=1:a", "sandbox"),
        (' export telegram_bot_token = "1:a"', "bot"),
        ("TELEGRAM_BOT_TOKEN=1:a\nHTTP_PORT=nonsense", "bot"),
        ("TELEGRAM_BOT_TOKEN=\xff", "bot"),
    ],
)
def test_a_token_in_the_file_starts_the_bot(
    environment: pytest.MonkeyPatch, tmp_path: Path, line: str, starts: str
) -> None:
    environment.delenv("TELEGRAM_BOT_TOKEN")
    file = tmp_path / ".env"
    file.write_text(line, encoding="latin-1")
    assert has_token(file) is (starts == "bot")


def test_a_token_in_the_environment_starts_the_bot(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert has_token(tmp_path / ".env")


def test_a_file_that_cannot_be_read_is_said_in_one_line(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"LOG_LEVEL=\xff")
    with pytest.raises(SettingsError, match=r"\.env cannot be read: "):
        read_settings(file)


@pytest.mark.parametrize(
    "url", ["http://a.example", "https://a.example:8080", "https://a.example/?x=1", "https://a.example/#x"]
)
def test_a_webhook_that_telegram_would_refuse_is_refused_at_once(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("WEBHOOK_URL", url)
    environment.setenv("WEBHOOK_SECRET", "a-secret")
    (line,) = mistakes()
    assert line.startswith("WEBHOOK_URL must ")


@pytest.mark.parametrize("url", ["https://a.example", "https://a.example:8443/bots/", "https://a.example:443"])
def test_a_webhook_that_telegram_takes_is_taken(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("WEBHOOK_URL", url)
    environment.setenv("WEBHOOK_SECRET", "a-secret")
    assert read_settings().webhook_url == url.rstrip("/")


def test_another_bot_api_server_may_post_over_http(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081")
    environment.setenv("WEBHOOK_URL", "http://127.0.0.1:8080")
    environment.setenv("WEBHOOK_SECRET", "a-secret")
    assert read_settings().webhook_url == "http://127.0.0.1:8080"


def test_lists_are_separated_by_commas(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ALLOWED_CHATS", "12, -100123")
    environment.setenv("SITES", "uk")
    settings = read_settings()
    assert settings.allowed_chats == frozenset({12, -100123})
    assert settings.sites == (Site.UK,)
