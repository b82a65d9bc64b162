"""Methods that change a message of the bot."""

from typing import NoReturn

from sandbox.telegram.access import writable_chat
from sandbox.telegram.call import Call
from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.formatted import formatted_text
from sandbox.telegram.keyboards import read_markup
from sandbox.telegram.messages import Message, words
from sandbox.telegram.methods.sending import caption_json, caption_of
from sandbox.telegram.world import World


def edit_message_text(world: World, call: Call) -> Json:
    """`editMessageText`; without a `reply_markup` the buttons go."""
    edited = formatted_text(call.text("text"), call.text("parse_mode"), call.array("entities"))
    chat, message = _editable(world, call)
    if "text" not in message.json:
        raise bad_request("there is no text in the message to edit")
    content: Json = {"text": edited.text}
    if edited.entities:
        content["entities"] = edited.entities
    if preview := call.mapping("link_preview_options"):
        content["link_preview_options"] = preview
    return _edit(world, call, chat, message, without=("text", "entities", "link_preview_options"), content=content)


def edit_message_caption(world: World, call: Call) -> Json:
    """`editMessageCaption`; without a `reply_markup` the buttons go."""
    caption = caption_of(call)
    chat, message = _editable(world, call)
    if "photo" not in message.json and "document" not in message.json:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, call, chat, message, without=("caption", "caption_entities"), content=caption_json(caption))


def edit_message_reply_markup(world: World, call: Call) -> Json:
    """`editMessageReplyMarkup`."""
    chat, message = _editable(world, call)
    return _edit(world, call, chat, message, without=(), content={})


def _editable(world: World, call: Call) -> tuple[Chat, Message]:
    if call.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = writable_chat(world, call.params.get("chat_id"))
    message_id = call.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(world: World, call: Call, chat: Chat, message: Message, *, without: tuple[str, ...], content: Json) -> Json:
    markup = read_markup(call.structure("reply_markup"), inline_only=True).inline
    json = {key: value for key, value in message.json.items() if key not in (*without, "reply_markup", "edit_date")}
    json["edit_date"] = world.timestamp()
    json.update(content)
    if markup is not None:
        json["reply_markup"] = markup
    if words(json) == words(message.json) and markup == message.inline:
        _refuse_unmodified()
    world.admit(chat)
    world.edit(chat, message, json)
    return json


def _refuse_unmodified() -> NoReturn:
    raise bad_request(
        "message is not modified: specified new message content and reply markup are exactly the same as "
        "a current content and reply markup of the message"
    )
