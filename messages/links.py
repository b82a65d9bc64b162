"""Where things are on the petition sites. Live addresses lead to the archive by themselves once a petition is there."""

from urllib.parse import quote, quote_plus

from petitions.legislature import Legislatures
from petitions.petition import PetitionRef, Site


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
