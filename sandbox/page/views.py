"""What the page is told: chats, people, petitions and the clock as JSON."""

from collections.abc import Sequence
from datetime import datetime

from sandbox.page.faults import faults_view
from sandbox.parliament.document import DEBATE_THRESHOLD, RESPONSE_THRESHOLD, State, is_archived
from sandbox.parliament.site import Outlook
from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import Json
from sandbox.telegram.people import User
from sandbox.world import SandboxWorld

SOON = 75.0
"""Real seconds within which something should happen to the petition that a newcomer is invited to follow."""

_BEFORE_ANYBODY_TYPED = 8.0
_REACHES = "reaches"


def everything(world: SandboxWorld, site_url: str) -> Json:
    """All that a page needs when it opens."""
    return {
        "bot": bot_view(world),
        "you": world.chats.you.id,
        "chats": [chat_view(world, chat) for chat in chats_shown(world)],
        "messages": [message.view() for chat in chats_shown(world) for message in chat.messages.values()],
        "clock": clock_view(world),
        "petitions": petitions_view(world),
        "faults": faults_view(world),
        "site_url": site_url,
        "starts": world.starts,
    }


def bot_view(world: SandboxWorld) -> Json:
    """The bot with its description."""
    return {"id": world.telegram.bot.id, "username": world.telegram.bot.username, **world.telegram.profile()}


def chats_shown(world: SandboxWorld) -> list[Chat]:
    """Your own chats: other people's private ones are theirs."""
    return [chat for chat in world.telegram.chats.values() if chat.person in {None, world.chats.you}]


def chat_view(world: SandboxWorld, chat: Chat) -> Json:
    """A chat with its people and topics; `speakers` are those who may write in it, you first."""
    people = [user for user in world.telegram.people.values() if chat.member(user).is_present]
    return {
        "id": chat.id,
        "type": chat.type.value,
        "title": world.telegram.bot.first_name if chat.is_private else chat.name,
        "forum": chat.is_forum,
        "bot": chat.member(world.telegram.bot).status.value,
        "people": [{"id": user.id, "name": user.first_name, "admin": chat.member(user).is_admin} for user in people],
        "speakers": [] if chat.migrated_to else _speakers(chat, people),
        "topics": [{"id": topic.id, "title": topic.title, "closed": topic.closed} for topic in chat.topics.values()],
        "migrated_to": chat.migrated_to,
        "started": chat.person is None or chat.person.started,
    }


def clock_view(world: SandboxWorld) -> Json:
    """The site's time in milliseconds since 1970, and how it flows."""
    clock = world.clock
    return {"now": clock.now().timestamp() * 1000, "speed": clock.speed, "paused": clock.paused}


def petitions_view(world: SandboxWorld) -> Json:
    """The petitions, how often the bot has looked, and which of them a newcomer is invited to follow."""
    now = world.clock.now()
    outlooks = list(world.site.outlooks(now))
    return {
        "lines": [_petition(outlook) for outlook in outlooks],
        "visits": world.site.visits.total,
        "invitation": invitation(outlooks, now, world.clock.speed),
    }


def invitation(outlooks: Sequence[Outlook], now: datetime, speed: float) -> Json | None:
    """A petition that reaches a milestone soon enough to be waited for, else the next that does, else any open one."""
    open_now = [each for each in outlooks if each.document["attributes"]["state"] == State.OPEN]
    milestones = [(each.next, each.document["id"]) for each in open_now if each.next and _REACHES in each.next.what]
    milestones.sort(key=lambda milestone: milestone[0].at)
    soon = [each for each in milestones if _BEFORE_ANYBODY_TYPED <= (each[0].at - now).total_seconds() / speed <= SOON]
    # Growing towards the government's answer is the story to begin with.
    wanted = [each for each in soon if f"{RESPONSE_THRESHOLD:,}" in each[0].what] or soon or milestones
    if wanted:
        return {"petition": wanted[0][1], "what": wanted[0][0].what}
    return {"petition": open_now[0].document["id"], "what": None} if open_now else None


def _speakers(chat: Chat, people: list[User]) -> list[Json]:
    speakers: list[Json] = []
    for user in people:
        admin = chat.member(user).is_admin
        if chat.is_channel and not admin:
            continue
        name = chat.name if chat.is_channel else user.first_name
        role = "" if chat.is_private else "channel" if chat.is_channel else "admin" if admin else "member"
        speakers.append({"user": user.id, "name": name, "role": role, "anonymous": False})
        if admin and not (chat.is_channel or chat.is_private):
            speakers.append({"user": user.id, "name": chat.name, "role": "anonymous admin", "anonymous": True})
    return speakers


def _petition(outlook: Outlook) -> Json:
    attributes = outlook.document["attributes"]
    count, thresholds = attributes.get("signature_count") or 0, (RESPONSE_THRESHOLD, DEBATE_THRESHOLD)
    return {
        "id": outlook.document["id"],
        "action": attributes["action"],
        "count": count,
        "state": attributes["state"],
        "archived": is_archived(outlook.document),
        "threshold": next((threshold for threshold in thresholds if count < threshold), None),
        "next": None if outlook.next is None else {"at": outlook.next.at.timestamp() * 1000, "what": outlook.next.what},
        "possible": [happening.value for happening in outlook.possible],
    }
