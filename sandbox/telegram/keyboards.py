"""What may hang under a message: inline keyboards, reply keyboards, a request to reply."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.links import checked_link, linked_user
from sandbox.telegram.text import require_utf8

MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
_ACTIONS = frozenset(
    "url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat copy_text callback_game pay".split()
)
_LOOKS = ("icon_custom_emoji_id", "style")


@dataclass(frozen=True, slots=True)
class Markup:
    """Exactly one of the two is set: inline keyboards belong to the message, the others to the person's screen."""

    inline: Json | None = None
    screen: Json | None = None


NO_MARKUP = Markup()


def read_markup(given: Any, *, inline_only: bool = False) -> Markup:
    """Check a `reply_markup` as Telegram does and keep it in the form in which Telegram gives it back."""
    if given is None or given == {}:
        return NO_MARKUP
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        rows = _inline_rows(given["inline_keyboard"])
        return Markup(inline={"inline_keyboard": rows}) if rows else NO_MARKUP
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in given:
        _check_reply_rows(given["keyboard"])
    elif given.get("remove_keyboard") is not True and given.get("force_reply") is not True:
        return NO_MARKUP
    return Markup(screen=given)


def buttons(inline: Json | None) -> Iterator[Json]:
    """Every button of an inline keyboard, in reading order."""
    if inline is not None:
        for row in inline["inline_keyboard"]:
            yield from row


def _inline_rows(rows: Any) -> list[list[Json]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    checked = [[_inline_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return checked


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    kept: Json = {"text": _label(button, "inline keyboard button")}
    actions = [name for name in button if name in _ACTIONS]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action must be specified")
    action = actions[0]
    match action:
        case "callback_data":
            kept[action] = _callback_data(button[action])
        case "url":
            kept[action] = _button_url(button[action])
        case _:
            kept[action] = button[action]
    kept.update({name: button[name] for name in _LOOKS if name in button})
    return kept


def _callback_data(data: Any) -> str:
    if not isinstance(data, str):
        raise bad_request('can\'t parse inline keyboard button: Field "callback_data" must be of type String')
    require_utf8(data)
    if not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _button_url(url: Any) -> str:
    if not isinstance(url, str):
        raise bad_request('can\'t parse inline keyboard button: Field "url" must be of type String')
    require_utf8(url)
    if linked_user(url) is not None:
        return url
    try:
        return checked_link(url)
    except ValueError as reason:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}") from None


def _check_reply_rows(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    for row in rows:
        for button in row:
            if not isinstance(button, str):
                _label(button if isinstance(button, dict) else {}, "keyboard button")


def _label(button: Json, what: str) -> str:
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'can\'t parse {what}: Field "text" must be of type String')
    require_utf8(text)
    if not text:
        raise bad_request(f"{what} text must be non-empty")
    return text
