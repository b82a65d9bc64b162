"""The one list of commands and buttons: it fills the menu and /help, and it says who answers what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never
from zoneinfo import ZoneInfo

from telegram import BotCommand

from handlers.conversation import Command, PressAnswer, Pressed, Scope, Surroundings
from handlers.following import FollowingConversation
from handlers.listing import ListConversation
from handlers.muting import MutingConversation
from handlers.personal_data import PersonalDataConversation
from handlers.petition_cards import CardConversation
from handlers.searching import SearchConversation
from handlers.unfollowing import UnfollowingConversation
from handlers.welcome import WelcomeConversation
from messages import guide
from messages.buttons import (
    DeleteEverything,
    Follow,
    FollowAgain,
    FollowFound,
    Mute,
    Press,
    Refresh,
    ShowCard,
    ShowFound,
    ShowList,
    Unfollow,
    UnfollowListed,
    Unmute,
)
from messages.words import Words
from petitions.links import known_hosts
from petitions.petition import Site
from services.cards import Cards
from services.chats import Chats
from services.following import Following
from services.searching import Searching


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All conversations."""

    welcome: WelcomeConversation
    following: FollowingConversation
    unfollowing: UnfollowingConversation
    muting: MutingConversation
    lists: ListConversation
    searches: SearchConversation
    cards: CardConversation
    personal_data: PersonalDataConversation

    @property
    def commands(self) -> tuple[Command, ...]:
        """Every command, in the order of the menu."""
        return (*self.welcome.others, *self.welcome.build())

    def commands_for_menu(self, scope: Scope, words: Words) -> tuple[BotCommand, ...]:
        """Return the menu for private chats or for groups."""
        return tuple(
            BotCommand(command.name, guide.command_description(command.name, words))
            for command in self.commands
            if command.stands_in(scope)
        )

    async def pressed(self, press: Press, pressed: Pressed) -> PressAnswer:
        """Let the conversation answer that the button belongs to."""
        match press:
            case Follow() | FollowFound() | FollowAgain():
                return await self.following.pressed(press, pressed)
            case Unfollow() | UnfollowListed():
                return await self.unfollowing.pressed(press, pressed)
            case Mute() | Unmute():
                return await self.muting.pressed(press, pressed)
            case Refresh():
                return await self.cards.refresh(press, pressed)
            case ShowCard():
                return await self.cards.show(press, pressed)
            case ShowList():
                return await self.lists.pressed(press, pressed)
            case ShowFound():
                return await self.searches.pressed(press, pressed)
            case DeleteEverything():
                return await self.personal_data.pressed(press, pressed)
            case unknown:
                assert_never(unknown)


def build(
    *,
    following: Following,
    searching: Searching,
    cards: Cards,
    chats: Chats,
    sites: Mapping[Site, str],
    zone: ZoneInfo,
    contact: str = "",
) -> Registry:
    """Build all conversations upon the services. `sites` holds the base address of each site that is served."""
    surroundings = Surroundings(sites=sites, hosts=known_hosts(sites), zone=zone)
    search = SearchConversation(searching=searching, surroundings=surroundings)
    card = CardConversation(cards=cards, searches=search, surroundings=surroundings)
    lists = ListConversation(following=following, surroundings=surroundings)
    follow = FollowingConversation(following=following, cards=card, searches=search, surroundings=surroundings)
    unfollow = UnfollowingConversation(following=following, cards=card, lists=lists, surroundings=surroundings)
    personal_data = PersonalDataConversation(chats=chats, contact=contact)
    others = (follow, lists, unfollow, card, search, personal_data)
    return Registry(
        welcome=WelcomeConversation(
            following=follow, others=tuple(command for conversation in others for command in conversation.build())
        ),
        following=follow,
        unfollowing=unfollow,
        muting=MutingConversation(following=following),
        lists=lists,
        searches=search,
        cards=card,
        personal_data=personal_data,
    )
