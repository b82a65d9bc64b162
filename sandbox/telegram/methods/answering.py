"""Methods that answer a press of a button."""

from sandbox.telegram.call import Call
from sandbox.telegram.errors import bad_request
from sandbox.telegram.events import CallbackAnswered
from sandbox.telegram.text import require_utf8, utf16_length
from sandbox.telegram.world import World

MAX_ANSWER = 200
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(world: World, call: Call) -> bool:
    """`answerCallbackQuery`: once, while the person waits."""
    text = call.text("text")
    require_utf8(text)
    if utf16_length(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press = world.presses.take(call.text("callback_query_id"), world.monotonic())
    if press is None:
        raise bad_request(_TOO_OLD)
    is_alert, url = call.flag("show_alert"), call.text("url") or None
    press.settle(text, is_alert=is_alert, url=url)
    world.events.emit(
        CallbackAnswered(
            chat_id=press.chat_id,
            message_id=press.message_id,
            user_id=press.user_id,
            text=text,
            is_alert=is_alert,
            url=url,
        )
    )
    return True


def answer_inline_query(world: World, call: Call) -> bool:
    """`answerInlineQuery`: nobody in this world asks inline, so every id is unknown."""
    raise bad_request(_TOO_OLD)
