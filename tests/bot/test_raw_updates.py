"""Updates are read one by one: whatever one of them holds, the others are read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.raw_updates import LARGEST_ID, RawUpdate, UnreadableUpdate, read_update, read_updates

NONSENSE = {
    "half a character": b'"\\ud800"',
    "nested too deep": b"[" * 600 + b"]" * 600,
    "a number of 5,000 digits": b"9" * 5_000,
    "no number": b"NaN",
    "an id that nothing can store": b'{"chat":[{"id":-9223372036854775809}]}',
}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_ID, LARGEST_ID)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
UPDATES = st.fixed_dictionaries({"update_id": st.integers(0, LARGEST_ID), "message": VALUES, '"]},{[': VALUES})


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_an_update_that_cannot_be_read_spoils_no_other(nonsense: bytes) -> None:
    answer = b'{"ok":true,"result":[{"update_id":1},{"update_id":2,"x":%b},{"update_id":"3"}]}' % nonsense
    assert read_updates(answer) == [{"update_id": 1}, UnreadableUpdate(2), {"update_id": "3"}]


@pytest.mark.parametrize("raw", [b"{}", b"[]", b'{"update_id":-1}', b'{"update_id":9223372036854775808}', b"\xff"])
def test_an_update_without_an_id_that_can_be_stored_is_none(raw: bytes) -> None:
    assert read_update(raw) is None


def test_words_that_look_like_an_id_are_not_taken_for_one() -> None:
    raw = json.dumps({"text": '"update_id": 5', "update_id": 7}).encode()[:-1] + b',"x":NaN}'
    assert read_update(raw) == UnreadableUpdate(7)


@pytest.mark.parametrize("answer", [b"", b"{}", b'{"ok":false,"description":"no"}', b'{"result":{}}'])
def test_an_answer_without_updates_has_none(answer: bytes) -> None:
    assert read_updates(answer) is None


@given(st.lists(UPDATES, max_size=4), st.booleans())
def test_whatever_can_be_read_is_read_as_it_was_written(updates: list[RawUpdate], ascii_only: bool) -> None:
    answer = json.dumps({"ok": True, "result": updates}, ensure_ascii=ascii_only).encode()
    assert read_updates(answer) == updates


@given(st.binary())
def test_no_answer_is_too_strange(answer: bytes) -> None:
    read_updates(answer)
    read_updates(b'{"result":[' + answer)
    read_update(answer)
