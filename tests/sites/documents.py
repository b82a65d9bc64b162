"""Documents of the UK site, of our own invention, in the schema since 2026."""

from typing import Any

JsonObject = dict[str, Any]


def attributes(**changed: object) -> JsonObject:
    return {
        "action": "Bring back the village bus",
        "background": "It no longer stops here.",
        "additional_details": "",
        "committee_note": None,
        "state": "open",
        "signature_count": 12_345,
        "closing_date": "2027-03-01",
        "created_at": "2026-08-01T09:00:00.000Z",
        "updated_at": "2026-11-22T10:00:00.000Z",
        "rejected_at": None,
        "opened_at": "2026-09-01T11:30:00.000Z",
        "closed_at": None,
        "moderation_threshold_reached_at": "2026-08-02T09:00:00.000Z",
        "response_threshold_reached_at": "2026-10-01T08:00:00.000Z",
        "government_response_at": "2026-10-20T12:00:00.000Z",
        "debate_threshold_reached_at": None,
        "debate_scheduled_on": "2026-11-01",
        "scheduled_debate_date": "2026-12-14",
        "debate_outcome_at": None,
        "creator_name": "Nobody",
        "rejection": None,
        "government_response": {
            "responded_on": "2026-10-19",
            "summary": "There will be buses.",
            "details": "More of them.\r\n\r\nSoon.",
            "created_at": "2026-10-20T12:00:00.000Z",
            "updated_at": "2026-10-21T12:00:00.000Z",
        },
        "debate": None,
        "departments": [{"acronym": None, "name": "Department for Transport", "url": "https://example.org"}],
        "topics": ["buses", "villages"],
        "signatures_by_country": [{"name": "United Kingdom", "code": "GB", "signature_count": 12_000}],
        **changed,
    }


def item(number: object = 700_001, **changed: object) -> JsonObject:
    return {"type": "petition", "id": number, "attributes": attributes(**changed)}


def document(number: object = 700_001, **changed: object) -> JsonObject:
    return {
        "links": {"self": f"https://petition.parliament.uk/petitions/{number}.json"},
        "data": item(number, **changed),
    }


def archived(**changed: object) -> JsonObject:
    shown = attributes(state="closed", closed_at="2024-05-30T00:01:00.000+01:00", **changed)
    del shown["closing_date"], shown["creator_name"]
    parliament = {
        "period": "2019-2024",
        "government": "Nobody's",
        "dissolution_at": "2024-05-30T00:01:00.000+01:00",
        "response_threshold": 5_000,
        "debate_threshold": 50_000,
    }
    return {"data": {"type": "archived-petition", "id": 700_001, "attributes": shown, "parliament": parliament}}


def page(*items: object, following: str | None = None, last: str | None = None) -> JsonObject:
    here = "https://petition.parliament.uk/petitions.json"
    return {
        "links": {"self": here, "first": here, "last": last or here, "next": following, "prev": None},
        "data": list(items),
    }
