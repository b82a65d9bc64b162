"""Requests of the bot: parameters by name, in whichever of Telegram's ways they came, and how they were answered."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.files import Upload

_TRUE = frozenset({"true", "yes", "1"})
_ATTACHED = "attach://"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """One request. `params` keeps the types as sent: JSON values from a JSON body, strings from a form or the query.

    `method` is spelled as the bot spelled it; `answer` is None where nothing readable was answered, and `status` 0
    where the connection was cut.
    """

    method: str
    params: dict[str, Any]
    files: dict[str, Upload]
    at: datetime
    status: int
    answer: Json | None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method. Values are as sent; the readers below accept strings where Telegram does."""

    method: str
    params: dict[str, Any]
    files: dict[str, Upload]

    def text(self, name: str) -> str:
        """A string; empty when missing. Numbers and nested values are their JSON form."""
        value = self.params.get(name)
        if isinstance(value, str):
            return value
        return "" if value is None else json.dumps(value)

    def integer(self, name: str) -> int | None:
        """A whole number; None when missing. Raises 400."""
        value = self.params.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f'can\'t parse "{name}": an Integer expected') from None

    def flag(self, name: str) -> bool:
        """True or False; False when missing."""
        return str(self.params.get(name)).lower() in _TRUE

    def structure(self, name: str) -> Any:
        """An object or array, sent as JSON or as a string that holds JSON; None when missing. Raises 400."""
        value = self.params.get(name)
        try:
            return json.loads(value or "null") if isinstance(value, str) else value
        except ValueError:
            raise bad_request(f'can\'t parse "{name}": JSON expected') from None

    def mapping(self, name: str) -> Json:
        """An object as in `structure`, an empty one when missing. Raises 400 for anything else."""
        value = self.structure(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f'can\'t parse "{name}": an Object expected')
        return value or {}

    def upload(self, name: str) -> Upload | None:
        """The file sent under that name, or under the name that an `attach://` value points to."""
        return self.files.get(self.text(name).removeprefix(_ATTACHED) or name)


async def read_call(request: web.Request, method: str) -> Call:
    """Read a request's parameters from query, JSON, form or multipart; the body wins over the query. Raises 400."""
    params: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    try:
        if request.method != "GET" and request.can_read_body:
            kind = request.content_type
            if kind == "application/json":
                given = json.loads(await request.read() or b"{}")
                if not isinstance(given, dict):
                    raise bad_request("can't parse JSON object: an Object expected")
                params |= given
            elif kind.startswith("multipart/"):
                await _read_parts(request, params, files)
            else:
                params |= await request.post()
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except (ValueError, AssertionError):
        kind = "multipart/form-data" if request.content_type.startswith("multipart/") else "JSON object"
        raise bad_request(f"can't parse {kind}") from None
    return Call(method, params, files)


async def _read_parts(request: web.Request, params: dict[str, Any], files: dict[str, Upload]) -> None:
    parts = await request.multipart()
    while (part := await parts.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise ValueError(part)
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            params[part.name] = content.decode()
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name] = Upload(part.filename, kind, content)
