"""Where things are: on the petition sites, and in Telegram.

Live addresses of a site lead to the archive by themselves once a petition is there.
"""

import re
from urllib.parse import quote, quote_plus

from petitions.legislature import Legislatures
from petitions.petition import PetitionRef, Site

ADDED = "added"
"""What Telegram says after /start in a group to which the bot was added by `add_to_group_url`."""

_GROUP = re.compile(r"g_(-[1-9][0-9]{0,17})")


def add_to_group_url(bot_name: str) -> str:
    """Return the link by which somebody adds the bot to a group, where it asks for no rights."""
    return f"https://t.me/{bot_name}?startgroup={ADDED}"


def set_up_group_url(bot_name: str, group: int) -> str:
    """Return the link that opens the private chat with the page of a group (a Telegram id)."""
    return f"https://t.me/{bot_name}?start=g_{group}"


def channel_url(channel: int) -> str:
    """Return the link that opens a channel (a Telegram id) for those who are in it."""
    return f"https://t.me/c/{str(channel).removeprefix('-100')}/1"


def group_to_set_up(payload: str) -> int | None:
    """Read the group in the payload of such a link, `None` when it is of another kind."""
    match = _GROUP.fullmatch(payload.strip())
    return None if match is None else int(match[1])


def petition_url(ref: PetitionRef, sites: Legislatures) -> str:
    """Return the petition's page."""
    legislature = sites[ref.site]
    return legislature.address + legislature.petition_page.format(number=quote(ref.number, safe=""))


def response_url(ref: PetitionRef, sites: Legislatures) -> str:
    """Return the petition's page with the government's response unfolded."""
    legislature = sites[ref.site]
    return legislature.address + legislature.response_page.format(number=quote(ref.number, safe=""))


def search_url(query: str, site: Site, sites: Legislatures) -> str:
    """Return the site's own page of results."""
    return sites[site].address + sites[site].search_page.format(query=quote_plus(query))
