"""/chart and the buttons around pictures: how a petition has grown."""

from dataclasses import dataclass, replace
from typing import assert_never

from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, never
from handlers.petition_cards import CardCommands, not_shown
from messages import replies
from messages.constituencies import Local, local_buttons, local_caption, local_chart
from messages.content import Content, paragraphs
from messages.growth_chart import SignatureHistory, growth_buttons, growth_caption, growth_chart
from messages.presses import ShowChart, ShowConstituencies, ShowGrowth, Span
from messages.status import COUNTED
from petitions import links
from petitions.petition import PetitionRef
from services.charts import Charts
from services.constituencies import Constituencies
from services.pictures import Pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartCommands:
    """Shows pictures of petitions. `cards` know which petition the place was shown last."""

    charts: Charts
    constituencies: Constituencies
    cards: CardCommands
    pictures: Pictures

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (Command(name="chart", answer=self.chart, changes=never, ephemeral=True),)

    async def chart(self, context: CommandContext) -> Answers:
        """Show the petition that is named, or that was shown last."""
        match links.parse_references(context.text, context.render.sites):
            case links.References(refs=refs):
                ref: PetitionRef | None = refs[0]
            case links.Nothing():
                ref = self.cards.last_shown.get(context.place)
            case links.Words(text=query):
                return [await self.cards.searches.results(query, 1, context, to_follow=False)]
            case unknown:
                assert_never(unknown)
        if ref is None:
            return [replies.note(context.words, "chart-usage")]
        return [await self._content(ref, Span.ALL, context)]

    async def on_press(
        self, press: ShowChart | ShowGrowth | ShowConstituencies, context: CallbackContext
    ) -> CallbackAnswer:
        """Show a picture below a card, or another one in the same message."""
        match press:
            case ShowChart(ref=ref):
                return CallbackAnswer(reply=await self._content(ref, Span.ALL, context))
            case ShowGrowth(ref=ref, span=span):
                return _in_place(await self._content(ref, span, context))
            case ShowConstituencies(ref=ref):
                return _in_place(await self._local(ref, context))
            case unknown:
                assert_never(unknown)

    async def _local(self, ref: PetitionRef, context: CommandContext) -> Content:
        local = await self.constituencies.of(ref, context.place, context.now)
        if not isinstance(local, Local):
            return not_shown(local, context)
        caption = Content(text=local_caption(local, context.render), buttons=local_buttons(local, context.render))
        drawing = local_chart(local, context.render)
        return caption if drawing is None else replace(caption, picture=await self.pictures.keep(drawing))

    async def _content(self, ref: PetitionRef, span: Span, context: CommandContext) -> Content:
        history = await self.charts.history(ref, span, context.place, context.now)
        if not isinstance(history, SignatureHistory):
            return not_shown(history, context)
        self.cards.last_shown[context.place] = ref
        caption = Content(text=growth_caption(history, context.render), buttons=growth_buttons(history, context.render))
        drawing = growth_chart(history, context.render) if history.snapshot.state in COUNTED else None
        if drawing is None:
            why = "chart-too-early" if history.snapshot.state in COUNTED else "chart-not-counted"
            return replace(caption, text=paragraphs([caption.text, context.words.say(why)]))
        return replace(caption, picture=await self.pictures.keep(drawing))


def _in_place(content: Content) -> CallbackAnswer:
    """Put a picture in the place of another; words cannot take that place."""
    return CallbackAnswer(message=content) if content.picture else CallbackAnswer(reply=content)
