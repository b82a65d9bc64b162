"""The people and chats that a newcomer finds: a private chat, a group, a forum with topics, a channel."""

from dataclasses import dataclass

from sandbox.saved_state import SavedChats
from sandbox.telegram.chats import Chat
from sandbox.telegram.local import LocalTelegram
from sandbox.telegram.people import Member, MemberStatus, User, usual_rights


@dataclass(frozen=True, slots=True)
class StartingChats:
    """`you` look at the page and are an administrator everywhere; `sam` is an ordinary member."""

    you: User
    sam: User
    group: Chat
    forum: Chat
    channel: Chat

    def saved(self, telegram: LocalTelegram) -> SavedChats:
        """What has become of the bot in these chats."""
        group = telegram.chat(self.group.migrated_to or self.group)
        chats = telegram.chat(self.you), group, self.forum, self.channel
        private, upgraded, forum, channel = (chat.member(telegram.bot).status for chat in chats)
        return SavedChats(
            bot={"private": private, "group": upgraded, "forum": forum, "channel": channel},
            started=self.you.started,
            upgraded=group is not self.group,
        )


def create_chats(telegram: LocalTelegram, saved: SavedChats | None) -> StartingChats:
    """Create people and chats, always with the same ids.

    The bot is added to the chats of a new world and told so, and asked to watch; in a saved one it knows all that.
    """
    you = telegram.add_user("You", username="you")
    sam = telegram.add_user("Sam", username="sam")
    group = telegram.add_group("Village Hall", [sam], [you], with_bot=False)
    forum = telegram.add_group("Green Lanes", [sam], [you], forum=True, with_bot=False)
    # Message 1 belongs to a forum's general topic; topics are numbered after it.
    telegram.say(forum, you, "Welcome, everybody! Each topic can follow petitions of its own.")
    for topic in ("Petitions", "Tea and cake"):
        telegram.open_topic(forum, topic)
    channel = telegram.add_channel("Parish News", [you], [sam], with_bot=False)
    chats = StartingChats(you, sam, group, forum, channel)
    if saved is None:
        for chat in (group, forum, channel):
            telegram.readd(chat)
        telegram.say(channel, you, "/watch 10000")
    else:
        _restore(telegram, chats, saved)
    return chats


def _restore(telegram: LocalTelegram, chats: StartingChats, saved: SavedChats) -> None:
    chats.you.started = saved.started
    group = chats.group
    if saved.upgraded:
        group = telegram.add_group(group.name, [chats.sam], [chats.you], supergroup=True, with_bot=False)
        chats.group.migrated_to = group.id
    private = telegram.chat(chats.you)
    for name, chat in ("private", private), ("group", group), ("forum", chats.forum), ("channel", chats.channel):
        status = saved.bot[name]
        rights = usual_rights(channel=chat.is_channel) if status is MemberStatus.ADMINISTRATOR else frozenset()
        chat.members[telegram.bot.id] = Member(telegram.bot, status, rights)
