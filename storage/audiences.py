"""Which chats an audience consists of."""

from sqlalchemy import ColumnElement, exists, func, or_

from delivery.broadcasts import Audience
from delivery.chats import Announcement, ChatState
from petitions.petition import PetitionRef
from storage.reach import is_banned
from storage.schema import (
    broadcast_recipients,
    chats,
    follows,
    is_state,
    petitions,
    subscription_subjects,
    subscriptions,
)

_DECLINES = {Announcement.NEWS: chats.c.declines_news, Announcement.SERVICE: chats.c.declines_service}


def members(audience: Audience, announcement: Announcement | None) -> list[ColumnElement[bool]]:
    """Return the conditions under which a row of `chats` belongs to an audience.

    Chats that cannot be reached or decline such announcements do not; without an announcement they do.
    """
    found: list[ColumnElement[bool]] = [chats.c.kind.in_(sorted(audience.kinds))]
    if announcement is not None:
        reached = (is_state(chats.c.state, ChatState.ACTIVE), ~is_banned(chats.c.telegram_id))
        found += [*reached, ~_DECLINES[announcement]]
    if audience.language is not None:
        found.append(chats.c.language == audience.language)
    if audience.petition is not None:
        found.append(_follows(audience.petition))
    if audience.stream is not None:
        found.append(
            _subscribes(subscriptions.c.site == audience.stream.site, subscriptions.c.stream == audience.stream.stream)
        )
    if audience.topic is not None:
        narrowed = exists().where(
            subscription_subjects.c.subscription_id == subscriptions.c.id,
            subscription_subjects.c.subject == audience.topic,
        )
        found.append(_subscribes(narrowed))
    if audience.site is not None:
        of_site = exists().where(
            follows.c.chat_id == chats.c.id, follows.c.petition_id == petitions.c.id, petitions.c.site == audience.site
        )
        found.append(or_(of_site, _subscribes(subscriptions.c.site == audience.site)))
    if audience.active_since is not None:
        found.append(func.coalesce(chats.c.heard_at, chats.c.since) >= audience.active_since)
    if audience.listed:
        found.append(chats.c.telegram_id.in_(audience.listed))
    if audience.ended is not None:
        so = exists().where(
            broadcast_recipients.c.chat_id == chats.c.id,
            broadcast_recipients.c.broadcast_id == audience.ended.broadcast,
            is_state(broadcast_recipients.c.state, audience.ended.outcome),
        )
        found.append(so)
    return found


def _follows(petition: PetitionRef) -> ColumnElement[bool]:
    return exists().where(
        follows.c.chat_id == chats.c.id,
        follows.c.petition_id == petitions.c.id,
        petitions.c.site == petition.site,
        petitions.c.number == petition.number,
    )


def _subscribes(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(subscriptions.c.chat_id == chats.c.id, *conditions)
