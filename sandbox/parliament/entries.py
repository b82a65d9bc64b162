"""One petition as the site has it at an instant: what the lists sort by and the documents are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sandbox.parliament.counting import DEBATE_THRESHOLD, RESPONSE_THRESHOLD
from sandbox.parliament.life import VISIBLE, DebateHeld, DebateRefused, Parliament, Petition, State
from sandbox.parliament.standing import Outcome, Response, Standing, debate_is_over
from sandbox.parliament.times import day, london_stamp, stamp

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A petition at an instant.

    `attributes` are those of a list item, `page_only` the keys that only the single page has. `recorded` is the whole
    document of the single page where it was recorded and is served untouched.
    """

    id: int
    state: State
    updated_at: datetime
    signature_count: int | None
    attributes: Json
    page_only: Json = field(default_factory=dict)
    created_at: datetime | None = None
    opened_at: datetime | None = None
    response_threshold_reached_at: datetime | None = None
    government_response_at: datetime | None = None
    debate_threshold_reached_at: datetime | None = None
    scheduled_debate_date: date | None = None
    debate_outcome_at: datetime | None = None
    debated: bool = False
    not_debated: bool = False
    parliament: Json | None = None
    recorded: Json | None = None

    @property
    def archived(self) -> bool:
        """Whether it belongs to an archived parliament."""
        return self.parliament is not None

    @property
    def visible(self) -> bool:
        """Whether lists show it."""
        return self.state in VISIBLE

    @property
    def gone(self) -> bool:
        """Whether it was public once and has been taken off: 410."""
        return self.state is State.REMOVED or (self.state is State.HIDDEN and self.opened_at is not None)


def entry_of(petition: Petition, standing: Standing, at: datetime, page_only: Json) -> Entry:
    """The entry of an invented petition that stands so at `at`."""
    return Entry(
        id=petition.id,
        state=standing.state,
        updated_at=standing.updated_at,
        signature_count=standing.count.signatures,
        attributes=_attributes(petition, standing),
        page_only=page_only if standing.state in {State.OPEN, State.CLOSED} else {},
        created_at=petition.created_at,
        opened_at=standing.opened_at,
        response_threshold_reached_at=standing.count.response_threshold_reached_at,
        government_response_at=standing.response.at if standing.response else None,
        debate_threshold_reached_at=standing.count.debate_threshold_reached_at,
        scheduled_debate_date=standing.debate_on,
        debate_outcome_at=standing.outcome.at if standing.outcome else None,
        debated=debate_is_over(standing, at),
        not_debated=standing.outcome is not None and isinstance(standing.outcome.entered, DebateRefused),
        parliament=parliament_document(petition.parliament) if petition.parliament else None,
    )


def parliament_document(parliament: Parliament) -> dict[str, Any]:
    """An archived parliament as archived petitions and `/parliaments.json` describe it."""
    return {
        "period": parliament.period,
        "government": parliament.government,
        "dissolution_at": london_stamp(parliament.dissolution_at),
        "response_threshold": RESPONSE_THRESHOLD,
        "debate_threshold": DEBATE_THRESHOLD,
    }


def business_documents(standing: Standing) -> list[dict[str, Any]]:
    """`other_parliamentary_business`, oldest first."""
    return [
        {
            "subject": news.subject,
            "body": news.body,
            "occurred_on": day(news.occurred_on),
            "created_at": stamp(news.at),
            "updated_at": stamp(news.at),
        }
        for news in standing.business
    ]


def _attributes(petition: Petition, standing: Standing) -> dict[str, Any]:
    """The attributes of a list item: `closing_date` is there only while open, `creator_name` never once archived."""
    count, is_open = standing.count, standing.state is State.OPEN
    attributes: dict[str, Any] = {
        "action": petition.action,
        "background": petition.background,
        "additional_details": petition.additional_details,
        "committee_note": standing.note,
        "state": standing.state.value,
        "signature_count": count.signatures,
    }
    if is_open:
        attributes["closing_date"] = day(standing.closes_on)
    attributes |= {
        "created_at": stamp(petition.created_at),
        "updated_at": stamp(standing.updated_at),
        "rejected_at": stamp(standing.rejected.at if standing.rejected else None),
        "opened_at": stamp(standing.opened_at),
        "closed_at": stamp(standing.closed_at),
        "moderation_threshold_reached_at": stamp(petition.created_at if standing.opened_at else None),
        "response_threshold_reached_at": stamp(count.response_threshold_reached_at),
        "government_response_at": stamp(standing.response.at if standing.response else None),
        "debate_threshold_reached_at": stamp(count.debate_threshold_reached_at),
        "debate_scheduled_on": day(standing.debate_announced_on),
        "scheduled_debate_date": day(standing.debate_on),
        "debate_outcome_at": stamp(standing.outcome.at if standing.outcome else None),
    }
    if petition.parliament is None:
        attributes["creator_name"] = petition.creator_name if is_open else None
    return attributes | {
        "rejection": _rejection(standing),
        "government_response": _government_response(standing.response),
        "debate": _debate(standing.outcome),
        "departments": [
            {"acronym": department.acronym, "name": department.name, "url": department.url}
            for department in sorted(petition.departments, key=lambda department: department.name)
        ],
        "topics": sorted(petition.topics),
    }


def _rejection(standing: Standing) -> dict[str, Any] | None:
    if standing.rejected is None:
        return None
    return {"code": standing.rejected.code, "details": standing.rejected.details}


def _government_response(response: Response | None) -> dict[str, Any] | None:
    if response is None:
        return None
    return {
        "responded_on": day(response.responded_on),
        "summary": response.summary,
        "details": response.details,
        "created_at": stamp(response.at),
        "updated_at": stamp(response.updated_at),
    }


def _debate(outcome: Outcome | None) -> dict[str, Any] | None:
    """Present for debates refused as well, then with the committee's reason as `overview`."""
    if outcome is None:
        return None
    held = outcome.entered if isinstance(outcome.entered, DebateHeld) else None
    return {
        "debated_on": day(held.debated_on) if held else None,
        "transcript_url": held.transcript_url if held else "",
        "video_url": held.video_url if held else "",
        "debate_pack_url": held.debate_pack_url if held else "",
        "public_engagement_url": "",
        "debate_summary_url": "",
        "overview": held.overview if held else _reason(outcome),
    }


def _reason(outcome: Outcome) -> str:
    return outcome.entered.reason if isinstance(outcome.entered, DebateRefused) else ""
