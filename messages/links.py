"""Where things are on the petition sites. Live addresses lead to the archive by themselves once a petition is there."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from petitions.petition import PetitionRef, Site


def petition_url(ref: PetitionRef, sites: Mapping[Site, str]) -> str:
    """Return the petition's page; `sites` holds the base address of each site."""
    return f"{sites[ref.site].rstrip('/')}/petitions/{quote(ref.number, safe='')}"


def response_url(ref: PetitionRef, sites: Mapping[Site, str]) -> str:
    """Return the petition's page with the government's response unfolded."""
    return f"{petition_url(ref, sites)}?reveal_response=yes"


def search_url(query: str, site: Site, sites: Mapping[Site, str]) -> str:
    """Return the site's own page of results."""
    return f"{sites[site].rstrip('/')}/petitions?{urlencode({'q': query, 'state': 'all'})}"
