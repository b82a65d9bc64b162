"""Those who may decide about a channel look after it from their private chat; Telegram is asked each time anew."""

from dataclasses import dataclass, field

import pytest

from delivery.chats import ChannelProfile, ChatKind, ChatState, PostStyle
from delivery.verdicts import Gone
from messages.content import Content, Html
from petitions.follows import Place
from petitions.streams import SiteStream, Stream
from services.bans import Bans
from services.channels import ChannelRefusal, Channels, ChannelView
from services.chats import Chats
from services.following import Follows
from services.subscribing import Subscribing
from storage.storage import Storage
from tests.services.outbox import FakeMessenger, always
from tests.services.test_replying import replying_with
from tests.services.world import NOW, SWIFTS, World, nobody_sends_to

NEWS = ChannelProfile(telegram_id=-100, title="Parish News")
HALL = ChannelProfile(telegram_id=-200, title="Village Hall", kind=ChatKind.GROUP)
ANN, BEN = 7, 8
TEST_POST = Content(text=Html("This is a test"))


@dataclass
class FakeDirectory:
    """Telegram as the test has it: what it shows, who may decide, and where the bot may post; None is no answer."""

    shown: dict[int | str, ChannelProfile] = field(default_factory=lambda: {-100: NEWS, "@news": NEWS, -200: HALL})
    deciding: dict[int, bool | None] = field(default_factory=lambda: {ANN: True})
    posting: bool | None = True

    async def find(self, channel: int | str) -> ChannelProfile | None:
        return self.shown.get(channel)

    async def may_decide(self, channel: ChannelProfile, person: int) -> bool | None:
        return self.deciding.get(person, False)

    async def may_post(self, channel: ChannelProfile) -> bool | None:
        return self.posting


@pytest.fixture
def directory() -> FakeDirectory:
    return FakeDirectory()


@pytest.fixture
def bans(storage: Storage) -> Bans:
    return Bans(bans=storage.bans, recall=nobody_sends_to, never=())


@pytest.fixture
def channels(world: World, directory: FakeDirectory, bans: Bans, messenger: FakeMessenger) -> Channels:
    return serving(world, directory, bans, messenger)


def serving(world: World, directory: FakeDirectory, bans: Bans, messenger: FakeMessenger, *served: int) -> Channels:
    return Channels(
        directory=directory,
        links=world.storage.channels,
        chats=Chats(chats=world.storage.chats, recall=nobody_sends_to),
        approvals=world.storage.approvals,
        following=world.following,
        subscribing=Subscribing(subscriptions=world.storage.subscriptions),
        replying=replying_with(world.storage, messenger),
        bans=bans,
        served=frozenset(served),
    )


async def linked(channels: Channels, channel: int | str = "@news", person: int = ANN) -> ChannelView:
    view = await channels.link(channel, person, NOW)
    assert isinstance(view, ChannelView)
    return view


async def viewed(channels: Channels, channel: int = -100, person: int = ANN) -> ChannelView:
    view = await channels.view(channel, person)
    assert isinstance(view, ChannelView)
    return view


async def test_a_linked_channel_is_shown_to_whoever_linked_it(world: World, channels: Channels) -> None:
    view = await linked(channels)
    assert (view.profile, view.chat.telegram_id, view.chat.kind) == (NEWS, -100, ChatKind.CHANNEL)
    assert (view.awaiting, view.follows, view.subscriptions) == (0, 0, ())
    place = Place(chat=view.chat.id)
    world.site.show(SWIFTS)
    (followed,) = await world.following.follow([SWIFTS.ref], place, NOW)
    assert isinstance(followed, Follows)
    of = SiteStream(site=SWIFTS.ref.site, stream=Stream.RESPONSE)
    await channels.subscribing.subscribe(of, place, NOW)
    view = await viewed(channels)
    assert (view.follows, [each.of for each in view.subscriptions]) == (1, [of])
    assert await channels.linked(ANN) == [NEWS]
    assert await channels.linked(BEN) == []
    assert await channels.view(-100, BEN) is ChannelRefusal.UNKNOWN


async def test_a_group_is_remembered_as_one(channels: Channels) -> None:
    assert (await linked(channels, -200)).chat.kind is ChatKind.GROUP


async def test_a_channel_that_is_known_keeps_what_is_known(storage: Storage, channels: Channels) -> None:
    await storage.chats.ensure(-100, ChatKind.CHANNEL, NOW)
    await storage.chats.suspend(-100, "paused", NOW)
    assert (await linked(channels)).chat.state is ChatState.SUSPENDED


@pytest.mark.parametrize(
    ("decides", "posts", "refusal"),
    [
        (True, None, ChannelRefusal.NOT_ASKED),
        (None, True, ChannelRefusal.NOT_ASKED),
        (None, False, ChannelRefusal.NOT_ASKED),
        (False, True, ChannelRefusal.NOT_YOURS),
        (False, None, ChannelRefusal.NOT_YOURS),
        (False, False, ChannelRefusal.NOT_YOURS),
        (True, False, ChannelRefusal.SILENT),
    ],
)
async def test_a_channel_is_linked_only_where_both_may_do_their_part(
    channels: Channels, directory: FakeDirectory, decides: bool | None, posts: bool | None, refusal: ChannelRefusal
) -> None:
    directory.deciding[ANN], directory.posting = decides, posts
    assert await channels.link("@news", ANN, NOW) is refusal
    assert await channels.linked(ANN) == []


async def test_a_channel_that_the_bot_cannot_see_is_not_linked(channels: Channels) -> None:
    assert await channels.link("@nowhere", ANN, NOW) is ChannelRefusal.UNKNOWN


async def test_a_banned_channel_is_not_linked(channels: Channels, bans: Bans) -> None:
    await bans.ban(-100, "floods", NOW)
    assert await channels.link("@news", ANN, NOW) is ChannelRefusal.NOT_SERVED


async def test_a_private_copy_links_only_what_it_serves(
    world: World, directory: FakeDirectory, bans: Bans, messenger: FakeMessenger
) -> None:
    channels = serving(world, directory, bans, messenger, -200)
    assert await channels.link("@news", ANN, NOW) is ChannelRefusal.NOT_SERVED
    await linked(channels, -200)


async def test_who_may_decide_no_longer_sees_it_no_longer(channels: Channels, directory: FakeDirectory) -> None:
    await linked(channels)
    directory.deciding[ANN] = False
    assert await channels.view(-100, ANN) is ChannelRefusal.NOT_YOURS


async def test_a_channel_in_which_the_bot_may_not_post_is_still_shown(
    channels: Channels, directory: FakeDirectory
) -> None:
    await linked(channels)
    directory.posting = False
    await viewed(channels)


async def test_a_channel_that_has_vanished_is_not_shown(channels: Channels, directory: FakeDirectory) -> None:
    await linked(channels)
    directory.shown.clear()
    assert await channels.view(-100, ANN) is ChannelRefusal.UNKNOWN
    assert await channels.linked(ANN) == []


async def test_each_choice_of_style_leaves_the_others(channels: Channels) -> None:
    await channels.write_shortly(await linked(channels), short=True)
    await channels.sign((await viewed(channels)).chat, "— Parish News")
    await channels.ask_first(await viewed(channels), wanted=True)
    assert (await viewed(channels)).chat.style == PostStyle(short=True, signature="— Parish News", ask_first=True)
    await channels.write_shortly(await viewed(channels), short=False)
    await channels.ask_first(await viewed(channels), wanted=False)
    assert (await viewed(channels)).chat.style == PostStyle(signature="— Parish News")
    await channels.sign((await viewed(channels)).chat, "")
    assert (await viewed(channels)).chat.style == PostStyle()


async def test_a_pause_holds_a_channel_until_it_ends(channels: Channels) -> None:
    await linked(channels)
    await channels.pause(-100, NOW, paused=True)
    assert (await viewed(channels)).chat.state is ChatState.SUSPENDED
    await channels.pause(-100, NOW, paused=False)
    assert (await viewed(channels)).chat.state is ChatState.ACTIVE


async def test_a_post_tells_whether_it_arrived(channels: Channels, messenger: FakeMessenger) -> None:
    assert await channels.post(-100, TEST_POST)
    assert messenger.sent == [(-100, "This is a test")]
    messenger.answers[-100] = [always(Gone(reason="kicked"))]
    assert not await channels.post(-100, TEST_POST)


async def test_an_unlinked_channel_keeps_its_follows(
    world: World, channels: Channels, directory: FakeDirectory
) -> None:
    place = Place(chat=(await linked(channels)).chat.id)
    directory.deciding[BEN] = True
    await linked(channels, person=BEN)
    world.site.show(SWIFTS)
    await world.following.follow([SWIFTS.ref], place, NOW)
    await channels.unlink(-100, ANN)
    assert await channels.linked(ANN) == []
    assert (await viewed(channels, person=BEN)).follows == 1
    await channels.unlink(-100, ANN)  # there is nothing to undo
