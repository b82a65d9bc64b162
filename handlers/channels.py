"""/channels and /channel: channels and groups that somebody looks after from their private chat."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import assert_never

from delivery.chats import ChatKind, ChatState
from delivery.outbox import MessageState
from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, Scope, never
from messages import channels, replies
from messages.alerts import SIGNATURE_ROOM
from messages.buttons import button, decode
from messages.clipping import clip
from messages.content import Button, Content
from messages.presses import (
    AskFirst,
    Decide,
    OnChannel,
    PauseChannel,
    PostTest,
    ShortenPosts,
    ShowChannel,
    ShowChannels,
    UnlinkChannel,
)
from messages.render_context import RenderContext
from messages.untrusted_text import one_line
from petitions.follows import Place
from services.channels import ChannelRefusal, Channels, ChannelView


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCommands:
    """Links channels and groups, shows them and acts on them; in private chats only, whose id is the person's."""

    channels: Channels

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (
            Command(name="channels", answer=self.list, scope=Scope.PRIVATE, changes=never),
            Command(name="channel", answer=self.link_named, scope=Scope.PRIVATE, changes=never),
            Command(name="signature", answer=self.sign, scope=Scope.PRIVATE, in_channels=True),
        )

    async def list(self, context: CommandContext) -> Answers:
        """Show the channels that the person looks after."""
        if not context.in_private:
            return [replies.note(context.words, "channel-commands-in-private")]
        return [await self._overview(context), channels.adding(context.words)]

    async def link_named(self, context: CommandContext) -> Answers:
        """Link the channel of that name."""
        if not context.in_private:
            return [replies.note(context.words, "channel-commands-in-private")]
        name = context.text.strip().removeprefix("https://").removeprefix("t.me/").removeprefix("@")
        if not name or not name.replace("_", "").isalnum():
            return [replies.note(context.words, "channel-usage")]
        return [await self.link(f"@{name}", context.chat.telegram_id, context.render)]

    async def sign(self, context: CommandContext) -> Answers:
        """Set or take away the line below the posts of the channel that is meant."""
        signature = clip(one_line(context.text), SIGNATURE_ROOM)
        if context.in_private:
            return [replies.note(context.words, "signature-usage")]
        await self.channels.sign(context.chat, signature)
        if not signature:
            return [replies.note(context.words, "signature-gone")]
        return [replies.note(context.words, "signature-set", signature=signature)]

    async def link(self, channel: int | str, person: int, render: RenderContext) -> Content:
        """Link a channel and show it, or say why that can't be."""
        return self._page(await self.channels.link(channel, person, render.now), render)

    async def on_behalf(
        self, channel: int, answer: Callable[[CommandContext], Awaitable[Answers]], context: CommandContext
    ) -> Answers:
        """Do in a channel or group what the person has written in private. A group is told what that changes there."""
        view = await self.channels.view(channel, context.chat.telegram_id)
        if isinstance(view, ChannelRefusal):
            return [channels.refused(view, context.words)]
        there = replace(context, chat=view.chat, place=Place(chat=view.chat.id))
        answers = [each for each in await answer(there) if isinstance(each, Content)]
        group = view.chat.kind is not ChatKind.CHANNEL
        for news in (each for each in answers if group and each.for_all):
            await self.channels.post(channel, news)
        return [channels.on_behalf(each, channel, view.profile.title, context.words, group=group) for each in answers]

    async def on_press(self, press: ShowChannels | OnChannel, context: CallbackContext) -> CallbackAnswer:
        """Show a channel or do something about it, if the person may still post there."""
        if isinstance(press, ShowChannels):
            return CallbackAnswer(message=await self._overview(context))
        person, words = context.chat.telegram_id, context.words
        if isinstance(press, UnlinkChannel):
            await self.channels.unlink(press.channel, person)
            return CallbackAnswer(message=replies.note(words, "channel-unlinked"))
        view = await self.channels.view(press.channel, person)
        if isinstance(view, ChannelRefusal):
            return CallbackAnswer(message=channels.refused(view, words))
        match press:
            case ShowChannel():
                return CallbackAnswer(message=self._page(view, context.render))
            case PostTest():
                posted = await self.channels.post(press.channel, channels.test_post(words))
                toast = words.plain("toast-test-posted" if posted else "toast-test-not-posted")
                return CallbackAnswer(toast=toast, dialog=not posted)
            case PauseChannel(paused=paused):
                await self.channels.pause(press.channel, context.now, paused=paused)
                toast = "toast-paused" if paused else "toast-resumed"
            case ShortenPosts(short=short):
                await self.channels.write_shortly(view, short=short)
                toast = "toast-short-posts" if short else "toast-full-posts"
            case AskFirst(wanted=wanted):
                await self.channels.ask_first(view, wanted=wanted)
                toast = "toast-asks-first" if wanted else "toast-asks-no-more"
            case Decide(alert=alert, post=post):
                fate = _fate(await self.channels.decide(view, alert, context.now, post=post))
                decided = (button(words.plain(f"button-{fate}"), press),)
                keyboard = tuple(decided if any(map(_asks, row)) else row for row in context.keyboard)
                return CallbackAnswer(toast=words.plain(f"toast-{fate}"), keyboard=keyboard)
            case unknown:
                assert_never(unknown)
        changed = await self.channels.view(press.channel, person)
        return CallbackAnswer(toast=words.plain(toast), message=self._page(changed, context.render))

    async def _overview(self, context: CommandContext) -> Content:
        linked = await self.channels.linked(context.chat.telegram_id)
        return channels.overview([(each.telegram_id, each.title) for each in linked], context.words)

    def _page(self, view: ChannelView | ChannelRefusal, render: RenderContext) -> Content:
        if isinstance(view, ChannelRefusal):
            return channels.refused(view, render.words)
        shown = channels.Page(
            channel=view.profile.telegram_id,
            title=view.profile.title,
            group=view.chat.kind is not ChatKind.CHANNEL,
            posting=view.chat.state is ChatState.ACTIVE,
            awaiting=view.awaiting,
            ask_first=view.chat.style.ask_first,
            short=view.chat.style.short,
            signature=view.chat.style.signature,
            follows=view.follows,
            subscribed=view.subscriptions,
        )
        return channels.page(shown, render)


def _fate(state: MessageState | None) -> str:
    match state:
        case MessageState.QUEUED | MessageState.CLAIMED | MessageState.SENT:
            return "post-posted"
        case MessageState.CANCELLED:
            return "post-declined"
        case MessageState.EXPIRED:
            return "post-expired"
        case _:
            return "post-lost"


def _asks(one: Button) -> bool:
    return isinstance(decode(one.data), Decide)
