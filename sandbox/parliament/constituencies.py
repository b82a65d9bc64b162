"""Where the invented petitions are signed: in invented constituencies, some more than others, each petition its own."""

from sandbox.parliament.document import Json

_PLACES = (
    "Larkfield and the Downs, Marrow Vale, Upper Tansley, Port Averil, Quillbrook, Saltmere North, Saltmere South, "
    "Thistlewick, Wynham Forest, Yarrowdale, Bramley Heath, Crowmarsh, Dunmere, Eastlow, Fennick Hills, Gorsehampton"
).split(", ")
_MEMBERS = "Ada Pilbeam MP, Owen Larch MP, Mina Farrow MP, Idris Vane MP, Ruth Corley MP, Sol Whitlock MP".split(", ")


def by_constituency(petition_id: int, signatures: int) -> list[Json]:
    """`signatures_by_constituency` of a petition that has so many in all."""
    weights = [20 + (petition_id * (7 * place + 3)) % 61 for place in range(len(_PLACES))]
    return [
        {
            "name": name,
            "ons_code": f"E14{place:06}",
            "mp": _MEMBERS[place % len(_MEMBERS)] if place else None,
            "signature_count": signatures * weights[place] // sum(weights),
        }
        for place, name in enumerate(_PLACES)
    ]
