"""What may hang under a message: inline keyboards, reply keyboards, a request to reply."""

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
_KEPT = _ACTIONS | {"icon_custom_emoji_id", "style"}
_CANNOT_PARSE = "can't parse inline keyboard button"


def read_markup(given: Any, *, inline_only: bool = False) -> Json | None:
    """Check a `reply_markup` as Telegram does and return it in the form in which Telegram gives it back.

    An inline keyboard belongs to the message; a reply keyboard or a request to reply to the person's screen.
    """
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        rows = [[_inline_button(button) for button in row] for row in _rows(given["inline_keyboard"]) if row]
        if sum(map(len, rows)) > MAX_BUTTONS:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": rows} if rows else None
    if given and inline_only:
        raise bad_request("inline keyboard expected")
    for row in _rows(given.get("keyboard", [])):
        for button in row:
            _text(button if isinstance(button, dict) else {"text": button}, "keyboard button")
    return given or None


def _rows(rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("the keyboard of a reply markup must be an Array of Arrays")
    return rows


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request(f"{_CANNOT_PARSE}: InlineKeyboardButton must be an Object")
    text = _text(button, "inline keyboard button")
    actions = [name for name in button if name in _ACTIONS]
    if not actions:
        raise bad_request(f"{_CANNOT_PARSE}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"{_CANNOT_PARSE}: exactly one action must be specified")
    kept = {"text": text} | {name: button[name] for name in button if name in _KEPT}
    if actions == ["callback_data"]:
        data = _string(button, "callback_data", "inline keyboard button")
        if not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif actions == ["url"]:
        kept["url"] = _url(_string(button, "url", "inline keyboard button"))
    return kept


def _url(url: str) -> str:
    if linked_user(url) is not None:
        return url
    try:
        return checked_link(url)
    except ValueError as reason:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}") from None


def _text(button: Json, what: str) -> str:
    if not (text := _string(button, "text", what)):
        raise bad_request(f"{what} text must be non-empty")
    return text


def _string(button: Json, name: str, what: str) -> str:
    value = button.get(name)
    if not isinstance(value, str):
        raise bad_request(f'can\'t parse {what}: Field "{name}" must be of type String')
    require_utf8(value)
    return value
