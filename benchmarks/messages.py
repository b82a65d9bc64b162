"""The messages that are sent: alerts as the bot words them, each with a mark by which it is known again."""

import json
from datetime import UTC, datetime
from typing import Any

from messages.content import Button, Content, Html

TOKEN = "1:benchmark"
MARK = "mark-"

_TITLE = "Require every public library to open on at least five days a week"
_ADDRESS = "https://petition.parliament.uk/petitions/700001"
_MEANING = "The government will respond. It usually does so within a few weeks, and you will hear of it here."


def content(number: int) -> Content:
    """Return the alert of that number."""
    return Content(
        text=Html(
            f'<b>10,000 signatures</b>\n<a href="{_ADDRESS}">{_TITLE}</a>\n\n{_MEANING}\n'
            f"Signatures: 10,017, and 412 a day.\n{MARK}{number}"
        ),
        buttons=((Button(label="Open the petition", url=_ADDRESS), Button(label="Mute", data="1:mute:uk:700001")),),
    )


def _example_answer() -> dict[str, Any]:
    """Return what Telegram answers, in full: it repeats the message as it stands in the chat."""
    headline = "10,000 signatures"
    return {
        "from": {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"},
        "date": int(datetime(2026, 11, 22, tzinfo=UTC).timestamp()),
        "text": f"{headline}\n{_TITLE}\n\n{_MEANING}\nSignatures: 10,017, and 412 a day.",
        "entities": [
            {"type": "bold", "offset": 0, "length": len(headline)},
            {"type": "text_link", "offset": len(headline) + 1, "length": len(_TITLE), "url": _ADDRESS},
        ],
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "Open the petition", "url": _ADDRESS},
                    {"text": "Mute", "callback_data": "1:mute:uk:700001"},
                ]
            ]
        },
    }


EXAMPLE_ANSWER = (
    b'{"ok":true,"result":{"message_id":%d,"chat":{"id":%d,"type":"private","first_name":"Ada"},'
    + json.dumps(_example_answer()).encode()[1:].replace(b"%", b"%%")
    + b"}"
)
"""To be filled with a message id and a chat id."""
