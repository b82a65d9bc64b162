"""The peer that does nothing: `python -m benchmarks.empty_application URL` polls with no handlers at all."""

import asyncio
import sys

from telegram.ext import Application

from benchmarks.messages import TOKEN


async def main(url: str) -> None:
    """Poll until the process is ended."""
    application = Application.builder().token(TOKEN).base_url(f"{url}/bot").build()
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
