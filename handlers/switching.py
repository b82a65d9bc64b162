"""/site and /maintenance, for operators: a site is asked nothing for a while, or alerts wait."""

from dataclasses import dataclass

from delivery.broadcasts import Draft
from delivery.chats import Announcement
from handlers.broadcasting import BroadcastCommands
from handlers.context import Answers, Command, CommandContext, Scope
from messages import dates, replies
from messages.content import Content, Html, lines
from petitions.petition import Site
from services.switches import Switches

_ON = {"on": True, "off": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchCommands:
    """Switches, and drafts notices that tell everybody; `broadcasts` shows these to the operator, who confirms."""

    switches: Switches
    broadcasts: BroadcastCommands

    def build(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (
            Command(name="site", answer=self.site, scope=Scope.OPERATOR),
            Command(name="maintenance", answer=self.maintenance, scope=Scope.OPERATOR),
        )

    async def site(self, context: CommandContext) -> Answers:
        """Ask a site nothing from now on, or watch it again."""
        name, _, state = context.text.lower().partition(" ")
        site = next((each for each in context.render.sites if each == name), None)
        on = _ON.get(state.strip())
        if site is None or on is None:
            sites = lines(self._line(each, context) for each in context.render.sites)
            return [replies.note(context.words, "site-usage", sites=sites)]
        await self.switches.set_off(site, context.now, off=not on)
        return [replies.note(context.words, "site-on" if on else "site-off", site=site)]

    async def maintenance(self, context: CommandContext) -> Answers:
        """Let alerts wait, or go on, and draft the notice that says so."""
        on = _ON.get(context.text.lower())
        if on is None:
            return [replies.note(context.words, "maintenance-usage", state=self._maintenance(context))]
        await self.switches.set_maintenance(context.now, on=on)
        notice = context.words.say("notice-planned-break" if on else "notice-we-are-back")
        draft = Draft(
            operator=context.chat.telegram_id, content=Content(text=notice), announcement=Announcement.SERVICE
        )
        done = replies.note(context.words, "maintenance-on" if on else "maintenance-off")
        return [done, *await self.broadcasts.propose(draft, context)]

    def _line(self, site: Site, context: CommandContext) -> Html:
        since = self.switches.off_since(site)
        if since is None:
            return context.words.say("site-line-on", site=site)
        return context.words.say("site-line-off", site=site, since=dates.moment(since, context.render))

    def _maintenance(self, context: CommandContext) -> Html:
        since = self.switches.maintenance_since
        if since is None:
            return context.words.say("maintenance-state-off")
        return context.words.say("maintenance-state-on", since=dates.moment(since, context.render))
