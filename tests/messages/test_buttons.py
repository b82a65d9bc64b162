import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.buttons import DATA_LIMIT, decode, encode, fits
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
    PauseChannel,
    PostTest,
    Prefer,
    Press,
    Refresh,
    Resend,
    ShortenPosts,
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
    Span,
    Stale,
    Subscribe,
    Unfollow,
    UnfollowListed,
    UnlinkChannel,
    Unmute,
    Unsubscribe,
)
from petitions.petition import PetitionRef, Site
from petitions.preferences import PREFERENCES
from petitions.streams import DAILY_CAPS, SiteStream, Stream

refs = st.builds(PetitionRef, site=st.sampled_from(Site), number=st.from_regex("[0-9]{1,12}", fullmatch=True))
pages = st.integers(1, 99_999)
queries = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
streams = st.builds(SiteStream, site=st.sampled_from(Site), stream=st.sampled_from(Stream))
channels = st.integers(-(10**17), -1)
chats = channels | st.integers(1, 10**17)
presses = st.one_of(
    *(
        st.builds(kind, ref=refs)
        for kind in (
            Follow,
            FollowFound,
            FollowAgain,
            Unfollow,
            UnfollowListed,
            Mute,
            Unmute,
            Refresh,
            ShowCard,
            ShowChart,
            ShowConstituencies,
        )
    ),
    st.builds(ShowList, page=pages, to_unfollow=st.booleans()),
    st.builds(ShowFound, query=queries, page=pages, to_follow=st.booleans()),
    st.builds(ShowGrowth, ref=refs, span=st.sampled_from(Span)),
    st.builds(DeleteEverything, sure=st.booleans()),
    st.builds(LetMembers, allowed=st.booleans()),
    st.builds(Prefer, preference=st.sampled_from(PREFERENCES), wanted=st.booleans()),
    st.just(ShowStreams()),
    st.just(ShowStatus()),
    st.builds(Ban, chat=chats, banned=st.booleans()),
    st.builds(ExportChat, chat=chats),
    st.builds(Resend, which=st.sampled_from(["rejected", "uncertain", "set_aside", "1", "123456789"])),
    st.just(ShowChannels()),
    *(st.builds(kind, channel=channels) for kind in (ShowChannel, PostTest, UnlinkChannel)),
    st.builds(PauseChannel, channel=channels, paused=st.booleans()),
    st.builds(ShortenPosts, channel=channels, short=st.booleans()),
    st.builds(AskFirst, channel=channels, wanted=st.booleans()),
    st.builds(Decide, channel=channels, alert=st.integers(1, 10**17), post=st.booleans()),
    *(st.builds(kind, of=streams) for kind in (ShowStream, Subscribe, Unsubscribe)),
    st.builds(ChangeCap, of=streams, cap=st.sampled_from(DAILY_CAPS)),
    st.builds(ShowSubjects, of=streams, page=pages),
    st.builds(Narrow, of=streams, subject=queries, page=pages, wanted=st.booleans()),
)


@given(presses)
def test_a_press_comes_back_as_it_was(press: Press) -> None:
    if fits(press):
        data = encode(press)
        assert len(data.encode()) <= DATA_LIMIT
        assert decode(data) == press
    else:
        assert isinstance(press, ShowFound | Narrow)
        with pytest.raises(ValueError, match="do not fit"):
            encode(press)


@given(st.text(max_size=80))
def test_garbage_is_stale_or_a_press_that_could_have_been_sent(data: str) -> None:
    press = decode(data)
    assert isinstance(press, Stale) or decode(f"1:{data.partition(':')[2]}") == press


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "1",
        "1:",
        "1:f",
        "1:f:",
        "1:f:uk",
        "1:f:uk:",
        "1:f:mars:1",
        "1:f:uk:../1",
        "1:q:uk:1",
        "0:f:uk:1",
        "2:f:uk:1",
        "1:l:0",
        "1:l:-1",
        "1:l:123456",
        "1:l:1:x",
        "1:s:1",
        "1:s:1:",
        "1:d:maybe",
        "1:O:status:now",
        "1:O:ban:0",
        "1:O:ban:-0",
        "1:O:export:x",
        "1:O:resend:sent",
        "f:uk:1",
    ],
)
def test_old_and_foreign_data_is_stale(data: str | None) -> None:
    assert decode(data) == Stale()


def test_the_format_is_the_one_that_old_messages_carry() -> None:
    ref = PetitionRef(site=Site.UK, number="700143")
    assert [
        encode(press) for press in (Follow(ref=ref), Mute(ref=ref), ShowList(page=2), ShowFound(query="a:b", page=3))
    ] == [
        "1:f:uk:700143",
        "1:m:uk:700143",
        "1:l:2",
        "1:s:3:a:b",
    ]
