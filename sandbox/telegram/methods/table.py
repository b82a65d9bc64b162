"""Every method by its name in lower case: Telegram does not mind how a method's name is capitalised."""

from collections.abc import Callable
from typing import Any

from sandbox.telegram.call import Call
from sandbox.telegram.methods import answering, chats, editing, profile, receiving, sending
from sandbox.telegram.world import World

Method = Callable[[World, Call], Any]

METHODS: dict[str, Method] = {
    "answercallbackquery": answering.answer_callback_query,
    "answerinlinequery": answering.answer_inline_query,
    "copymessage": sending.copy_message,
    "deletemessage": sending.delete_message,
    "deletemycommands": profile.delete_my_commands,
    "deletewebhook": receiving.delete_webhook,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "editmessagetext": editing.edit_message_text,
    "getchat": chats.get_chat,
    "getchatadministrators": chats.get_chat_administrators,
    "getchatmember": chats.get_chat_member,
    "getchatmembercount": chats.get_chat_member_count,
    "getfile": sending.get_file,
    "getme": chats.get_me,
    "getmycommands": profile.get_my_commands,
    "getmydescription": profile.text_getter("description"),
    "getmyname": profile.text_getter("name"),
    "getmyshortdescription": profile.text_getter("short_description"),
    "getwebhookinfo": receiving.get_webhook_info,
    "leavechat": chats.leave_chat,
    "sendchataction": sending.send_chat_action,
    "senddocument": sending.send_document,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "setmycommands": profile.set_my_commands,
    "setmydescription": profile.text_setter("description", profile.MAX_DESCRIPTION),
    "setmyname": profile.text_setter("name", profile.MAX_NAME),
    "setmyshortdescription": profile.text_setter("short_description", profile.MAX_SHORT_DESCRIPTION),
    "setwebhook": receiving.set_webhook,
}
"""The methods that answer at once; `getUpdates`, which waits, is called by the server itself."""
