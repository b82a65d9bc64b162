"""Changes of a petition's JSON, each as the real site makes it and nothing beside it.

A change is a function of the petition's attributes, which it alters, of the time, and of what else a plan says. It puts
new values in place of nested ones and alters none of those.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.parliament.document import DEBATE_THRESHOLD, RESPONSE_THRESHOLD, THRESHOLDS, Json, State
from sandbox.parliament.times import LONDON, instant_of, london_day, london_stamp, midnight_after, stamp

OPEN_FOR_DAYS = 182

Attributes = dict[str, Any]

_LATER_LINKS = {
    "video_url": "https://parliamentlive.tv/event/index/sandbox",
    "transcript_url": "https://hansard.parliament.uk/commons/debates/SANDBOX",
    "debate_summary_url": "https://ukparliament.shorthandstories.com/sandbox",
    "public_engagement_url": "https://committees.parliament.uk/sandbox",
}
_PARLIAMENT = {
    "period": "2024-2026",
    "government": "Umbrella Party",
    "response_threshold": RESPONSE_THRESHOLD,
    "debate_threshold": DEBATE_THRESHOLD,
}


def become(attributes: Attributes, _: datetime, state: str) -> None:
    """Change the state, and nothing else."""
    attributes["state"] = State(state).value


def publish(attributes: Attributes, at: datetime, days: float = OPEN_FOR_DAYS) -> None:
    """Open it for so many days; one whose rejection is withdrawn keeps its days, even if they are over."""
    attributes["rejected_at"] = attributes["rejection"] = None
    become(attributes, at, State.CLOSED if attributes["closed_at"] else State.OPEN)
    if attributes["opened_at"] is None:
        attributes["opened_at"] = stamp(at)
        attributes["closing_date"] = london_day(at + timedelta(days=days)).isoformat()
        attributes["moderation_threshold_reached_at"] = attributes["created_at"]
    elif attributes["closed_at"] is None and at >= deadline(attributes):
        expire(attributes)


def extend_deadline(attributes: Attributes, _: datetime) -> None:
    """Let it close a day later, as each night in which signing is paused does."""
    day = date.fromisoformat(attributes["closing_date"])
    attributes["closing_date"] = (day + timedelta(days=1)).isoformat()


def deadline(attributes: Json) -> datetime:
    """The instant from which it is closed: the end of its last day in London."""
    return midnight_after(date.fromisoformat(attributes["closing_date"]))


def expire(attributes: Attributes) -> None:
    """Close it at its deadline."""
    close(attributes, deadline(attributes) - timedelta(milliseconds=1))


def close(attributes: Attributes, at: datetime) -> None:
    """Close it, at its deadline or, when Parliament is dissolved, before."""
    become(attributes, at, State.CLOSED)
    attributes["closed_at"] = stamp(at)


def reject(
    attributes: Attributes,
    at: datetime,
    code: str = "no-action",
    details: str = "It is not clear what you would like Parliament to do.",
) -> None:
    """Refuse it in public: at moderation, or taken down later."""
    become(attributes, at, State.REJECTED)
    attributes["rejected_at"] = stamp(at)
    attributes["rejection"] = {"code": code, "details": details}


def restore(attributes: Attributes, at: datetime) -> None:
    """Put a refused petition back into moderation, as if it had never been public."""
    become(attributes, at, State.SPONSORED)
    attributes.update(dict.fromkeys(("opened_at", "closed_at", "rejected_at", "rejection")))


def archive(attributes: Attributes, at: datetime) -> None:
    """Move it to the archive of its parliament, whose dissolution closed it early or comes with this."""
    closed_at = attributes["closed_at"]
    early = closed_at is not None and instant_of(closed_at) < deadline(attributes) - timedelta(seconds=1)
    attributes["parliament"] = {**_PARLIAMENT, "dissolution_at": london_stamp(closed_at if early else stamp(at))}


def sign(attributes: Attributes, at: datetime, by: int) -> None:
    """Add or take away signatures in one go; a threshold that is no longer reached loses its time."""
    count = attributes["signature_count"] = max(1, attributes["signature_count"] + by)
    for key, threshold in THRESHOLDS.items():
        attributes[key] = (attributes[key] or stamp(at)) if count >= threshold else None


def respond(attributes: Attributes, at: datetime, summary: str | None = None, details: str | None = None) -> None:
    """Enter the response of the petition's department, by itself in the cautious tone of such responses."""
    department = next((each["name"] for each in attributes["departments"]), "Cabinet Office")
    attributes["government_response_at"] = stamp(at)
    attributes["government_response"] = {
        "responded_on": london_day(at).isoformat(),
        "summary": summary
        or f"The {department} is grateful for the suggestion and will look into it over the coming months.",
        "details": details
        or f"The Government would like to thank everybody who signed “{attributes['action']}”.\n\n"
        "Ministers have asked officials to say by the autumn what could be done[1] and what it would cost.\n\n"
        f"{department}\n\n[1]: https://www.example.org/consultations",
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }


def edit_response(attributes: Attributes, at: datetime) -> None:
    """Add a sentence to the response; the time of entering stays."""
    response = attributes["government_response"]
    update = f"Updated on {london_day(at):%-d %B}: ministers will meet the petitioner."
    attributes["government_response"] = {
        **response,
        "details": f"{response['details']}\n\n{update}",
        "updated_at": stamp(at),
    }


def withdraw_response(attributes: Attributes, _: datetime) -> None:
    """Delete the response."""
    attributes["government_response_at"] = attributes["government_response"] = None


def schedule_debate(attributes: Attributes, at: datetime, days: int = 3) -> None:
    """Set the debate for so many days later, or set it anew."""
    attributes["debate_scheduled_on"] = attributes["debate_scheduled_on"] or london_day(at).isoformat()
    attributes["scheduled_debate_date"] = (london_day(at) + timedelta(days=days)).isoformat()


def move_debate(attributes: Attributes, _: datetime) -> None:
    """Move the debate by two days."""
    day = date.fromisoformat(attributes["scheduled_debate_date"])
    attributes["scheduled_debate_date"] = (day + timedelta(days=2)).isoformat()


def cancel_debate(attributes: Attributes, _: datetime) -> None:
    """Clear the day."""
    attributes["debate_scheduled_on"] = attributes["scheduled_debate_date"] = None


def hold_debate(attributes: Attributes, at: datetime) -> None:
    """Publish the outcome of a debate in Westminster Hall, held on the day that was set and today at the latest."""
    today = london_day(at).isoformat()
    day = min(attributes["scheduled_debate_date"] or today, today)
    _enter_outcome(
        attributes,
        at,
        debated_on=day,
        debate_pack_url="https://commonslibrary.parliament.uk/research-briefings/sandbox/",
        overview=f"MPs debated “{attributes['action']}” in Westminster Hall. Speakers from all sides told of home.",
    )


def refuse_debate(
    attributes: Attributes,
    at: datetime,
    reason: str = "The Petitions Committee decided not to schedule a debate, because MPs spoke about this last month.",
) -> None:
    """Publish the committee's decision that there will be no debate."""
    _enter_outcome(attributes, at, overview=reason)


def complete_outcome(attributes: Attributes, _: datetime) -> None:
    """Add the next two links that the outcome lacks: video and transcript, then what the committee made of it."""
    outcome = attributes["debate"]
    attributes["debate"] = outcome | {link: _LATER_LINKS[link] for link in missing_links(outcome)[:2]}


def missing_links(outcome: Json) -> list[str]:
    """The links that the outcome of a debate can still be given; none when there was no debate."""
    return [link for link in _LATER_LINKS if outcome["debated_on"] and not outcome[link]]


def flip_outcome(attributes: Attributes, at: datetime) -> None:
    """Make a debate of a refusal, or a refusal of a debate; the time of entering stays."""
    (refuse_debate if attributes["debate"]["debated_on"] else hold_debate)(attributes, at)


def note(attributes: Attributes, at: datetime, text: str | None = None) -> None:
    """Add or change the committee's note."""
    attributes["committee_note"] = text or f"The Committee **wrote to ministers** {_when(at)} and waits for an answer."


def add_business(attributes: Attributes, at: datetime, subject: str | None = None, body: str | None = None) -> None:
    """Add to what else Parliament did about it. Only the petition's page shows that, oldest first."""
    item = {
        "subject": subject or f"The Petitions Committee heard of it {_when(at)}",
        "body": body or "The petitioner and two ministers answered questions.",
        "occurred_on": london_day(at).isoformat(),
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }
    attributes["other_parliamentary_business"] = [*attributes["other_parliamentary_business"], item]


def edit_business(attributes: Attributes, at: datetime) -> None:
    """Add a sentence to the latest item; the time of its making stays."""
    *others, last = attributes["other_parliamentary_business"]
    edited = {**last, "body": f"{last['body']}\n\nCorrected {_when(at)}.", "updated_at": stamp(at)}
    attributes["other_parliamentary_business"] = [*others, edited]


def delete_business(attributes: Attributes, _: datetime) -> None:
    """Take the latest item away."""
    attributes["other_parliamentary_business"] = attributes["other_parliamentary_business"][:-1]


def edit_words(attributes: Attributes, at: datetime) -> None:
    """Say in the background when its spelling was mended last."""
    background = attributes["background"].partition(" (Spelling")[0]
    attributes["background"] = f"{background} (Spelling mended {_when(at)}.)"


def edit_topics(attributes: Attributes, _: datetime) -> None:
    """Add a topic, or take it away if it is there."""
    attributes["topics"] = sorted({*attributes["topics"]} ^ {"culture"})


def delete_topic(attributes: Attributes, _: datetime) -> None:
    """Lose the first topic, because the whole site does."""
    attributes["topics"] = attributes["topics"][1:]


def touch(_attributes: Attributes, _: datetime) -> None:
    """Change nothing but the time of the last change, as when a moderator opens the petition."""


Change = Callable[..., None]
CHANGES: Mapping[str, Change] = {
    change.__name__: change
    for change in (
        *(become, publish, extend_deadline, close, reject, restore, archive, sign),
        *(respond, edit_response, withdraw_response, schedule_debate, move_debate, cancel_debate),
        *(hold_debate, refuse_debate, complete_outcome, flip_outcome),
        *(note, add_business, edit_business, delete_business, edit_words, edit_topics, delete_topic, touch),
    )
}
"""The changes by the names that plans give them."""

UNDATED = frozenset({"archive", "delete_topic"})
"""Those that do not move `updated_at`."""

OF_STATE = frozenset({"become", "publish", "close", "reject", "restore", "archive"})
"""Those after which a planned state would be out of place."""


def _enter_outcome(attributes: Attributes, at: datetime, *, debated_on: str | None = None, **texts: str) -> None:
    links = dict.fromkeys((*_LATER_LINKS, "debate_pack_url"), "")
    attributes["debate"] = {"debated_on": debated_on, **links, **texts}
    attributes["debate_outcome_at"] = attributes["debate_outcome_at"] or stamp(at)


def _when(at: datetime) -> str:
    return f"at {at.astimezone(LONDON):%H:%M on %-d %B}"
