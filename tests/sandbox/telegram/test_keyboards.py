from typing import Any

import pytest

from sandbox.telegram.errors import ApiError
from sandbox.telegram.keyboards import read_markup


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


def test_an_inline_keyboard_comes_back_with_telegrams_spelling_of_links() -> None:
    given = keyboard({"text": "Open", "url": "https://a.uk"}, {"text": "Mute", "callback_data": "1:mute"})
    assert read_markup(given) == keyboard(
        {"text": "Open", "url": "https://a.uk/"}, {"text": "Mute", "callback_data": "1:mute"}
    )


@pytest.mark.parametrize("data", ["a", "é" * 32, "x" * 64])
def test_callback_data_has_up_to_64_bytes(data: str) -> None:
    assert read_markup(keyboard({"text": "a", "callback_data": data})) is not None


@pytest.mark.parametrize(
    ("button", "problem"),
    [
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        (
            {"text": "a", "url": "http://nowhere"},
            "inline keyboard button URL 'http://nowhere' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "a", "url": "ftp://a.uk"},
            "inline keyboard button URL 'ftp://a.uk' is invalid: Unsupported URL protocol",
        ),
        ({"text": "a", "url": ""}, "inline keyboard button URL '' is invalid: URL host is empty"),
        ({"text": "a"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            {"text": "a", "callback_data": "a", "url": "https://a.uk"},
            "can't parse inline keyboard button: exactly one action must be specified",
        ),
        ({"callback_data": "a"}, 'can\'t parse inline keyboard button: Field "text" must be of type String'),
    ],
)
def test_a_button_that_telegram_would_not_take_is_refused(button: dict[str, Any], problem: str) -> None:
    with pytest.raises(ApiError) as refusal:
        read_markup(keyboard(button))
    assert refusal.value.description == f"Bad Request: {problem}"


def test_a_keyboard_has_up_to_100_buttons() -> None:
    button = {"text": "a", "callback_data": "a"}
    assert read_markup(keyboard(*[button] * 100)) is not None
    with pytest.raises(ApiError, match="reply markup is too long"):
        read_markup(keyboard(*[button] * 101))


@pytest.mark.parametrize(
    "markup",
    [{"force_reply": True}, {"keyboard": [["a", {"text": "b"}]]}, {"remove_keyboard": True}],
)
def test_reply_keyboards_belong_to_the_screen_and_not_to_edits(markup: dict[str, Any]) -> None:
    assert read_markup(markup) == markup
    with pytest.raises(ApiError, match="inline keyboard expected"):
        read_markup(markup, inline_only=True)
