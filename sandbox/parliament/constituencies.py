"""Where the invented petitions are signed: in invented constituencies, some more than others, each petition its own."""

from sandbox.parliament.document import Json, State

_PLACES = (
    "Larkfield and the Downs, Marrow Vale, Upper Tansley, Port Averil, Quillbrook, Saltmere North, Saltmere South, "
    "Thistlewick, Wynham Forest, Yarrowdale, Bramley Heath, Crowmarsh, Dunmere, Eastlow, Fennick Hills, Gorsehampton"
).split(", ")
_MEMBERS = "Ada Pilbeam MP, Owen Larch MP, Mina Farrow MP, Idris Vane MP, Ruth Corley MP, Sol Whitlock MP".split(", ")


def with_constituencies(document: Json) -> Json:
    """A petition's page as the site has it: with its constituencies while it is open and once it has closed."""
    attributes = document["attributes"]
    if attributes["state"] not in {State.OPEN, State.CLOSED}:
        return document
    weights = [20 + (document["id"] * (7 * place + 3)) % 61 for place in range(len(_PLACES))]
    places = [
        {
            "name": name,
            "ons_code": f"E14{place:06}",
            "mp": _MEMBERS[place % len(_MEMBERS)] if place else None,
            "signature_count": (attributes["signature_count"] or 0) * weights[place] // sum(weights),
        }
        for place, name in enumerate(_PLACES)
    ]
    return {**document, "attributes": {**attributes, "signatures_by_constituency": places}}
