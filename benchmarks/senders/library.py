"""The usual way: `python -m benchmarks.senders.library URL COUNT` calls `send_message` on the default back end."""

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.ext import Application, ExtBot

from benchmarks.messages import TOKEN, content
from benchmarks.senders.stopwatch import Stopwatch

IN_FLIGHT = 32


async def main(url: str, count: int) -> None:
    """Send, and say in how many seconds all was answered."""
    application = Application.builder().token(TOKEN).base_url(f"{url}/bot").updater(None).build()
    await application.initialize()
    numbers = iter(range(count))
    stopwatch = Stopwatch()
    await asyncio.gather(*(_send(application.bot, numbers) for _ in range(IN_FLIGHT)))
    stopwatch.say()
    await application.shutdown()


async def _send(bot: ExtBot[Any], numbers: Iterator[int]) -> None:
    for number in numbers:
        message = content(number)
        await bot.send_message(
            number + 1,
            message.text,
            parse_mode="HTML",
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=InlineKeyboardMarkup(
                [
                    [InlineKeyboardButton(button.label, url=button.url, callback_data=button.data) for button in row]
                    for row in message.buttons
                ]
            ),
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
