"""The one list of commands and buttons: it fills the menu and /help, and it says who answers what."""

from dataclasses import dataclass
from typing import assert_never

from telegram import BotCommand

from handlers.announcements import AnnouncementCommands
from handlers.bot_status import ReadStatus, StatusCommands
from handlers.broadcasting import BroadcastCommands
from handlers.channels import ChannelCommands
from handlers.charting import ChartCommands
from handlers.context import CallbackAnswer, CallbackContext, Command, Scope
from handlers.following import FollowCommands
from handlers.group_settings import GroupSettings
from handlers.listing import ListCommands
from handlers.moderation import ModerationCommands
from handlers.moving import MoveCommands
from handlers.muting import MuteButtons
from handlers.operating import OperatorCommands
from handlers.personal_data import PersonalDataCommands
from handlers.petition_cards import CardCommands
from handlers.preferences import PreferenceCommands
from handlers.resending import ResendCommands
from handlers.scoreboard import ScoreboardCommands
from handlers.searching import SearchCommands
from handlers.switching import SwitchCommands
from handlers.unfollowing import UnfollowCommands
from handlers.watching import StreamCommands
from handlers.welcome import WelcomeCommands
from messages import guide
from messages.presses import (
    AskFirst,
    Ban,
    ChangeCap,
    Decide,
    DeleteEverything,
    ExportChat,
    Follow,
    FollowAgain,
    FollowFound,
    LetMembers,
    Mute,
    Narrow,
    OnBroadcast,
    PauseChannel,
    PostTest,
    Prefer,
    Press,
    Refresh,
    Resend,
    ShortenPosts,
    ShowAnnouncements,
    ShowBroadcasts,
    ShowCard,
    ShowChannel,
    ShowChannels,
    ShowChart,
    ShowConstituencies,
    ShowFound,
    ShowGrowth,
    ShowList,
    ShowStatus,
    ShowStream,
    ShowStreams,
    ShowSubjects,
    Subscribe,
    Unfollow,
    UnfollowListed,
    UnlinkChannel,
    Unmute,
    Unsubscribe,
    WantAnnouncements,
)
from messages.words import Words
from petitions.legislature import Legislatures
from services.bans import Bans
from services.broadcasting import Broadcasting
from services.cards import Cards
from services.channels import Channels
from services.charts import Charts
from services.chats import Chats
from services.constituencies import Constituencies
from services.following import Following
from services.pictures import Pictures
from services.ports import GivenUpStore, PreferenceStore, StatisticsStore
from services.scoreboards import Scoreboards
from services.searching import Searching
from services.subscribing import Subscribing
from services.switches import Switches


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All commands and buttons."""

    welcome: WelcomeCommands
    following: FollowCommands
    unfollowing: UnfollowCommands
    muting: MuteButtons
    lists: ListCommands
    streams: StreamCommands
    channels: ChannelCommands
    settings: GroupSettings
    preferences: PreferenceCommands
    announcements: AnnouncementCommands
    broadcasts: BroadcastCommands
    operating: OperatorCommands
    searches: SearchCommands
    cards: CardCommands
    charts: ChartCommands
    personal_data: PersonalDataCommands

    @property
    def commands(self) -> tuple[Command, ...]:
        """Every command, in the order of the menu."""
        return (*self.welcome.others, *self.welcome.build())

    def commands_for_menu(self, scope: Scope, words: Words) -> tuple[BotCommand, ...]:
        """Return the menu for private chats or for groups."""
        return tuple(
            _command_for_menu(command, scope, words) for command in self.commands if command.is_offered_in(scope)
        )

    async def on_press(  # noqa: C901, PLR0911, PLR0912 - one case a kind of button
        self, press: Press, context: CallbackContext
    ) -> CallbackAnswer:
        """Answer a pressed button."""
        match press:
            case Follow() | FollowFound() | FollowAgain():
                return await self.following.on_press(press, context)
            case Unfollow() | UnfollowListed():
                return await self.unfollowing.on_press(press, context)
            case Mute() | Unmute():
                return await self.muting.on_press(press, context)
            case Refresh():
                return await self.cards.refresh(press, context)
            case ShowCard():
                return await self.cards.show(press, context)
            case ShowChart() | ShowGrowth() | ShowConstituencies():
                return await self.charts.on_press(press, context)
            case ShowList():
                return await self.lists.on_press(press, context)
            case ShowFound():
                return await self.searches.on_press(press, context)
            case ShowStreams() | ShowStream() | Subscribe() | Unsubscribe() | ChangeCap() | ShowSubjects() | Narrow():
                return await self.streams.on_press(press, context)
            case (
                ShowChannels()
                | ShowChannel()
                | PostTest()
                | PauseChannel()
                | ShortenPosts()
                | AskFirst()
                | Decide()
                | UnlinkChannel()
            ):
                return await self.channels.on_press(press, context)
            case LetMembers():
                return await self.settings.on_press(press, context)
            case Prefer():
                return await self.preferences.on_press(press, context)
            case ShowAnnouncements() | WantAnnouncements():
                return await self.announcements.on_press(press, context)
            case OnBroadcast() | ShowBroadcasts():
                return await self.broadcasts.on_press(press, context)
            case ShowStatus() | Ban() | ExportChat() | Resend():
                return await self.operating.on_press(press, context)
            case DeleteEverything():
                return await self.personal_data.on_press(press, context)
            case unknown:
                assert_never(unknown)


def _command_for_menu(command: Command, scope: Scope, words: Words) -> BotCommand:
    more = {"is_ephemeral": True} if command.ephemeral and scope is Scope.GROUP else None
    return BotCommand(command.name, guide.command_description(command.name, words), api_kwargs=more)


def build(
    *,
    following: Following,
    subscribing: Subscribing,
    searching: Searching,
    cards: Cards,
    charts: Charts,
    constituencies: Constituencies,
    pictures: Pictures,
    channels: Channels,
    scoreboards: Scoreboards,
    broadcasting: Broadcasting,
    chats: Chats,
    preferences: PreferenceStore,
    bans: Bans,
    switches: Switches,
    given_up: GivenUpStore,
    statistics: StatisticsStore,
    read_status: ReadStatus,
    sites: Legislatures,
    contact: str = "",
) -> Registry:
    """Build all commands upon the services, for the legislatures that are served."""
    site = next(iter(sites))
    search = SearchCommands(searching=searching, site=site)
    card = CardCommands(cards=cards, searches=search)
    chart = ChartCommands(charts=charts, constituencies=constituencies, cards=card, pictures=pictures)
    lists = ListCommands(following=following, subscribing=subscribing)
    streams = StreamCommands(subscribing=subscribing, site=site)
    follow = FollowCommands(following=following, cards=card, searches=search)
    unfollow = UnfollowCommands(following=following, cards=card, lists=lists)
    personal_data = PersonalDataCommands(chats=chats, contact=contact)
    settings = GroupSettings(chats=chats)
    preference = PreferenceCommands(preferences=preferences)
    move = MoveCommands(following=following)
    channel = ChannelCommands(channels=channels)
    scoreboard = ScoreboardCommands(scoreboards=scoreboards, following=following)
    announcements = AnnouncementCommands(chats=chats)
    broadcasts = BroadcastCommands(broadcasting=broadcasting)
    operating = OperatorCommands(
        status=StatusCommands(read_status=read_status, statistics=statistics, pictures=pictures),
        moderation=ModerationCommands(chats=chats, bans=bans),
        resending=ResendCommands(given_up=given_up),
        switching=SwitchCommands(switches=switches, broadcasts=broadcasts),
    )
    others = (
        *(follow, lists, unfollow, streams, channel, scoreboard, move, preference, settings, card, chart, search),
        *(announcements, personal_data, broadcasts, operating),
    )
    return Registry(
        welcome=WelcomeCommands(
            following=follow,
            channels=channel,
            sites=sites,
            others=tuple(command for commands in others for command in commands.build()),
        ),
        following=follow,
        unfollowing=unfollow,
        muting=MuteButtons(following=following),
        lists=lists,
        streams=streams,
        channels=channel,
        settings=settings,
        preferences=preference,
        announcements=announcements,
        broadcasts=broadcasts,
        operating=operating,
        searches=search,
        cards=card,
        charts=chart,
        personal_data=personal_data,
    )
