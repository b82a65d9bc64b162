"""The request back end of python-telegram-bot on aiohttp."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from os import strerror
from typing import Any, cast

from aiohttp import (
    BytesPayload,
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    TCPConnector,
    UploadTracker,
)
from aiohttp.abc import AbstractStreamWriter
from pydantic_core import from_json, to_json
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.telegram_errors import NoAnswerError, NotConnectedError

CONNECTIONS = 128
CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
WRITE_SECONDS = 5.0
UPLOAD_SECONDS = 20.0


class _JsonBody(BytesPayload):
    """A body that knows whether it has left; to know how much of it, as `UploadTracker` does, would cost more."""

    written = False

    def __init__(self, value: bytes) -> None:
        super().__init__(value, content_type="application/json")

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        await super().write_with_length(writer, content_length)
        self.written = writer.transport is not None and not writer.transport.is_closing()


Files = Mapping[str, tuple[str, bytes, str]]
"""What is uploaded, by the names of parameters: a file's name, content and kind."""


@dataclass(frozen=True, slots=True)
class PlainParameters:
    """Parameters that are JSON as they stand, in the shape in which the library hands its own to a back end.

    The library looks into every value for objects of its own; where there are none, that costs half of the sending.
    """

    parameters: dict[str, Any]
    multipart_data: Files

    @property
    def contains_files(self) -> bool:
        """Whether anything is uploaded."""
        return bool(self.multipart_data)

    @property
    def json_parameters(self) -> dict[str, str]:
        """The parameters as they stand beside files: what is no text is JSON in a text."""
        return {
            name: value if isinstance(value, str) else to_json(value).decode()
            for name, value in self.parameters.items()
        }


class AiohttpRequest(BaseRequest):
    """One pool of connections to the Bot API.

    Raises the library's own errors, and tells two kinds of `NetworkError` apart: `NotConnectedError`, when nothing was
    written, and `NoAnswerError`, when the request was written and may have been obeyed; so may one that ends in
    `TimedOut`. URLs hold the token, so no error quotes or chains what aiohttp says of them.
    """

    __slots__ = ("_connections", "_read_timeout", "_session")

    def __init__(self, *, connections: int = CONNECTIONS, read_timeout: float = READ_SECONDS) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """The seconds an answer may take."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool, unless it is open."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                connector=TCPConnector(limit=self._connections),
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request, once, and return the status and body of its answer.

        `connect_timeout` and `pool_timeout` together bound the wait for a connection. `None` as a time means no bound.
        """
        if self._session is None or self._session.closed:
            raise RuntimeError("This AiohttpRequest is not initialised")
        uploads = request_data is not None and request_data.contains_files
        timeout = _timeout(
            _given(read_timeout, self._read_timeout),
            _given(write_timeout, UPLOAD_SECONDS if uploads else WRITE_SECONDS),
            _given(connect_timeout, CONNECT_SECONDS),
            _given(pool_timeout, 0.0),
        )
        body = _body(request_data)
        tracker = UploadTracker() if uploads else None
        try:
            response = await self._session.request(
                method,
                _parsed(url),
                data=body,
                timeout=timeout,
                allow_redirects=False,
                upload_tracker=tracker,
            )
            payload = await response.read()  # which gives the connection back, or closes it when that fails
        except (ClientError, OSError) as error:
            failure = _typed(error, written=_has_left(body, tracker))
        else:
            return response.status, payload
        raise failure  # outside of the handler, so that the token in aiohttp's error is not chained to it

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; unlike the library's own method, this one does not log what it cannot read."""
        try:
            parsed = from_json(payload)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise TelegramError("Invalid server response")
        return parsed


async def post_plain(request: BaseRequest, url: str, parameters: dict[str, Any], files: Files | None = None) -> Any:  # noqa: ANN401 - the library's type
    """Call a method of the Bot API as `post` does, with parameters that are JSON as they stand.

    The wait for the answer has no bound of its own: a timer costs a tenth of the request, so whoever makes many
    requests bounds all of them together.
    """
    plain = PlainParameters(parameters, files or {})
    return await request.post(url, request_data=cast("RequestData", plain), read_timeout=None)


@lru_cache(maxsize=64)
def _parsed(url: str) -> URL:
    """A URL that is not parsed anew for each request, and remembers its parts."""
    return URL(url)


def _given(timeout: ODVInput[float], default: float) -> float | None:
    return default if isinstance(timeout, DefaultValue) else timeout


@cache
def _timeout(read: float | None, write: float | None, connect: float | None, pool: float | None) -> ClientTimeout:
    """One timer a request: a bound on each read beside it would cost as much as all the rest of the client."""
    connected = None if connect is None or pool is None else connect + pool
    total = None if read is None or write is None or connected is None else read + write + connected
    return ClientTimeout(total=total, connect=connected)


def _body(request_data: RequestData | None) -> _JsonBody | FormData | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return _JsonBody(to_json(request_data.parameters))
    form = FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in request_data.multipart_data.items():
        form.add_field(
            name,
            BytesIO(content) if isinstance(content, bytes) else content,
            filename=filename,
            content_type=content_type,
        )
    return form


def _has_left(body: _JsonBody | FormData | None, tracker: UploadTracker | None) -> bool:
    if isinstance(body, _JsonBody):
        return body.written
    return tracker is not None and tracker.bytes_written > 0


def _typed(error: ClientError | OSError, *, written: bool) -> NetworkError:
    """Give an error of aiohttp the library's type; its text is dropped, because it may hold the URL."""
    name = type(error).__name__
    number = error.errno if isinstance(error, OSError) else None
    text = f"{name}: {strerror(number)}" if number and number > 0 else name
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError) or not written:
        return NotConnectedError(text)
    if isinstance(error, TimeoutError):
        return TimedOut(f"No answer in time ({text})")
    return NoAnswerError(text)
