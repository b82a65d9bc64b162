"""A request as the methods see it: parameters by name, in whichever of Telegram's ways they were sent."""

import json
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.telegram.errors import ApiError, Json, bad_request
from sandbox.telegram.recording import Upload

_TRUE = frozenset({"true", "yes", "1"})
_ATTACHED = "attach://"


class Call:
    """One call of a method. Values are as sent; the readers below accept strings where Telegram does."""

    __slots__ = ("files", "method", "params")

    def __init__(self, method: str, params: dict[str, Any], files: dict[str, Upload]) -> None:
        self.method = method
        self.params = params
        self.files = files

    def has(self, name: str) -> bool:
        """Whether the parameter was sent."""
        return name in self.params

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
        value = self.params.get(name)
        return value if isinstance(value, bool) else str(value).lower() in _TRUE

    def structure(self, name: str) -> Any:
        """An object or array, sent as JSON or as a string that holds JSON; None when missing. Raises 400."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f'can\'t parse "{name}": JSON expected') from None

    def array(self, name: str) -> list[Any] | None:
        """An array as in `structure`. Raises 400 for anything else."""
        value = self.structure(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f'can\'t parse "{name}": an Array expected')
        return value

    def mapping(self, name: str) -> Json | None:
        """An object as in `structure`. Raises 400 for anything else."""
        value = self.structure(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f'can\'t parse "{name}": an Object expected')
        return value

    def upload(self, name: str) -> Upload | None:
        """The file sent under that name, or under the name that an `attach://` value points to."""
        value = self.params.get(name)
        if isinstance(value, str) and value.startswith(_ATTACHED):
            return self.files.get(value.removeprefix(_ATTACHED))
        return self.files.get(name)


async def read_call(request: web.Request, method: str) -> Call:
    """Read a request's parameters from query, JSON, form or multipart; the body wins over the query."""
    params: dict[str, Any] = dict(request.query) if "?" in request.raw_path else {}
    files: dict[str, Upload] = {}
    if request.method != "GET" and request.can_read_body:
        kind = request.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            params.update(_json_object(await request.read()))
        elif kind.startswith("multipart/"):
            await _read_parts(request, params, files)
        else:
            form = await request.post()
            params.update({name: value for name, value in form.items() if isinstance(value, str)})
    return Call(method, params, files)


def _json_object(body: bytes) -> Json:
    try:
        given = json.loads(body) if body else {}
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(given, dict):
        raise bad_request("can't parse JSON object: an Object expected")
    return given


async def _read_parts(request: web.Request, params: dict[str, Any], files: dict[str, Upload]) -> None:
    try:
        parts = await request.multipart()
        while (part := await parts.next()) is not None:
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise ApiError(400, "Bad Request: can't parse multipart/form-data")
            content = bytes(await part.read(decode=True))
            if part.filename is None:
                params[part.name] = content.decode()
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                files[part.name] = Upload(part.filename, kind, content)
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except (ValueError, AssertionError):
        raise bad_request("can't parse multipart/form-data") from None
