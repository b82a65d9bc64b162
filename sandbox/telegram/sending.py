"""Methods that put a message into a chat, change it, or take it away."""

from sandbox.telegram.access import joined_chat, open_thread, receiver_of, replied_message, writable_chat
from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.formatted import caption_fields, text_fields
from sandbox.telegram.keyboards import read_markup
from sandbox.telegram.messages import Message, words
from sandbox.telegram.requests import Call
from sandbox.telegram.text import require_utf8, utf16_length
from sandbox.telegram.world import World

MAX_ANSWER = 200
CALLBACK_LIFETIME = 60.0
"""Seconds within which a press of a button can be answered."""

_TEXT = ("text", "entities", "link_preview_options")
_CONTENT = (*_TEXT, "caption", "caption_entities", "photo", "document")


def send_message(world: World, call: Call) -> Json:
    """`sendMessage`."""
    return _send(world, call, "text messages", _text(call)).json


def send_photo(world: World, call: Call) -> Json:
    """`sendPhoto`, with an upload or the id of an earlier one."""
    return _send(world, call, "photos", {"photo": [_file(world, call, "photo")], **_caption(call)}).json


def send_document(world: World, call: Call) -> Json:
    """`sendDocument`, with an upload or the id of an earlier one."""
    return _send(world, call, "documents", {"document": _file(world, call, "document"), **_caption(call)}).json


def copy_message(world: World, call: Call) -> Json:
    """`copyMessage`: words and media go along, buttons only if given anew."""
    source = joined_chat(world, call.params.get("from_chat_id"))
    original = source.numbered(call.integer("message_id"))
    if original is None:
        raise bad_request("message to copy not found")
    if original.is_service:
        raise bad_request("message can't be copied")
    content = {key: original.json[key] for key in _CONTENT if key in original.json}
    return {"message_id": _send(world, call, "text messages", content).message_id}


def edit_message_text(world: World, call: Call) -> Json:
    """`editMessageText`; without a `reply_markup` the buttons go."""
    return _edit(world, call, _TEXT, _text(call))


def edit_message_media(world: World, call: Call) -> Json:
    """`editMessageMedia` with a photo: it takes the place of whatever the message showed."""
    media = call.mapping("media")
    if media.get("type") != "photo":
        raise bad_request("this Telegram puts photos in the place of others, and nothing else")
    shown = Call(call.method, {**media, "photo": media.get("media")}, call.files)
    photo = {"photo": [_file(world, shown, "photo")], **_caption(shown)}
    return _edit(world, call, _CONTENT, photo)


def edit_message_reply_markup(world: World, call: Call) -> Json:
    """`editMessageReplyMarkup`."""
    return _edit(world, call, (), {})


def delete_message(world: World, call: Call) -> bool:
    """`deleteMessage`: its own messages, anybody's in private, and others' where it is admin with the right."""
    chat = joined_chat(world, call.params.get("chat_id"))
    message = chat.numbered(call.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not (message.by_bot or chat.is_private or chat.member(world.bot).may("can_delete_messages")):
        raise bad_request("message can't be deleted")
    world.delete(chat, message)
    return True


def pin_chat_message(world: World, call: Call) -> bool:
    """`pinChatMessage`: in private, and where it is admin with the right."""
    chat = joined_chat(world, call.params.get("chat_id"))
    message = chat.messages.get(call.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to pin not found")
    right = "can_edit_messages" if chat.is_channel else "can_pin_messages"
    if not (chat.is_private or chat.member(world.bot).may(right)):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    message.pinned = True
    world.edit(message, message.json)
    return True


def answer_callback_query(world: World, call: Call) -> bool:
    """`answerCallbackQuery`: once, while the person waits."""
    text = call.text("text")
    require_utf8(text)
    if utf16_length(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press = world.presses.pop(call.text("callback_query_id"), None)
    if press is None or world.monotonic() - press.at > CALLBACK_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    is_alert, url = call.flag("show_alert"), call.text("url") or None
    press.answer_callback(text, is_alert=is_alert)
    where = {"chat_id": press.chat_id, "message_id": press.message_id}
    world.tell("CallbackAnswered", **where, text=text, is_alert=is_alert, url=url)
    return True


def _text(call: Call) -> Json:
    _refuse_entities(call, "entities")
    preview = call.mapping("link_preview_options")
    fields = text_fields(call.text("text"), call.text("parse_mode"))
    return fields | {"link_preview_options": preview} if preview else fields


def _caption(call: Call) -> Json:
    _refuse_entities(call, "caption_entities")
    return caption_fields(call.text("caption"), call.text("parse_mode"))


def _refuse_entities(call: Call, name: str) -> None:
    if call.structure(name):
        raise bad_request(f"this Telegram reads HTML and no {name}")


def _file(world: World, call: Call, kind: str) -> Json:
    upload = call.upload(kind)
    if upload is not None:
        return world.files.add(kind, upload)
    given = call.text(kind)
    if not given:
        raise bad_request("there is no file in the request")
    if given.startswith(("http://", "https://")):
        # This Telegram fetches nothing from anywhere.
        raise bad_request("failed to get HTTP URL content")
    earlier = world.files.by_id(given).json
    if ("width" in earlier) != (kind == "photo"):
        raise bad_request(f"can't use a file of another type as {kind.capitalize()}")
    return earlier


def _send(world: World, call: Call, what: str, content: Json) -> Message:
    markup = read_markup(call.structure("reply_markup"))
    chat = writable_chat(world, call.params.get("chat_id"), what)
    thread = open_thread(world, chat, call)
    reply_to, receiver = replied_message(chat, call), receiver_of(world, chat, call)
    world.admit(chat, paid=call.flag("allow_paid_broadcast"))
    if markup is not None and "inline_keyboard" in markup:
        content["reply_markup"], markup = markup, None
    silent = call.flag("disable_notification")
    return world.post(
        chat, world.bot, content, thread=thread, reply_to=reply_to, silent=silent, screen=markup, receiver=receiver
    )


def _edit(world: World, call: Call, replaced: tuple[str, ...], content: Json) -> Json:
    """Put `content` in the place of the `replaced` fields. Text alone takes the place of text alone."""
    chat, message = _editable(world, call)
    if replaced == _TEXT and "text" not in message.json:
        raise bad_request("there is no text in the message to edit")
    markup = read_markup(call.structure("reply_markup"), inline_only=True)
    json = {key: value for key, value in message.json.items() if key not in (*replaced, "reply_markup")}
    json |= content | {"edit_date": world.timestamp()}
    if markup is not None:
        json["reply_markup"] = markup
    if words(json) == words(message.json) and markup == message.json.get("reply_markup"):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as "
            "a current content and reply markup of the message"
        )
    world.admit(chat)
    world.edit(message, json)
    return json


def _editable(world: World, call: Call) -> tuple[Chat, Message]:
    chat = writable_chat(world, call.params.get("chat_id"))
    ephemeral = chat.ephemeral(call.integer("ephemeral_message_id"), call.integer("receiver_user_id"))
    message = ephemeral or chat.numbered(call.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return chat, message
