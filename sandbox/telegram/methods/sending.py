"""Methods that put a message into a chat."""

from typing import Any

from sandbox.telegram.access import joined_chat, open_thread, replied_message, writable_chat
from sandbox.telegram.call import Call
from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.events import ActionShown
from sandbox.telegram.files import StoredFile
from sandbox.telegram.formatted import Formatted, formatted_caption, formatted_text
from sandbox.telegram.keyboards import Markup, read_markup
from sandbox.telegram.messages import Message
from sandbox.telegram.world import World

_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note".split()
)
_COPIED = ("text", "entities", "caption", "caption_entities", "photo", "document", "link_preview_options")


def send_message(world: World, call: Call) -> Json:
    """`sendMessage`."""
    words = formatted_text(call.text("text"), call.text("parse_mode"), call.array("entities"))
    markup = read_markup(call.structure("reply_markup"))
    chat = writable_chat(world, call.params.get("chat_id"))
    content: Json = {"text": words.text}
    if words.entities:
        content["entities"] = words.entities
    if preview := call.mapping("link_preview_options"):
        content["link_preview_options"] = preview
    return _send(world, call, chat, content, markup).json


def send_photo(world: World, call: Call) -> Json:
    """`sendPhoto`, with an upload or the id of an earlier one."""
    caption = caption_of(call)
    markup = read_markup(call.structure("reply_markup"))
    chat = writable_chat(world, call.params.get("chat_id"), "photos")
    content: Json = {"photo": _photo(world, call).as_photo(), **caption_json(caption)}
    return _send(world, call, chat, content, markup).json


def send_document(world: World, call: Call) -> Json:
    """`sendDocument`, with an upload or the id of an earlier one."""
    caption = caption_of(call)
    markup = read_markup(call.structure("reply_markup"))
    chat = writable_chat(world, call.params.get("chat_id"), "documents")
    content: Json = {"document": _document(world, call).as_document(), **caption_json(caption)}
    return _send(world, call, chat, content, markup).json


def copy_message(world: World, call: Call) -> Json:
    """`copyMessage`: words and media go along, buttons only if given anew."""
    source = joined_chat(world, call.params.get("from_chat_id"))
    original = source.messages.get(call.integer("message_id") or 0)
    if original is None:
        raise bad_request("message to copy not found")
    if original.is_service:
        raise bad_request("message can't be copied")
    content: Json = {key: original.json[key] for key in _COPIED if key in original.json}
    if call.has("caption") and "text" not in content:
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content.update(caption_json(caption_of(call)))
    markup = read_markup(call.structure("reply_markup"))
    chat = writable_chat(world, call.params.get("chat_id"))
    return {"message_id": _send(world, call, chat, content, markup).message_id}


def send_chat_action(world: World, call: Call) -> bool:
    """`sendChatAction`."""
    action = call.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(world, call.params.get("chat_id"))
    thread = open_thread(world, chat, call)
    world.events.emit(ActionShown(chat_id=chat.id, thread=thread, action=action))
    return True


def delete_message(world: World, call: Call) -> bool:
    """`deleteMessage`: its own messages, anybody's in private, and others' where it is admin with the right."""
    chat = joined_chat(world, call.params.get("chat_id"))
    message = chat.messages.get(call.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to delete not found")
    if not (message.by_bot or chat.is_private or chat.member(world.bot).may("can_delete_messages")):
        raise bad_request("message can't be deleted")
    world.delete(chat, message)
    return True


def get_file(world: World, call: Call) -> Json:
    """`getFile`: where a file can be fetched."""
    file = world.files.by_id(call.text("file_id"))
    return {**file.as_json(), "file_path": file.path}


def caption_of(call: Call) -> Formatted:
    """The caption that a call carries."""
    return formatted_caption(call.text("caption"), call.text("parse_mode"), call.array("caption_entities"))


def caption_json(caption: Formatted) -> Json:
    """A caption as fields of a Message."""
    if not caption.text:
        return {}
    data: Json = {"caption": caption.text}
    if caption.entities:
        data["caption_entities"] = caption.entities
    return data


def _send(world: World, call: Call, chat: Chat, content: Json, markup: Markup) -> Message:
    thread = open_thread(world, chat, call)
    reply_to = replied_message(chat, call)
    world.admit(chat)
    if call.flag("protect_content"):
        content["has_protected_content"] = True
    silent = call.flag("disable_notification")
    return world.send(
        chat, content, thread=thread, reply_to=reply_to, silent=silent, inline=markup.inline, screen=markup.screen
    )


def _photo(world: World, call: Call) -> StoredFile:
    upload = call.upload("photo")
    return world.files.add_photo(upload) if upload is not None else _earlier(world, call.params.get("photo"))


def _document(world: World, call: Call) -> StoredFile:
    upload = call.upload("document")
    return world.files.add_document(upload) if upload is not None else _earlier(world, call.params.get("document"))


def _earlier(world: World, given: Any) -> StoredFile:
    if not isinstance(given, str) or not given:
        raise bad_request("there is no file in the request")
    if given.startswith(("http://", "https://")):
        # This Telegram fetches nothing from anywhere.
        raise bad_request("failed to get HTTP URL content")
    return world.files.by_id(given)
