"""/watch: streams of the whole site, chosen by buttons or named after the command."""

from dataclasses import dataclass

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext
from messages import replies, streams
from messages.content import Content
from messages.presses import ChangeCap, Narrow, OnStream, ShowStream, ShowStreams, ShowSubjects, Subscribe, Unsubscribe
from petitions.follows import Followed
from petitions.petition import Site
from petitions.streams import SiteStream
from services.subscribing import Subscribing


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamCommands:
    """Subscribes the place that asks to streams of the site."""

    subscribing: Subscribing
    site: Site

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="watch", answer=self.watch, changes=bool, in_channels=True, for_members=True),)

    async def watch(self, context: CommandContext) -> Answers:
        """Subscribe to the stream that is named, or show all."""
        named = streams.parse(context.text, self.site, context.render)
        if named is None:
            return [await self._overview(context)]
        outcome = await self.subscribing.subscribe(named, context.place, context.now)
        if outcome is Followed.FULL:
            limit = await self.subscribing.limit_of(context.place)
            return [replies.note(context.words, "stream-full", limit=limit)]
        stream = await self._stream(named, context)
        return [stream.for_everybody() if outcome is Followed.NEW else stream]

    async def on_press(self, press: ShowStreams | OnStream, context: CallbackContext) -> CallbackAnswer:
        """Show, begin, change or end a stream."""
        match press:
            case ShowStreams():
                return CallbackAnswer(message=await self._overview(context))
            case ShowStream(of=of):
                return CallbackAnswer(message=await self._stream(of, context))
            case Subscribe(of=of):
                outcome = await self.subscribing.subscribe(of, context.place, context.now)
                if outcome is Followed.FULL:
                    limit = await self.subscribing.limit_of(context.place)
                    full = context.words.plain("toast-stream-full", limit=limit)
                    return CallbackAnswer(toast=full, dialog=True)
                return await self._changed(of, "toast-subscribed", context, news="stream-begun")
            case Unsubscribe(of=of):
                await self.subscribing.unsubscribe(of, context.place)
                return await self._changed(of, "toast-unsubscribed", context, news="stream-ended")
            case ChangeCap(of=of, cap=cap):
                changed = await self.subscribing.set_daily_cap(of, context.place, cap)
                return await self._changed(
                    of, "toast-stream-changed" if changed else "toast-stream-not-changed", context
                )
            case ShowSubjects(of=of, page=page):
                return CallbackAnswer(message=await self._subjects(of, page, context))
            case Narrow(of=of, page=page):
                changed = await self.subscribing.narrow(of, context.place, press.subject, wanted=press.wanted)
                toast = context.words.plain("toast-stream-changed" if changed else "toast-stream-not-changed")
                return CallbackAnswer(toast=toast, message=await self._subjects(of, page, context))

    async def _changed(
        self, of: SiteStream, toast: str, context: CommandContext, *, news: str | None = None
    ) -> CallbackAnswer:
        told = None if news is None else replies.note(context.words, news, name=streams.name(of, context.render))
        return CallbackAnswer(toast=context.words.plain(toast), message=await self._stream(of, context), news=told)

    async def _overview(self, context: CommandContext) -> Content:
        return streams.overview(await self.subscribing.subscribed(context.place), self.site, context.render)

    async def _stream(self, of: SiteStream, context: CommandContext) -> Content:
        view = await self.subscribing.view(of, context.place, context.now)
        return streams.stream(of, view.subscription, view.told, context.render)

    async def _subjects(self, of: SiteStream, page: int, context: CommandContext) -> Content:
        view = await self.subscribing.view(of, context.place, context.now)
        if view.subscription is None:
            return await self._stream(of, context)
        return streams.subjects(view.subscription, await self.subscribing.subjects(of.site), page, context.render)
