"""What may hang under a message: inline keyboards, reply keyboards, a request to reply."""

from typing import Any

from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.links import checked_link
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
        rows = given["inline_keyboard"]
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        rows = [[_inline_button(button) for button in row] for row in rows if row]
        if sum(map(len, rows)) > MAX_BUTTONS:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": rows} if rows else None
    if given and inline_only:
        raise bad_request("inline keyboard expected")
    return given or None


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request(f"{_CANNOT_PARSE}: InlineKeyboardButton must be an Object")
    if not (text := _string(button, "text")):
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in button if name in _ACTIONS]
    if not actions:
        raise bad_request(f"{_CANNOT_PARSE}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"{_CANNOT_PARSE}: exactly one action must be specified")
    kept = {"text": text} | {name: button[name] for name in button if name in _KEPT}
    if actions == ["callback_data"]:
        data = _string(button, "callback_data")
        if not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif actions == ["url"]:
        kept["url"] = _url(_string(button, "url"))
    return kept


def _url(url: str) -> str:
    try:
        return checked_link(url)
    except ValueError as reason:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}") from None


def _string(button: Json, name: str) -> str:
    value = button.get(name)
    if not isinstance(value, str):
        raise bad_request(f'{_CANNOT_PARSE}: Field "{name}" must be of type String')
    require_utf8(value)
    return value
