"""`python -m bot broadcast`: a broadcast from a script, which the running bot sends."""

import sys
from argparse import ArgumentParser, Namespace
from contextlib import aclosing
from datetime import datetime

from bot.clients import VERSION, open_sites
from bot.clock import monotonic
from bot.settings import Settings
from delivery.broadcasts import CHANNELS, EVERYBODY, GROUPS, PRIVATE_CHATS, Audience, Draft
from delivery.chats import Announcement
from handlers.broadcast_choices import ChoiceError, choose
from messages.broadcasts import read_buttons
from messages.clipping import visible_length
from messages.content import Content, Html, escaped
from messages.render_context import RenderContext
from messages.words import Words
from sites.http import site_session, user_agent
from storage.broadcasts import BroadcastStore
from storage.database import Database, sqlite_path
from storage.migrations.migrate import newest_version, stored_version

LONGEST = 4096
"""UTF-16 units of a message (https://core.telegram.org/bots/api#sendmessage)."""

_KINDS = {"everybody": EVERYBODY, "private": PRIVATE_CHATS, "groups": GROUPS, "channels": CHANNELS}


class BroadcastRefusedError(Exception):
    """Nothing will be broadcast."""


def add_arguments(parser: ArgumentParser) -> None:
    """Let the command take what a broadcast consists of."""
    parser.add_argument(
        "text", help="what is told, - for standard input; its last lines may be buttons: [Label] https://…"
    )
    parser.add_argument("--html", action="store_true", help="the text is Telegram HTML")
    parser.add_argument("--to", choices=_KINDS, default="everybody", help="which chats get it")
    parser.add_argument("--service", action="store_true", help="it is a service notice, not news")
    parser.add_argument("--pin", action="store_true", help="pin it where the bot may")
    parser.add_argument(
        "--choose",
        action="append",
        default=[],
        metavar="LINE",
        help="narrow it down or choose a time, as in the chat: 'petition 700143', 'at 24 December 09:30' (repeatable)",
    )
    parser.add_argument("--send", action="store_true", help="send it; without this the chats are only counted")


async def broadcast(settings: Settings, given: Namespace, now: datetime) -> str:
    """Store a broadcast for the bot to send, or only count whom it would reach; return what is to be said of it.

    The database may be in use. Raises `BroadcastRefusedError`.
    """
    database = sqlite_path(settings.database_url)
    if not database.exists() or stored_version(database) != newest_version():
        raise BroadcastRefusedError(f"{database} is not of this version of the bot: `migrate` makes it so.")
    draft = await _draft(settings, given, now)
    async with aclosing(Database(database)) as opened:
        store = BroadcastStore(opened)
        if not given.send:
            counts = await store.counts(draft.audience, draft.announcement)
            chats = sum(counts[kind] for kind in draft.audience.kinds)
            return f"It would go to {chats:,} chats. --send sends it."
        number = await store.draft(draft, now)
        sent = await store.confirm(number, now)
    return (
        f"Broadcast {number} goes to {sent or 0:,} chats. The running bot sends it, and /broadcasts shows how it goes."
    )


async def _draft(settings: Settings, given: Namespace, now: datetime) -> Draft:
    if not settings.operator_ids:
        raise BroadcastRefusedError("OPERATOR_IDS is empty: somebody has to be told how it ends.")
    written = sys.stdin.read() if given.text == "-" else given.text
    text, buttons = read_buttons(Html(written) if given.html else escaped(written))
    if not text or visible_length(text) > LONGEST:
        raise BroadcastRefusedError(f"A message has 1 to {LONGEST:,} characters.")
    draft = Draft(
        operator=min(settings.operator_ids),
        content=Content(text=text, buttons=buttons),
        announcement=Announcement.SERVICE if given.service else Announcement.NEWS,
        audience=Audience(kinds=_KINDS[given.to]),
        pinned=given.pin,
    )
    async with site_session(user_agent(VERSION, settings.contact)) as session:
        clients = open_sites(settings, session, monotonic)
        sites = {site: client.legislature for site, client in clients.items()}
    words = Words()
    render = RenderContext(words=words, sites=sites, zone=sites[settings.sites[0]].zone, now=now)
    try:
        return choose(draft, "\n".join(given.choose), render, may_pay=settings.paid_pace is not None)
    except ChoiceError as error:
        raise BroadcastRefusedError(words.plain(error.message, **error.arguments)) from None
