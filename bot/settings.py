"""Settings from the environment or a `.env` file, checked once at start and never read again.

An empty value counts as unset. A setting that is planned but not built yet is refused when it is set.
"""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from petitions.petition import Site

ENV_FILE = Path(".env")
USUAL_MESSAGES_PER_SECOND = 29.0
FREE_MESSAGES_PER_SECOND = 30
PAID_MESSAGES_PER_SECOND = 1_000
"""What Telegram takes of a bot for nothing, and of what is paid for (https://core.telegram.org/bots/api#sendmessage)."""

TELEGRAM_HOST = "api.telegram.org"
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
"""Where Telegram's own servers post updates to (https://core.telegram.org/bots/api#setwebhook); others may differ."""

WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class SettingsError(Exception):
    """The settings cannot be used. `lines` says why, one clear line a mistake."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        """Keep the lines for the operator."""
        super().__init__("\n".join(lines))
        self.lines = lines


def _web_address(value: str) -> str:
    """Check an address and drop a slash at its end."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_valid_port(parts):
        message = "must be an address such as https://example.org"
        raise ValueError(message)
    return value.rstrip("/")


def _has_valid_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _refuse(value: object) -> object:
    if value is not None:
        message = "is not built yet; leave it unset"
        raise ValueError(message)
    return value


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


WebAddress = Annotated[str, AfterValidator(_web_address)]
NotBuiltYet = Annotated[None, BeforeValidator(_refuse)]


class Settings(BaseModel):
    """All settings of `python -m bot`. Field names are the variables' names in lower case."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    telegram_bot_token: SecretStr
    telegram_api_url: WebAddress = "https://api.telegram.org"
    site_uk_url: WebAddress = "https://petition.parliament.uk"
    site_senedd_url: NotBuiltYet = None
    site_senedd_cy_url: NotBuiltYet = None
    site_scotland_url: NotBuiltYet = None
    site_scotland_gd_url: NotBuiltYet = None
    site_jersey_url: NotBuiltYet = None
    sites: Annotated[tuple[Site, ...], NoDecode, BeforeValidator(_split), Field(min_length=1)] = (Site.UK,)
    database_url: str = "sqlite:///data/petition-alerts.db"
    operator_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_split)] = frozenset()
    operator_chat_id: int | None = None
    watch_seconds: float = Field(default=60, gt=0, le=86_400)
    site_requests_per_second: float = Field(default=1, gt=0, le=1_000)
    messages_per_second: float = Field(default=USUAL_MESSAGES_PER_SECOND, gt=0, le=PAID_MESSAGES_PER_SECOND)
    allow_paid_broadcast: bool = False
    webhook_url: WebAddress | None = None
    webhook_secret: SecretStr | None = None
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65_535)
    allowed_chats: Annotated[frozenset[int] | None, NoDecode, BeforeValidator(_split)] = None
    contact: str | None = None
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = "console"

    @field_validator("telegram_bot_token")
    @classmethod
    def _looks_like_a_token(cls, value: SecretStr) -> SecretStr:
        number, _, secret = value.get_secret_value().partition(":")
        if not number.isdecimal() or not secret or not secret.replace("-", "").replace("_", "").isalnum():
            message = "must look like 123456:ABC…, as @BotFather shows it"
            raise ValueError(message)
        return value

    @field_validator("sites")
    @classmethod
    def _built(cls, value: tuple[Site, ...]) -> tuple[Site, ...]:
        for site in value:
            if cls.model_fields[f"site_{site}_url"].default is None:
                message = f"{site} is not built yet"
                raise ValueError(message)
        return value

    @field_validator("webhook_url")
    @classmethod
    def _leads_to_a_path(cls, value: str | None) -> str | None:
        if value is not None and set("?#@ ") & set(value):
            message = "must be an address without a query, a fragment, a user or a space"
            raise ValueError(message)
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_as_telegram_takes_it(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            message = "must have 1 to 256 characters of A-Z, a-z, 0-9, _ and -"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _within_the_free_limit(self) -> Self:
        if self.messages_per_second > FREE_MESSAGES_PER_SECOND and not self.allow_paid_broadcast:
            message = f"MESSAGES_PER_SECOND above {FREE_MESSAGES_PER_SECOND} needs ALLOW_PAID_BROADCAST=true"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _webhook_as_telegram_takes_it(self) -> Self:
        if (self.webhook_url is None) is not (self.webhook_secret is None):
            message = "WEBHOOK_URL and WEBHOOK_SECRET go together: set both or neither"
            raise ValueError(message)
        if self.webhook_url is not None and urlsplit(self.telegram_api_url).hostname == TELEGRAM_HOST:
            parts = urlsplit(self.webhook_url)
            if parts.scheme != "https" or (parts.port or 443) not in WEBHOOK_PORTS:
                message = (
                    "WEBHOOK_URL must begin with https:// and use port 443, 80, 88 or 8443: Telegram posts to no other"
                )
                raise ValueError(message)
        return self

    @property
    def paid_pace(self) -> float | None:
        """How many messages a second of broadcasts leave that are paid for; `None` when none may be."""
        return self.messages_per_second if self.messages_per_second > FREE_MESSAGES_PER_SECOND else None

    @property
    def usual_pace(self) -> float:
        """How many messages a second leave of everything else."""
        return self.messages_per_second if self.paid_pace is None else USUAL_MESSAGES_PER_SECOND

    @property
    def site_urls(self) -> dict[Site, str]:
        """Where each watched site is served."""
        return {site: getattr(self, f"site_{site}_url") for site in self.sites}


class _Token(BaseSettings):
    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")

    telegram_bot_token: SecretStr | None = None


class _FromEnvironment(Settings, BaseSettings):
    """Reads the variables; kept apart so that `Settings` itself never looks at the environment."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")


def read_settings(env_file: Path | None = None) -> Settings:
    """Return the settings of the environment, which outweighs the `.env` file. Raises `SettingsError`."""
    try:
        return _FromEnvironment(_env_file=env_file)
    except ValidationError as error:
        raise SettingsError(
            tuple(_line(detail["loc"], detail["msg"], detail["type"]) for detail in error.errors())
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError((f"{env_file} cannot be read: {error}",)) from None


def has_token(env_file: Path = ENV_FILE) -> bool:
    """Tell whether the bot or the sandbox is to be started, whatever the other settings are.

    A file that cannot be read counts as one with a token, so that the bot says what is wrong with it.
    """
    try:
        return _Token(_env_file=env_file).telegram_bot_token is not None
    except (OSError, UnicodeDecodeError):
        return True


def _line(location: tuple[int | str, ...], message: str, kind: str) -> str:
    name = str(location[0]).upper() if location else ""
    reason = "is missing" if kind == "missing" else message.removeprefix("Value error, ")
    return f"{name} {reason}".strip()
