"""Where things are on the petition sites. Live addresses lead to the archive by themselves once a petition is there."""

from urllib.parse import quote, urlencode

from petitions.legislature import Legislatures
from petitions.petition import PetitionRef, Site


def petition_url(ref: PetitionRef, sites: Legislatures) -> str:
    """Return the petition's page."""
    return f"{sites[ref.site].address}/petitions/{quote(ref.number, safe='')}"


def response_url(ref: PetitionRef, sites: Legislatures) -> str:
    """Return the petition's page with the government's response unfolded."""
    return f"{petition_url(ref, sites)}?reveal_response=yes"


def search_url(query: str, site: Site, sites: Legislatures) -> str:
    """Return the site's own page of results."""
    legislature = sites[site]
    return f"{legislature.address}/petitions?{urlencode({'q': query, 'state': legislature.search_list})}"
