"""New people, groups and channels."""

from sandbox.telegram import membership
from sandbox.telegram.chats import Chat, ChatType
from sandbox.telegram.people import Member, MemberStatus, User, usual_rights
from sandbox.telegram.world import World

_FIRST_USER = 1_000


def add_user(
    world: World, name: str, *, language: str | None, started: bool, username: str | None, user_id: int | None
) -> User:
    """A person and their private chat with the bot."""
    user_id = _FIRST_USER + len(world.users) if user_id is None else user_id
    if user_id in world.users:
        raise ValueError(f"there is a user {user_id} already")
    user = User(user_id, name, username=username, language=language, started=started)
    world.users[user.id] = user
    chat = Chat(user.id, ChatType.PRIVATE, username=username, person=user)
    chat.members[world.bot.id] = Member(world.bot, MemberStatus.MEMBER)
    chat.members[user.id] = Member(user, MemberStatus.MEMBER)
    world.add_chat(chat)
    return user


def add_group(
    world: World,
    kind: ChatType,
    title: str,
    *,
    members: list[User],
    admins: list[User],
    username: str | None,
    is_forum: bool,
    with_bot: bool,
) -> Chat:
    """A group, supergroup or channel, created by the first of `admins`, who then adds the bot."""
    if not admins:
        raise ValueError(f"{title} needs somebody who created it")
    chat_id = world.new_group_id() if kind is ChatType.GROUP else world.new_supergroup_id()
    chat = Chat(chat_id, kind, title, username=username, is_forum=is_forum)
    chat.members.update({user.id: Member(user, MemberStatus.MEMBER) for user in members})
    rights = usual_rights(channel=chat.is_channel)
    chat.members.update({user.id: Member(user, MemberStatus.ADMINISTRATOR, rights) for user in admins})
    chat.members[admins[0].id] = Member(admins[0], MemberStatus.CREATOR)
    world.add_chat(chat)
    if with_bot:
        membership.join(world, chat, world.bot, by=admins[0])
    return chat
