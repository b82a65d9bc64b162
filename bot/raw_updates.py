"""Updates as Telegram wrote them, each read for itself: one that cannot be read spoils no other."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic_core import from_json

LARGEST_ID = 2**63 - 1
"""Neither a database nor Telegram has a larger number."""

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_ID = re.compile(rb'"update_id"\s*:\s*([0-9]{1,19})(?![0-9.eE])')
_LONG_NUMBER = re.compile(rb"[0-9]{19}")
_RESULT = re.compile(rb'"result"\s*:\s*\[')


@dataclass(frozen=True, slots=True)
class UnreadableUpdate:
    """An update of which nothing can be read but its id."""

    update_id: int


RawUpdate = Mapping[str, object] | UnreadableUpdate


def read_update(raw: bytes) -> RawUpdate | None:
    """Read one update; `None` when it has no id by which it could be acknowledged.

    Unreadable is what is no JSON, nested too deep, or holds numbers or halves of characters that nothing can store.
    """
    try:
        update = from_json(raw, allow_inf_nan=False)
    except ValueError:
        found = _ID.search(raw)
        return UnreadableUpdate(int(found[1])) if found is not None and int(found[1]) <= LARGEST_ID else None
    number = id_of(update) if isinstance(update, dict) else None
    if number is None:
        return None
    return UnreadableUpdate(number) if _LONG_NUMBER.search(raw) and not _can_be_stored(update) else update


def read_updates(answer: bytes) -> list[RawUpdate] | None:
    """Read the updates in an answer to `getUpdates` one by one; `None` when it holds no list of them."""
    begin = _RESULT.search(answer)
    if begin is None:
        return None
    return [update for raw in _objects(answer, begin.end()) if (update := read_update(raw)) is not None]


def id_of(update: Mapping[str, object]) -> int | None:
    """Return the id of an update, if it is one that can be stored."""
    number = update.get("update_id")
    if isinstance(number, str) and number.isascii() and number.isdecimal() and len(number) < 20:
        number = int(number)
    return number if type(number) is int and 0 <= number <= LARGEST_ID else None


def number_of(update: RawUpdate) -> int:
    """Return the id of an update that was read, or could not be."""
    return update.update_id if isinstance(update, UnreadableUpdate) else int(str(update["update_id"]))


def _can_be_stored(value: object) -> bool:
    match value:
        case dict():
            return all(map(_can_be_stored, value.values()))
        case list():
            return all(map(_can_be_stored, value))
        case int():
            return -LARGEST_ID <= value <= LARGEST_ID
        case _:
            return True


def _objects(text: bytes, at: int) -> Iterator[bytes]:
    """Yield the objects of the array that begins there, without looking into them."""
    depth, begin = 0, at
    for token in _TOKEN.finditer(text, at):
        match token[0]:
            case b"{" | b"[":
                begin = token.start() if depth == 0 else begin
                depth += 1
            case b"}" | b"]":
                depth -= 1
                if depth < 0:
                    return
                if depth == 0:
                    yield text[begin : token.end()]
