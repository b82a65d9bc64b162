"""/list: what is followed in this chat or topic, a page at a time, and the streams it is subscribed to."""

from dataclasses import dataclass

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, never
from messages import lists
from messages.content import Content
from messages.pages import PAGE_SIZE, page_count
from messages.presses import ShowList
from services.following import Following
from services.subscribing import Subscribing


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCommands:
    """Shows what the place follows."""

    following: Following
    subscribing: Subscribing

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="list", answer=self.list, changes=never, in_channels=True, ephemeral=True),)

    async def list(self, context: CommandContext) -> Answers:
        """Show the first page."""
        return [await self.page(1, context, to_unfollow=False)]

    async def on_press(self, press: ShowList, context: CallbackContext) -> CallbackAnswer:
        """Turn to a page."""
        return CallbackAnswer(message=await self.page(press.page, context, to_unfollow=press.to_unfollow))

    async def page(self, number: int, context: CommandContext, *, to_unfollow: bool) -> Content:
        """Make one page; the last one when the list has become shorter than that."""
        found = await self.following.followed(context.place, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
        if not found.items and found.total:
            number = page_count(found.total)
            found = await self.following.followed(context.place, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
        shown = ShowList(page=number, to_unfollow=to_unfollow)
        return lists.followed(
            found.items,
            grow=await self.following.growth(found, context.now),
            total=found.total,
            subscribed=await self.subscribing.subscribed(context.place),
            shown=shown,
            render=context.render,
        )
