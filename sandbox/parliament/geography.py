"""Where signatures come from: invented constituencies, and a count shared out over them, their regions and abroad."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Constituency:
    """An invented seat; `mp` is None while it is vacant."""

    name: str
    ons_code: str
    region: str
    mp: str | None
    party: str | None
    weight: int


REGIONS = {
    "A": "North East",
    "B": "North West",
    "D": "Yorkshire and The Humber",
    "E": "East Midlands",
    "F": "West Midlands",
    "G": "East of England",
    "H": "London",
    "J": "South East",
    "K": "South West",
    "L": "Wales",
    "M": "Scotland",
    "N": "Northern Ireland",
}

_SEATS = (
    ("Wearcombe and Pitside", "A", "Nell Harbottle MP", "Teapot Party", 5),
    ("Tynewater", "A", "Oscar Fenwicke MP", "Umbrella Party", 4),
    ("Millbeck and Fellfoot", "B", "Priya Ashdown MP", "Teapot Party", 5),
    ("Salterforth Docks", "B", "Gwen Tattersby MP", "Garden Party", 7),
    ("Duckworth Moor", "B", "Imran Lightowler MP", "Umbrella Party", 6),
    ("Otterdale", "D", "Beth Snaithby MP", "Garden Party", 6),
    ("Ferriby Wold", "D", "Tom Oglethorne MP", "Umbrella Party", 5),
    ("Kettlebridge", "E", "Asha Pinchbeck MP", "Teapot Party", 5),
    ("Lacefield and Trent Lock", "E", "Hugh Wensleigh MP", "Garden Party", 4),
    ("Cannonhill", "F", "Fatima Brindley MP", "Umbrella Party", 6),
    ("Wyrebrook and Clent View", "F", None, None, 4),
    ("Fenbridge North", "G", "Silas Larkfield MP", "Teapot Party", 6),
    ("Saxmarsh Coastal", "G", "Edith Winnold MP", "Garden Party", 5),
    ("Lamplight Hill", "H", "Kofi Marlowe-Dean MP", "Umbrella Party", 9),
    ("Ravensmead and Broadwater Green", "H", "Leila Stanmore MP", "Teapot Party", 8),
    ("Tower Wharf", "H", "Anton Pettiwell MP", "Garden Party", 9),
    ("Downsbourne", "J", "Rosalind Hythe MP", "Umbrella Party", 9),
    ("Thamesmarket", "J", "George Abinghall MP", "Teapot Party", 8),
    ("Chalkhythe and Samphire Bay", "J", "Mei Winterbourne MP", "Garden Party", 9),
    ("Moorcombe", "K", "Jory Penhallow MP", "Garden Party", 8),
    ("Severnside Vale", "K", "Dilys Tuckwell MP", "Teapot Party", 7),
    ("Dyffryn Alaw", "L", "Eleri Bowenfield MP", "Umbrella Party", 4),
    ("Aberllyn and Cwmfelin", "L", "Rhodri Glasfryn MP", "Garden Party", 4),
    ("Strathbrora", "M", "Catriona Lochend MP", "Teapot Party", 5),
    ("Clydewater and Kelvin Brae", "M", "Hamish Auchterlea MP", "Umbrella Party", 6),
    ("Inverlarig and the Skerries", "M", "Isbister Flett MP", "Garden Party", 3),
    ("Glenmoyle", "N", "Orla Ballyhackett MP", "Teapot Party", 3),
    ("Loughside", "N", "Conor Drumbeg MP", "Umbrella Party", 3),
)

CONSTITUENCIES = tuple(
    Constituency(name=name, ons_code=f"E1400{9101 + 7 * place}", region=region, mp=mp, party=party, weight=weight)
    for place, (name, region, mp, party, weight) in enumerate(_SEATS)
)

_ABROAD = (("Australia", "AU", 3), ("France", "FR", 5), ("Ireland", "IE", 4), ("Spain", "ES", 4))


def signatures_by_place(petition_id: int, signatures: int) -> dict[str, Any]:
    """The three `signatures_by_…` keys of a single page. Seats add up to about 98 % of the count, as on the site."""
    abroad = [(name, code, signatures * share // 1000) for name, code, share in _ABROAD]
    at_home = signatures - sum(count for _, _, count in abroad)
    countries = [*abroad, ("United Kingdom", "GB", at_home)]
    seats = _shared_out(petition_id, at_home * 98 // 100)
    return {
        "signatures_by_country": [
            {"name": name, "code": code, "signature_count": count} for name, code, count in countries if count
        ],
        "signatures_by_constituency": [
            {"name": seat.name, "ons_code": seat.ons_code, "mp": seat.mp, "signature_count": count}
            for seat, count in seats
            if count
        ],
        "signatures_by_region": [
            {"name": name, "ons_code": code, "signature_count": count}
            for code, name in REGIONS.items()
            if (count := sum(part for seat, part in seats if seat.region == code))
        ],
    }


def _shared_out(petition_id: int, signatures: int) -> list[tuple[Constituency, int]]:
    """Each petition has places where it is close to people's hearts: the weights turn with its id."""
    weights = [seat.weight * (1 + (petition_id * 31 + place * 17) % 5) for place, seat in enumerate(CONSTITUENCIES)]
    total = sum(weights)
    return [(seat, signatures * weight // total) for seat, weight in zip(CONSTITUENCIES, weights, strict=True)]
