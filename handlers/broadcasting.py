"""/broadcast and /broadcasts: what an operator tells everybody, from the draft to what became of it."""

import re
from dataclasses import dataclass, replace

from delivery.broadcasts import (
    CHANNELS,
    EVERYBODY,
    GROUPS,
    PRIVATE_CHATS,
    Broadcast,
    BroadcastId,
    BroadcastState,
    Draft,
    Outcome,
)
from delivery.chats import Announcement
from handlers.broadcast_choices import ChoiceError, choose
from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, Scope
from messages import broadcasts, replies
from messages.broadcasts import Choices, read_buttons, read_version
from messages.content import Content, Copy, Html
from messages.presses import BroadcastOrder, OnBroadcast, ShowBroadcasts
from services.broadcasting import Broadcasting, View, shown

A_PAGE = 5

_COMMAND = re.compile(r"/\w+(?:@\w+)?\s*")
_AUDIENCES = {
    BroadcastOrder.TO_EVERYBODY: EVERYBODY,
    BroadcastOrder.TO_PRIVATE_CHATS: PRIVATE_CHATS,
    BroadcastOrder.TO_GROUPS: GROUPS,
    BroadcastOrder.TO_CHANNELS: CHANNELS,
}
_REPEATED = {
    BroadcastOrder.REPEAT_FAILED: Outcome.FAILED,
    BroadcastOrder.REPEAT_UNCERTAIN: Outcome.UNCERTAIN,
    BroadcastOrder.REPEAT_UNREACHABLE: Outcome.UNREACHABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastCommands:
    """Lets operators broadcast; whoever calls this has made sure that it is one, in their private chat."""

    broadcasting: Broadcasting

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (
            Command(name="broadcast", answer=self.write, scope=Scope.OPERATOR),
            Command(name="broadcasts", answer=self.list, scope=Scope.OPERATOR),
        )

    async def write(self, context: CommandContext) -> Answers:
        """Show what everybody would see, and below it the page on which the rest is chosen."""
        text, buttons = read_buttons(Html(_COMMAND.sub("", context.html, count=1)))
        content: Content | Copy
        if context.answered is not None:
            if text:
                return [replies.note(context.words, "broadcast-words-left")]
            content = Copy(chat=context.chat.telegram_id, message=context.answered, buttons=buttons)
        elif text:
            content = Content(text=text, buttons=buttons)
        else:
            return [replies.note(context.words, "broadcast-usage")]
        return await self.propose(Draft(operator=context.chat.telegram_id, content=content), context)

    async def propose(self, draft: Draft, context: CommandContext) -> Answers:
        """Keep a draft, show the operator what everybody would see, and the page on which it is confirmed."""
        refused = await self.broadcasting.show(draft, context.chat.telegram_id)
        if refused is not None:
            return [replies.note(context.words, "broadcast-refused", reason=refused)]
        return [await self._page(await self.broadcasting.write(draft, context.now), context)]

    async def list(self, context: CommandContext) -> Answers:
        """Show what has been broadcast."""
        return [await self._history(1, context)]

    async def answered(self, broadcast: int, context: CommandContext) -> Answers:
        """Change a draft as the answer to its page says, or have other words for a broadcast that was sent."""
        view = await self.broadcasting.view(BroadcastId(broadcast))
        if view is None:
            return [replies.note(context.words, "broadcast-unknown")]
        match view.broadcast.state:
            case BroadcastState.DRAFT:
                version = read_version(Html(context.html)) if view.broadcast.draft.content is not None else None
                if version is not None:
                    return await self._add_version(view.broadcast, *version, context)
                return await self._choose(view.broadcast, context)
            case BroadcastState.FINISHED | BroadcastState.CANCELLED:
                return await self._reword(view.broadcast, context)
            case _:
                return [replies.note(context.words, "broadcast-not-changed")]

    async def _add_version(
        self, broadcast: Broadcast, language: str, written: Html, context: CommandContext
    ) -> Answers:
        """Have other words for chats in a language, or without any the same as for everybody."""
        versions = {each: content for each, content in broadcast.draft.versions.items() if each != language}
        if written:
            text, buttons = read_buttons(written)
            versions[language] = Content(text=text, buttons=buttons)
            shown = replace(broadcast.draft, content=versions[language], versions={})
            refused = await self.broadcasting.show(shown, context.chat.telegram_id)
            if refused is not None:
                return [replies.note(context.words, "broadcast-refused", reason=refused)]
        await self.broadcasting.change(broadcast, replace(broadcast.draft, versions=versions))
        return [await self._page(broadcast.id, context)]

    async def _choose(self, broadcast: Broadcast, context: CommandContext) -> Answers:
        try:
            draft = choose(broadcast.draft, context.text, context.render, may_pay=self.broadcasting.stars is not None)
        except ChoiceError as error:
            return [replies.note(context.words, error.message, **error.arguments)]
        await self.broadcasting.change(broadcast, draft)
        return [await self._page(broadcast.id, context)]

    async def _reword(self, broadcast: Broadcast, context: CommandContext) -> Answers:
        text, buttons = read_buttons(Html(context.html))
        content = Content(text=text, buttons=buttons)
        operator = context.chat.telegram_id
        edit = await self.broadcasting.reword(broadcast, operator, content, context.now)
        if edit is None or not text:
            return [replies.note(context.words, "broadcast-not-changed")]
        refused = await self.broadcasting.show(replace(broadcast.draft, content=content), operator)
        if refused is not None:
            return [replies.note(context.words, "broadcast-refused", reason=refused)]
        return [await self._page(edit, context)]

    async def on_press(self, press: OnBroadcast | ShowBroadcasts, context: CallbackContext) -> CallbackAnswer:
        """Do what an operator orders."""
        if isinstance(press, ShowBroadcasts):
            return CallbackAnswer(message=await self._history(press.page, context))
        view = await self.broadcasting.view(BroadcastId(press.broadcast))
        if view is None:
            return CallbackAnswer(message=replies.note(context.words, "broadcast-unknown"))
        if view.broadcast.state is BroadcastState.DRAFT:
            return await self._on_draft(press.order, view, context)
        return await self._on_confirmed(press.order, view, context)

    async def _on_draft(self, order: BroadcastOrder, view: View, context: CallbackContext) -> CallbackAnswer:
        broadcast, draft = view.broadcast, view.broadcast.draft
        match order:
            case BroadcastOrder.SHOW_ME:
                await self.broadcasting.show(draft, context.chat.telegram_id)
                return CallbackAnswer(reply=await self._page(broadcast.id, context))
            case BroadcastOrder.CONFIRM:
                confirmed = await self.broadcasting.confirm(broadcast.id, context.now)
                return await self._shown(broadcast.id, "toast-confirmed" if confirmed else "toast-too-late", context)
            case BroadcastOrder.DISCARD:
                await self.broadcasting.discard(broadcast.id)
                return CallbackAnswer(message=replies.note(context.words, "broadcast-discarded"))
            case _:
                await self.broadcasting.change(broadcast, _changed(draft, order, view.choices))
                return CallbackAnswer(message=await self._page(broadcast.id, context))

    async def _on_confirmed(self, order: BroadcastOrder, view: View, context: CallbackContext) -> CallbackAnswer:
        broadcast, operator, now = view.broadcast, context.chat.telegram_id, context.now
        match order:
            case BroadcastOrder.PAUSE:
                done = await self.broadcasting.pause(broadcast.id)
            case BroadcastOrder.RESUME:
                done = await self.broadcasting.resume(broadcast.id)
            case BroadcastOrder.CANCEL:
                done = await self.broadcasting.cancel(broadcast.id, now)
            case BroadcastOrder.SHOW:
                done = True
            case BroadcastOrder.GET_FILE:
                return CallbackAnswer(reply=await self.broadcasting.file(broadcast.id, context.words))
            case BroadcastOrder.DELETE:
                removal = await self.broadcasting.delete(broadcast, operator, now)
                return CallbackAnswer(reply=await self._page(removal, context))
            case _ if order in _REPEATED:
                again = await self.broadcasting.repeat(broadcast, operator, _REPEATED[order], now)
                return CallbackAnswer(reply=await self._page(again, context))
            case _:
                done = False
        return await self._shown(broadcast.id, None if done else "toast-too-late", context)

    async def _shown(self, broadcast: BroadcastId, toast: str | None, context: CallbackContext) -> CallbackAnswer:
        """Let the message of the button show the broadcast from now on."""
        await self.broadcasting.shown(broadcast, context.message)
        page = await self._page(broadcast, context)
        return CallbackAnswer(toast=context.words.plain(toast) if toast else None, message=page)

    async def _page(self, broadcast: BroadcastId, context: CommandContext) -> Content:
        view = await self.broadcasting.view(broadcast)
        if view is None:
            return replies.note(context.words, "broadcast-unknown")
        return broadcasts.page(shown(view, context.words), context.render)

    async def _history(self, page: int, context: CommandContext) -> Content:
        views = await self.broadcasting.history(offset=(page - 1) * A_PAGE, limit=A_PAGE + 1)
        items = [shown(view, context.words) for view in views[:A_PAGE]]
        return broadcasts.history(items, number=page, more=len(views) > A_PAGE, render=context.render)


def _changed(draft: Draft, order: BroadcastOrder, choices: Choices | None) -> Draft:
    match order:
        case BroadcastOrder.PAY if choices is not None and choices.payment is not None:
            return replace(draft, stars=choices.payment.price)
        case BroadcastOrder.DO_NOT_PAY:
            return replace(draft, stars=None)
        case BroadcastOrder.AS_NEWS | BroadcastOrder.AS_SERVICE_NOTICE:
            news = order is BroadcastOrder.AS_NEWS
            return replace(draft, announcement=Announcement.NEWS if news else Announcement.SERVICE)
        case BroadcastOrder.PIN | BroadcastOrder.DO_NOT_PIN:
            return replace(draft, pinned=order is BroadcastOrder.PIN)
        case _ if order in _AUDIENCES:
            return replace(draft, audience=replace(draft.audience, kinds=_AUDIENCES[order]))
        case _:
            return draft
