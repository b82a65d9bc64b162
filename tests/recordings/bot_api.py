"""Telegram's own description of the Bot API, as schemas that requests are checked against."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from jsonschema import Draft202012Validator

from sandbox.telegram.requests import RecordedRequest

Json = dict[str, Any]

_ATTACHED = "attach://"
_PLAIN: dict[str, Json] = {
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "String": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "True": {"const": True},
    "InputFile": {"type": "string", "pattern": f"^{_ATTACHED}"},
}
_ARRAY = "Array of "
_WORDS_OF_A_BUTTON = {"text", "style", "icon_custom_emoji_id"}


class BotApi:
    """What Telegram says of its methods and types; requests and results are checked against it."""

    def __init__(self, description: str) -> None:
        """Read the description, JSON of `methods` and `types`."""
        read = json.loads(description)
        # Telegram finds methods whatever their case.
        self._methods: dict[str, Json] = {name.lower(): method for name, method in read["methods"].items()}
        kinds: dict[str, Json] = read["types"]
        self._types = {
            name: _any_of(kind["subtypes"]) if "subtypes" in kind else _object(kind.get("fields", []))
            for name, kind in kinds.items()
        }

    def mistakes(self, request: RecordedRequest) -> list[str]:
        """Say what is wrong with a request: its method, names, types, missing parameters or files; often nothing."""
        method = self._methods.get(request.method.lower())
        if method is None:
            return [f"{request.method}: there is no such method"]
        fields = {field["name"]: field for field in method.get("fields", [])}
        parameters = {name: _as_sent(value, fields.get(name), request) for name, value in request.params.items()}
        parameters |= {name: f"{_ATTACHED}{name}" for name in request.files.keys() & fields.keys()}
        found = [
            *self._broken(_object(fields.values()), parameters),
            *_missing_files(parameters, request),
            *_undecided_buttons(parameters),
        ]
        return [f"{request.method}: {mistake}" for mistake in found]

    def mistakes_of_result(self, method: str, result: object) -> list[str]:
        """Say what is wrong with what a method returned."""
        returned = _any_of(self._methods[method.lower()]["returns"])
        return [f"{method}: {mistake}" for mistake in self._broken(returned, result)]

    def _broken(self, schema: Json, value: object) -> Iterator[str]:
        for error in Draft202012Validator(schema | {"$defs": self._types}).iter_errors(value):
            yield f"{error.json_path}: {error.message}"


def _object(fields: Collection[Json]) -> Json:
    return {
        "type": "object",
        "properties": {field["name"]: _any_of(field["types"]) for field in fields},
        "required": [field["name"] for field in fields if field["required"]],
        "additionalProperties": False,
    }


def _any_of(types: Sequence[str]) -> Json:
    schemas = [_of_type(name) for name in types]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _of_type(name: str) -> Json:
    if name.startswith(_ARRAY):
        return {"type": "array", "items": _of_type(name.removeprefix(_ARRAY))}
    return _PLAIN.get(name) or {"$ref": f"#/$defs/{name}"}


def _as_sent(value: object, field: Json | None, request: RecordedRequest) -> object:
    """Return the value of a parameter: beside files all of them are text, and what is no string is JSON in it."""
    if field is None or not request.files or not isinstance(value, str) or "String" in field["types"]:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _missing_files(parameters: Json, request: RecordedRequest) -> Iterator[str]:
    for text in _strings(parameters):
        if text.startswith(_ATTACHED) and text.removeprefix(_ATTACHED) not in request.files:
            yield f"{text} did not come with the request"


def _undecided_buttons(parameters: Json) -> Iterator[str]:
    """A button of an inline keyboard does exactly one thing."""
    markup = parameters.get("reply_markup")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    for button in (button for row in rows for button in row if isinstance(button, dict)):
        if len(button.keys() - _WORDS_OF_A_BUTTON) != 1:
            yield f"a button does not do exactly one thing: {button}"


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)
