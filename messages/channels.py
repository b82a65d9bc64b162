"""What somebody who looks after a channel or group is told about it in private."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from messages.buttons import PauseChannel, PostTest, ShortenPosts, ShowChannel, ShowChannels, UnlinkChannel, button
from messages.clipping import clip
from messages.content import Content, Html, escaped, lines, paragraphs
from messages.render_context import RenderContext
from messages.streams import listed
from messages.words import Words
from petitions.streams import Subscription

TITLE_ROOM = 128
"""UTF-16 units of a channel's title that are shown; Telegram allows no more."""

_LABEL_ROOM = 40


def overview(channels: Sequence[tuple[int, str]], words: Words) -> Content:
    """List channels by Telegram id and title."""
    heading = words.say("channels-heading" if channels else "channels-none")
    rows = tuple((button(clip(title, _LABEL_ROOM), ShowChannel(channel=channel)),) for channel, title in channels)
    return Content(text=heading, buttons=rows)


def adding(words: Words) -> Content:
    """Say how to add a channel, and offer to pick one."""
    return Content(text=words.say("channels-add"), channel_picker=words.plain("button-pick-channel"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the page of a channel or group shows.

    `posting`: the bot posts there (it is not paused or shut out). `short`: alerts are written in a few words.
    """

    channel: int
    title: str
    group: bool
    posting: bool
    short: bool
    signature: str
    follows: int
    subscribed: Sequence[Subscription]


def page(shown: Page, render: RenderContext) -> Content:
    """Show one channel or group. Whoever answers this message with petitions has it follow them."""
    words, channel = render.words, shown.channel
    style = words.say("channel-posts-short" if shown.short else "channel-posts-full")
    signed = words.say("channel-signed", signature=shown.signature) if shown.signature else None
    text = paragraphs(
        [
            _heading(shown.title, words, group=shown.group),
            None if shown.posting else words.say("channel-paused"),
            lines([words.say("channel-follows", count=shown.follows), style, signed]),
            listed(shown.subscribed, render),
            words.say("group-answer" if shown.group else "channel-answer"),
        ]
    )
    pause = PauseChannel(channel=channel, paused=shown.posting)
    shorten = ShortenPosts(channel=channel, short=not shown.short)
    posting = (
        button(words.plain("button-test-post"), PostTest(channel=channel)),
        button(words.plain("button-pause" if shown.posting else "button-resume"), pause),
    )
    return Content(
        text=text,
        buttons=(
            *(() if shown.group else (posting,)),  # a word from a group would end its pause
            (button(words.plain("button-full-posts" if shown.short else "button-short-posts"), shorten),),
            (
                button(words.plain("button-unlink"), UnlinkChannel(channel=channel)),
                button(words.plain("button-channels"), ShowChannels()),
            ),
        ),
    )


def on_behalf(answer: Content, channel: int, title: str, words: Words, *, group: bool) -> Content:
    """Say about which channel or group an answer is, with a way back to its page; other buttons would act here."""
    kept = answer.with_links_only()
    back = button(words.plain("button-channel-page"), ShowChannel(channel=channel))
    return replace(
        kept,
        text=paragraphs([_heading(title, words, group=group), kept.text]),
        buttons=(*kept.buttons, (back,)),
    )


def _heading(title: str, words: Words, *, group: bool) -> Html:
    return words.say("group-title" if group else "channel-title", title=escaped(clip(title, TITLE_ROOM)))


def test_post(words: Words) -> Content:
    """Make the post that proves the bot can post."""
    return Content(text=words.say("channel-test-post"))


def refused(reason: str, words: Words) -> Content:
    """Say why a channel can't be looked after."""
    return Content(text=words.say(f"channel-refused-{reason.replace('_', '-')}"))


def silent(title: str, words: Words) -> Content:
    """Say that the bot was let into a channel in which it may not post."""
    return Content(text=words.say("channel-joined-silent", title=escaped(clip(title, TITLE_ROOM))))
