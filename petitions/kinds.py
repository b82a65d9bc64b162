"""How each kind of news is treated: the one table of groups, priorities and defaults (in words: `docs/alerts.md`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from petitions.news import Kind


class Group(StrEnum):
    """The kinds between which people choose together; the value is stored."""

    SIGNATURES = "signatures"
    DEADLINES = "deadlines"
    RESPONSES = "responses"
    DEBATES = "debates"
    OUTCOMES = "outcomes"
    COMMITTEE = "committee"
    EDITS = "edits"
    LIFE = "life"


class Priority(IntEnum):
    """How pressing news is: in a message about many petitions the lowest comes first; `LOW` comes without a sound."""

    URGENT = 0
    NORMAL = 1
    LOW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """How a kind is treated. `wanted`: followers who have chosen nothing about its group are told of it."""

    group: Group
    priority: Priority = Priority.NORMAL
    wanted: bool = True


TREATMENTS: Mapping[Kind, Treatment] = {
    Kind.MILESTONE: Treatment(group=Group.SIGNATURES),
    Kind.BELOW_THRESHOLD: Treatment(group=Group.SIGNATURES),
    Kind.FINAL_COUNT: Treatment(group=Group.SIGNATURES, priority=Priority.LOW),
    Kind.CLOSING_SOON: Treatment(group=Group.DEADLINES, priority=Priority.URGENT),
    Kind.DEADLINE_EXTENDED: Treatment(group=Group.DEADLINES),
    Kind.RESPONSE: Treatment(group=Group.RESPONSES, priority=Priority.URGENT),
    Kind.RESPONSE_EDITED: Treatment(group=Group.RESPONSES),
    Kind.RESPONSE_WITHDRAWN: Treatment(group=Group.RESPONSES),
    Kind.WAITING_FOR_RESPONSE: Treatment(group=Group.RESPONSES, priority=Priority.LOW),
    Kind.DEBATE_SCHEDULED: Treatment(group=Group.DEBATES),
    Kind.DEBATE_MOVED: Treatment(group=Group.DEBATES),
    Kind.DEBATE_CANCELLED: Treatment(group=Group.DEBATES),
    Kind.DEBATE_TODAY: Treatment(group=Group.DEBATES, priority=Priority.URGENT),
    Kind.DEBATED: Treatment(group=Group.DEBATES),
    Kind.NOT_DEBATED: Treatment(group=Group.DEBATES),
    Kind.OUTCOME_COMPLETED: Treatment(group=Group.OUTCOMES, priority=Priority.LOW),
    Kind.COMMITTEE_NOTE: Treatment(group=Group.COMMITTEE),
    Kind.OTHER_BUSINESS: Treatment(group=Group.COMMITTEE),
    Kind.OTHER_BUSINESS_EDITED: Treatment(group=Group.COMMITTEE, priority=Priority.LOW),
    Kind.COMMITTEE_NOTE_EDITED: Treatment(group=Group.EDITS, priority=Priority.LOW, wanted=False),
    Kind.WORDS_EDITED: Treatment(group=Group.EDITS, priority=Priority.LOW, wanted=False),
    Kind.PUBLISHED: Treatment(group=Group.LIFE, priority=Priority.URGENT),
    Kind.CLOSED: Treatment(group=Group.LIFE),
    Kind.REJECTED: Treatment(group=Group.LIFE),
    Kind.REMOVED: Treatment(group=Group.LIFE),
    Kind.REOPENED: Treatment(group=Group.LIFE),
    Kind.STOPPED: Treatment(group=Group.LIFE),
    Kind.ARCHIVED: Treatment(group=Group.LIFE, priority=Priority.LOW, wanted=False),
    Kind.SUCCESSOR: Treatment(group=Group.LIFE, priority=Priority.LOW),
}
