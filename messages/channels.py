"""What somebody who looks after a channel or group is told about it in private."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from messages.buttons import button
from messages.clipping import MESSAGE_LIMIT, clip, visible_length
from messages.content import Button, Content, Html, escaped, lines, paragraphs
from messages.links import channel_url
from messages.presses import (
    AskFirst,
    Decide,
    PauseChannel,
    PostTest,
    ShortenPosts,
    ShowChannel,
    ShowChannels,
    UnlinkChannel,
)
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

    `posting`: the bot posts there (it is not paused or shut out). `ask_first`: each post waits for a word, as
    `awaiting` of them do now. `short`: alerts are written in a few words.
    """

    channel: int
    title: str
    group: bool
    posting: bool
    awaiting: int
    ask_first: bool
    short: bool
    signature: str
    follows: int
    subscribed: Sequence[Subscription]


def page(shown: Page, render: RenderContext) -> Content:
    """Show one channel or group. Whoever answers this message with petitions has it follow them."""
    words, channel = render.words, shown.channel
    style = words.say("channel-posts-short" if shown.short else "channel-posts-full")
    asks = words.say("channel-asks-first") if shown.ask_first else None
    signed = words.say("channel-signed", signature=shown.signature) if shown.signature else None
    text = paragraphs(
        [
            _heading(shown.title, words, group=shown.group),
            None if shown.posting else words.say("channel-paused"),
            lines([words.say("channel-follows", count=shown.follows), style, asks, signed]),
            words.say("channel-awaiting", count=shown.awaiting) if shown.awaiting else None,
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
    ask = AskFirst(channel=channel, wanted=not shown.ask_first)
    asking = button(words.plain("button-ask-no-more" if shown.ask_first else "button-ask-first"), ask)
    return Content(
        text=text,
        buttons=(
            *(() if shown.group else (posting, (asking,))),  # a word from a group would end its pause
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


def question(post: Content, channel: int, alert: int, words: Words) -> Content:
    """Show a post of a channel (a Telegram id), named by its first alert, and ask whether to post it.

    Where the limit of a message leaves no room for the question, the buttons ask it.
    """
    text = paragraphs([post.text, words.say("channel-question")])
    ask = tuple(
        button(words.plain(label), Decide(channel=channel, alert=alert, post=wanted))
        for label, wanted in (("button-post", True), ("button-post-not", False))
    )
    where = Button(label=words.plain("button-see-channel"), url=channel_url(channel))
    return Content(
        text=text if visible_length(text) <= MESSAGE_LIMIT else post.text, buttons=(*post.buttons, ask, (where,))
    )


def not_posted(channel: int, posts: int, words: Words) -> Content:
    """Say that posts of a channel (a Telegram id) have waited too long."""
    where = Button(label=words.plain("button-see-channel"), url=channel_url(channel))
    page = button(words.plain("button-channel-page"), ShowChannel(channel=channel))
    return Content(text=words.say("channel-not-posted", count=posts), buttons=((where, page),))


def test_post(words: Words) -> Content:
    """Make the post that proves the bot can post."""
    return Content(text=words.say("channel-test-post"))


def refused(reason: str, words: Words) -> Content:
    """Say why a channel can't be looked after."""
    return Content(text=words.say(f"channel-refused-{reason.replace('_', '-')}"))


def silent(title: str, words: Words) -> Content:
    """Say that the bot was let into a channel in which it may not post."""
    return Content(text=words.say("channel-joined-silent", title=escaped(clip(title, TITLE_ROOM))))
