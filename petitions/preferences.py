"""What a place can choose: which groups of news it hears of, and whether with pictures (in words: `docs/alerts.md`)."""

from enum import StrEnum

from petitions.kinds import TREATMENTS, Group


class Media(StrEnum):
    """What comes with news; the value is stored."""

    PICTURES = "pictures"


Preference = Group | Media
PREFERENCES: tuple[Preference, ...] = (*Group, *Media)


def is_on_by_default(preference: Preference, *, in_private: bool) -> bool:
    """Tell whether a place that has chosen nothing has it; of a group of kinds: any of these."""
    match preference:
        case Media.PICTURES:
            return in_private
        case Group():
            return any(treatment.wanted for treatment in TREATMENTS.values() if treatment.group is preference)
