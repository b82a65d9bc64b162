"""Whatever a request holds, it gets an answer in Telegram's form."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.telegram.errors import ApiError
from sandbox.telegram.local import LocalTelegram
from sandbox.telegram.methods import METHODS
from sandbox.telegram.requests import Call
from tests.sandbox.telegram.conftest import TOKEN, Clock

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from([1001, "1001", 1, "{", "[]"])
)
KEYS = st.sampled_from(
    "text url callback_data inline_keyboard keyboard type offset length command description message_id chat_id user_id "
    "receiver_user_id ephemeral_message_id callback_query_id".split()
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
NAMES = st.sampled_from(
    "chat_id message_id text caption entities caption_entities reply_markup reply_parameters link_preview_options scope "
    "commands ephemeral_message_parameters receiver_user_id ephemeral_message_id "
    "user_id file_id photo document callback_query_id action url secret_token allowed_updates from_chat_id "
    "message_thread_id parse_mode name description".split()
)


@pytest.mark.parametrize("method", sorted(METHODS.keys() - {"getupdates"}))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(params=st.dictionaries(NAMES, VALUES, max_size=6))
def test_no_parameters_crash_a_method(method: str, params: dict[str, Any], clock: Clock) -> None:
    telegram = LocalTelegram(token=TOKEN, now=clock.now, monotonic=clock.monotonic)
    ann = telegram.add_user("Ann", started=True)
    telegram.say(ann, ann, "hello")
    with suppress(ApiError):
        METHODS[method](telegram, Call(method, {"chat_id": ann.id, "from_chat_id": ann.id, "text": "a", **params}, {}))


@pytest.mark.parametrize(
    "params",
    [
        {"reply_parameters": {"message_id": "first"}},
        {"reply_parameters": '{"message_id": [1]}'},
        {"entities": [{"type": [], "offset": 0, "length": 1}]},
        {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": []}]]}},
        {"message_thread_id": "x"},
        {"chat_id": [1]},
    ],
)
def test_wrong_types_are_refused(params: dict[str, Any], clock: Clock) -> None:
    telegram = LocalTelegram(token=TOKEN, now=clock.now, monotonic=clock.monotonic)
    ann = telegram.add_user("Ann", started=True)
    with pytest.raises(ApiError, match="Bad Request"):
        METHODS["sendmessage"](telegram, Call("sendMessage", {"chat_id": ann.id, "text": "a", **params}, {}))
