"""The people and chats that a newcomer finds: a private chat, a group, a forum with topics, a channel."""

from dataclasses import dataclass

from sandbox.memory import RememberedChats
from sandbox.telegram.chats import Chat
from sandbox.telegram.local import LocalTelegram
from sandbox.telegram.people import Member, MemberStatus, User, usual_rights

GROUP = "Village Hall"
FORUM = "Green Lanes"
CHANNEL = "Parish News"
TOPICS = ("Petitions", "Tea and cake")


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """`you` look at the page and are an administrator everywhere; the neighbour is an ordinary member."""

    you: User
    neighbour: User
    group: Chat
    forum: Chat
    channel: Chat

    def remembered(self, telegram: LocalTelegram) -> RememberedChats:
        """What has become of the bot in these chats."""
        bot = telegram.bot
        upgraded = self.group.migrated_to
        group = telegram.chat(self.group if upgraded is None else upgraded)
        return RememberedChats(
            private=telegram.chat(self.you).member(bot).status,
            group=group.member(bot).status,
            forum=self.forum.member(bot).status,
            channel=self.channel.member(bot).status,
            started=self.you.started,
            upgraded=upgraded is not None,
        )


def found(telegram: LocalTelegram, remembered: RememberedChats | None) -> Neighbourhood:
    """Let people and chats come into being, always with the same ids.

    The bot is added to the chats of a new world and told so. In a remembered one it knows and is told nothing.
    """
    you = telegram.add_user("You", username="you")
    neighbour = telegram.add_user("Sam", username="sam")
    group = telegram.add_group(GROUP, [neighbour], [you], with_bot=False)
    forum = telegram.add_group(FORUM, [neighbour], [you], forum=True, with_bot=False)
    # Message 1 belongs to a forum's general topic; topics are numbered after it.
    telegram.say(forum, you, "Welcome, everybody! Each topic can follow petitions of its own.")
    for topic in TOPICS:
        telegram.open_topic(forum, topic)
    channel = telegram.add_channel(CHANNEL, [you], [neighbour], with_bot=False)
    places = Neighbourhood(you, neighbour, group, forum, channel)
    if remembered is None:
        for chat in (group, forum, channel):
            telegram.readd(chat)
    else:
        _restore(telegram, places, remembered)
    return places


def _restore(telegram: LocalTelegram, places: Neighbourhood, remembered: RememberedChats) -> None:
    group = places.group
    if remembered.upgraded:
        upgraded = telegram.add_group(GROUP, [places.neighbour], [places.you], supergroup=True, with_bot=False)
        group.migrated_to = upgraded.id
        group = upgraded
    places.you.started = remembered.started
    statuses = (
        (telegram.chat(places.you), remembered.private),
        (group, remembered.group),
        (places.forum, remembered.forum),
        (places.channel, remembered.channel),
    )
    for chat, status in statuses:
        rights = usual_rights(channel=chat.is_channel) if status is MemberStatus.ADMINISTRATOR else frozenset()
        chat.members[telegram.bot.id] = Member(telegram.bot, status, rights)
