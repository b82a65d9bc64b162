"""What sets one legislature's petitions apart from another's: a value that stands beside the client of its site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from petitions.petition import Site, Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What people call those who debate petitions."""

    parliament: str
    members: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Legislature:
    """One legislature and its petition site.

    `address`: where the site is served. `public_host`: the host in the links that people share.
    `number`: a pattern of a petition's number. `path`: a pattern of the path of a petition's link, up to the number.
    `petition_page`, `response_page`, `search_page`: where people read, with `{number}` or `{query}` to be put in.
    `zone`: the clock by which its days begin and end. `thresholds`: those of a petition that names none itself.
    `search_list`: the list that a search looks through, `page_size` items a page. `feeds`: lists whose news stands on
    their first page. `whole_feeds`: short lists that are read to their end, because news may stand anywhere.
    `stream_feeds`: such lists that are read only while somebody subscribes to a stream of the site.
    `open_list`: the list of all petitions that can be signed, if there is one.
    """

    site: Site
    address: str
    public_host: str
    number: str
    path: str
    petition_page: str
    response_page: str
    search_page: str
    zone: ZoneInfo
    thresholds: Thresholds
    vocabulary: Vocabulary
    search_list: str
    page_size: int
    feeds: tuple[str, ...]
    whole_feeds: tuple[str, ...]
    stream_feeds: tuple[str, ...] = ()
    open_list: str | None = None


Legislatures = Mapping[Site, Legislature]

PETITIONS_PATH: Final = r"/+(?:archived/+)?petitions/+"
"""The path of the links of all sites that run this software."""
