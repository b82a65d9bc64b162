"""The composition root: everything is opened in order here, runs, and is closed in reverse."""

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from telegram import Update
from telegram.ext import Application

from bot.channel_directory import BotChannelDirectory
from bot.clients import VERSION, open_bot, open_sites
from bot.clock import WallClock, monotonic, random_source, wall_clock
from bot.drawer import DRAWS, Drawer
from bot.health import Report, judge
from bot.inbox import Inbox
from bot.intake import Intake
from bot.loops import Loop, Running, Step, WakeEvent, run_together
from bot.messenger import BotMessenger
from bot.metrics import (
    AUDIT_LAST_RUN,
    AUDIT_MISSING,
    BUILD,
    DATABASE_WRITABLE,
    FOLLOWS_FORGOTTEN,
    PETITIONS_MISSING,
    SITE_SILENT,
    TELEGRAM_SILENT,
    UPDATES_ARRANGED,
    WATCH_LATE,
    show_disk,
    show_outbox,
)
from bot.operator_reports import OperatorReports
from bot.pacer import Pacer
from bot.polling import Polling
from bot.raw_updates import RawUpdate
from bot.registration import BotProfile, StartupRegistration
from bot.settings import Settings
from bot.status import RecentSends, StatusSources, verdicts_so_far
from bot.telegram_status import TelegramStatus
from bot.updates import CommandNames, with_command_marked
from bot.web import Endpoints, Webhook
from bot.web_server import served
from delivery.audit import Fault
from delivery.budgets import Limits
from delivery.chats import ChatKind
from delivery.gathering import Gathered
from delivery.outbox import Lane
from delivery.pacing import Pacing
from handlers.context import Scope
from handlers.registry import build
from handlers.routing import Routing
from messages import broadcasts, channels, guide
from messages.alerts import WriteAlert, alert, plain_alert, signed
from messages.bot_status import BotStatus
from messages.charts import Drawing
from messages.content import Content
from messages.growth_chart import SignatureHistory, growth_chart
from messages.render_context import RenderContext
from messages.scoreboard import ScoreLine, board
from messages.words import Words
from petitions.cadence import Cadence
from petitions.petition import PetitionRef, Site
from services.announce import Announce
from services.approvals import ApprovalExpiry
from services.audit import Audit
from services.back_off import SiteBackOff
from services.bans import Bans
from services.broadcast import Broadcasts
from services.broadcasting import Broadcasting, View, shown
from services.cards import Cards
from services.channels import Channels
from services.charts import Charts
from services.chats import Chats
from services.command_limit import CommandLimit, RateLimit
from services.compose import Compose
from services.constituencies import Constituencies
from services.deliver import Deliver
from services.following import Following
from services.illustrating import Illustrating
from services.list_audit import ListAudit
from services.pictures import Pictures
from services.replying import ANSWERS_LAST, Replying
from services.scoreboards import Scoreboards
from services.searching import Searching
from services.subscribing import Subscribing
from services.successors import Successors
from services.switches import Switches
from services.tidy import Tidy
from services.topic_notices import TopicNotices
from services.watch import Watch
from sites.http import site_session, user_agent
from storage.database import sqlite_path
from storage.migrations.migrate import newest_version
from storage.storage import Storage, open_storage

BotApplication = Application[Any, Any, Any, Any, Any, Any]

log = structlog.get_logger(__name__)

GRACE_SECONDS = 5.0
"""How long loops may take to finish what they have in hand when asked to stop; well within the promised 8 seconds."""

LOOKS_A_MINUTE = 20
"""So many requests to the petition sites one chat may cause in any minute: those of one `/follow` of many numbers."""

WATCH_BACK = timedelta(minutes=2)
"""How far back sent messages still count against Telegram's limits."""

WATCH_STEPS_A_CADENCE = 5
"""The watch looks so often for what is due within the shortest time between two looks at one petition."""

REFRESHES_A_MINUTE = 6
"""How often the cards of one chat can be read anew."""

SELDOM_IDLES = 5
"""So many times less often than there are looks for other work, scoreboards are compared with what they show, petitions
with each other, and posts that wait for a word with the time."""

FIGURES_IDLE = 15.0
"""Seconds between two counts of what waits, for the metrics."""

PROBE_IDLE = 5.0
PROBE_LONGEST = 30.0
"""Seconds between two trials whether the database can be written, and after which no result is a bad one."""


async def run(
    settings: Settings,
    *,
    wall_clock: WallClock = wall_clock,
    stop: asyncio.Event | None = None,
    idle: float = 1.0,
    answers_last: timedelta = ANSWERS_LAST,
    draws: Sequence[str] = DRAWS,
) -> None:
    """Run the bot until `stop` is set, or SIGTERM or SIGINT arrives when no `stop` is given.

    `idle`: how many seconds a loop with nothing to do waits before it looks again. `answers_last`: how long
    answers stay in a channel, by the wall clock. `draws`: the command of the process that draws.
    Raises `LockedError` before anything is opened when another instance holds the database, `SettingsError` when the
    port cannot be listened on, and `SendingStoppedError` when Telegram refuses the bot.
    """
    async with AsyncExitStack() as stack:
        if stop is None:
            stop = asyncio.Event()
            stack.enter_context(_signals(stop))
        storage = await stack.enter_async_context(open_storage(settings.database_url))
        session = await stack.enter_async_context(site_session(user_agent(VERSION, settings.contact)))
        limits = Limits(per_second=settings.usual_pace, paid_per_second=settings.paid_pace)
        pacer = Pacer(Pacing(limits), monotonic)
        bot = await stack.enter_async_context(open_bot(settings, rate_limiter=pacer))
        # The library's application only routes updates to handlers; fetching and storing them is ours.
        application = Application.builder().bot(bot).updater(None).build()
        stack.push_async_callback(application.shutdown)
        drawer = Drawer(draws)
        stack.push_async_callback(drawer.close)
        pictures = Pictures(pictures=storage.pictures, drawer=drawer, now=wall_clock, monotonic=monotonic)
        stack.push_async_callback(pictures.close)
        process = _Process(
            settings=settings,
            storage=storage,
            session=session,
            application=application,
            pacer=pacer,
            pictures=pictures,
            wall_clock=wall_clock,
            idle=idle,
            answers_last=answers_last,
        )
        await process.recover()
        endpoints = process.endpoints().application()
        await stack.enter_async_context(served(endpoints, settings.http_host, settings.http_port))
        log.info("bot.started", sites=[site.value for site in settings.sites], database=settings.database_url)
        await run_together(process.parts(), stop, GRACE_SECONDS)
    log.info("bot.stopped")


class _Process:
    """All parts of the bot, wired."""

    def __init__(
        self,
        *,
        settings: Settings,
        storage: Storage,
        session: aiohttp.ClientSession,
        application: BotApplication,
        pacer: Pacer,
        pictures: Pictures,
        wall_clock: WallClock,
        idle: float,
        answers_last: timedelta,
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._session = session
        self._application = application
        self._pacer = pacer
        self._pictures = pictures
        self._wall_clock = wall_clock
        self._idle = idle
        self._telegram = TelegramStatus()
        self._updates_stored = WakeEvent()
        self._writable = True
        self._reports = OperatorReports(storage=storage, monotonic=monotonic, telegram_chat=settings.operator_chat_id)
        cadence = Cadence(base=timedelta(seconds=settings.watch_seconds))
        sites = open_sites(settings, session, monotonic)
        self._legislatures = {site: client.legislature for site, client in sites.items()}
        self._zone = self._legislatures[settings.sites[0]].zone
        self._switches = Switches(switches=storage.switches)
        back_off = SiteBackOff(cadence, on_long_wait=self._reports.asked_to_wait, off_since=self._switches.off_since)
        look_limit = RateLimit(LOOKS_A_MINUTE, monotonic)
        self._watch = Watch(
            sites=sites,
            petitions=storage.petitions,
            feeds=storage.feeds,
            subscriptions=storage.subscriptions,
            cadence=cadence,
            back_off=back_off,
            limit=look_limit,
            on_failure=self._reports.petition_failed,
        )
        messenger = BotMessenger(application.bot, pacer, pictures)
        self._sending = WakeEvent()
        self._deliver = Deliver(
            messages=storage.messages,
            messenger=messenger,
            pacer=pacer,
            jitter=random_source,
            monotonic=monotonic,
            report=self._reports.given_up,
            topic_lost=TopicNotices(queue=storage.messages.queue, monotonic=monotonic).lost,
            wake=self._sending.set,
            waiting=lambda: () if self._switches.maintenance_since is None else (Lane.ALERT,),
            may_pay=settings.paid_pace is not None,
        )
        self._bans = Bans(
            bans=storage.bans,
            recall=self._deliver.recall_chat,
            never={*settings.operator_ids, settings.operator_chat_id or 0},
        )
        chats = Chats(chats=storage.chats, recall=self._deliver.recall_chat)
        replying = Replying(
            messenger=messenger,
            queue=storage.messages.queue,
            pacer=pacer,
            chats=chats,
            now=wall_clock,
            monotonic=monotonic,
            answers_last=answers_last,
        )
        following = Following(
            watch=self._watch,
            petitions=storage.petitions,
            follows=storage.follows,
            recall=self._deliver.recall,
            cadence=cadence,
            monotonic=monotonic,
        )
        subscribing = Subscribing(subscriptions=storage.subscriptions)
        self._scoreboards = Scoreboards(
            scoreboards=storage.scoreboards,
            follows=storage.follows,
            petitions=storage.petitions,
            messenger=messenger,
            pacer=pacer,
            replying=replying,
            write=self._render_board,
            monotonic=monotonic,
        )
        self._broadcasts = Broadcasts(
            broadcasts=storage.broadcasts,
            chats=storage.chats,
            messenger=messenger,
            pacer=pacer,
            recall=self._deliver.recall_broadcasts,
            write_page=self._render_broadcast,
            write_report=lambda view: broadcasts.report(shown(view, Words()), Words()),
            fault=partial(broadcasts.fault, Words()),
            unpaid=partial(broadcasts.unpaid, Words()),
            monotonic=monotonic,
            may_pay=settings.paid_pace is not None,
        )
        cards = Cards(watch=self._watch, petitions=storage.petitions, follows=storage.follows, cadence=cadence)
        self._registry = build(
            following=following,
            subscribing=subscribing,
            searching=Searching(sites=sites, back_off=back_off, limit=look_limit),
            cards=cards,
            charts=Charts(cards=cards, petitions=storage.petitions),
            constituencies=Constituencies(
                cards=cards, sites=sites, breakdowns=storage.breakdowns, back_off=back_off, limit=look_limit
            ),
            pictures=pictures,
            channels=Channels(
                directory=BotChannelDirectory(application.bot),
                links=storage.channels,
                chats=chats,
                following=following,
                approvals=storage.approvals,
                subscribing=subscribing,
                replying=replying,
                bans=self._bans,
                served=settings.allowed_chats or frozenset(),
            ),
            scoreboards=self._scoreboards,
            broadcasting=Broadcasting(
                broadcasts=storage.broadcasts,
                replying=replying,
                recall=self._deliver.recall_broadcasts,
                stars=None if settings.paid_pace is None else messenger.stars,
            ),
            chats=chats,
            preferences=storage.preferences,
            bans=self._bans,
            switches=self._switches,
            given_up=storage.given_up,
            statistics=storage.statistics,
            read_status=self._read_status,
            sites=self._legislatures,
            contact=settings.contact or "",
        )
        Routing(
            registry=self._registry,
            replying=replying,
            chats=chats,
            bans=self._bans,
            refreshes=RateLimit(REFRESHES_A_MINUTE, monotonic),
            now=wall_clock,
            sites=self._legislatures,
            zone=self._zone,
            bot_name=lambda: application.bot.username,
            allowed_chats=settings.allowed_chats or frozenset(),
            operators=settings.operator_ids,
            on_mistake=self._reports.update_failed,
        ).register(application)
        self._registration = StartupRegistration(
            application=application,
            profile=self._profile(),
            settings=settings,
            telegram=self._telegram,
            wall_clock=wall_clock,
            on_done=self._registered,
        )
        self._inbox = Inbox(
            updates=storage.updates,
            handle=self._handle,
            wall_clock=wall_clock,
            wake=self._updates_stored,
            begin=self._registration.done,
        )
        self._intake = Intake(
            updates=storage.updates,
            limit=CommandLimit(monotonic),
            monotonic=monotonic,
            commands=self._commands,
            waiting=self._inbox.waiting,
            banned=self._bans.include,
            on_stored=self._updates_stored.set,
        )
        self._audit = Audit(store=storage.audit, zone=self._zone, report=self._amiss)
        self._list_audit = ListAudit(
            sites=sites,
            audit=storage.audit,
            petitions=storage.petitions,
            feeds=storage.feeds,
            subscriptions=storage.subscriptions,
            cadence=cadence,
            back_off=back_off,
            lateness=lambda site: self._watch.lateness(site).any,
            report=self._amiss,
            on_restored=self._audit.begin_soon,
        )
        self._sends = RecentSends()
        self._status = StatusSources(
            sites=settings.sites,
            watch=self._watch,
            switches=self._switches,
            bans=self._bans,
            inbox=self._inbox,
            sends=self._sends,
            audit=self._audit,
            list_audit=self._list_audit,
            monotonic=monotonic,
            began=monotonic(),
            database=sqlite_path(settings.database_url),
            schema=newest_version(),
        )
        self._loops = self._make_loops()
        BUILD.info({"version": VERSION})
        DATABASE_WRITABLE.set_function(lambda: self._writable)
        UPDATES_ARRANGED.set_function(self._registration.updates_arranged.is_set)
        TELEGRAM_SILENT.set_function(lambda: self._seconds_since(self._telegram.silent_since))
        for site in settings.sites:
            SITE_SILENT.labels(site).set_function(partial(self._silent_seconds, site))
            PETITIONS_MISSING.labels(site).set_function(partial(self._missing_seconds, site))
            WATCH_LATE.labels(site, "hot").set_function(partial(self._late_seconds, site, hot=True))
            WATCH_LATE.labels(site, "any").set_function(partial(self._late_seconds, site, hot=False))

    async def recover(self) -> None:
        """Take up where the last process stopped; the lock proves that it is gone."""
        now = self._wall_clock()
        orphans = await self._storage.messages.take_back_orphans()
        if orphans:
            log.info("outbox.orphans_taken_back", messages=orphans)
        await self._storage.alerts.take_back_set_aside()
        await self._bans.load()
        await self._switches.load()
        self._pacer.recall(await self._storage.messages.sent_since(now - WATCH_BACK), now)

    def parts(self) -> list[Running]:
        """Return everything that runs."""
        return [self._registration, self._inbox, *self._loops]

    def endpoints(self) -> Endpoints:
        """Return the web endpoints; the webhook only when there is one."""
        secret = self._settings.webhook_secret
        webhook = Webhook(secret=secret.get_secret_value(), receive=self._receive) if secret is not None else None
        return Endpoints(self._examine, webhook)

    def _make_loops(self) -> list[Loop]:
        deliver = self._loop("deliver", _once(self._registration.done, self._deliver.step))
        deliver.wake, deliver.close = self._sending, self._deliver.close
        illustrating = Illustrating(petitions=self._storage.petitions, pictures=self._pictures, draw=self._draw)
        compose = Compose(
            alerts=self._storage.alerts,
            render=partial(self._render, alert),
            render_plainly=partial(self._render, plain_alert),
            ask=lambda content, gathered: channels.question(
                content, gathered.telegram_chat, gathered.alerts[0], Words()
            ),
            report=self._reports.failed_to_render,
            monotonic=monotonic,
            illustrate=illustrating.illustrate,
        )
        composing = self._loop("compose", _waking(compose.step, deliver.wake))
        announcing = Announce(alerts=self._storage.alerts, zone=self._zone)
        announce = self._loop("announce", _waking(announcing.step, composing.wake))
        watch = self._loop("watch", _waking(self._watch.step, announce.wake), interruptible=True)
        # So that what is due is seen early within even the shortest time between two looks.
        watch.idle = min(self._idle, self._settings.watch_seconds / WATCH_STEPS_A_CADENCE)
        tidying = self._loop("tidy", Tidy(store=self._storage.tidy, forgotten=FOLLOWS_FORGOTTEN.inc).step)
        expiry = ApprovalExpiry(store=self._storage.approvals, notice=partial(channels.not_posted, words=Words()))
        approvals = self._loop("approvals", expiry.step)
        figures = self._loop("figures", self._show_figures)
        figures.idle = FIGURES_IDLE
        reports = self._loop("reports", self._reports.step)
        scoreboards = self._loop("scoreboards", _once(self._registration.done, self._scoreboards.step))
        scoreboards.idle = approvals.idle = SELDOM_IDLES * self._idle
        broadcasting = _once(self._registration.done, _waking(self._broadcasts.step, deliver.wake))
        broadcast = self._loop("broadcast", broadcasting)
        probe = self._loop("probe", self._probe_database)
        probe.idle, probe.health.longest_step = PROBE_IDLE, PROBE_LONGEST
        AUDIT_LAST_RUN.labels("alerts").set_function(lambda: _timestamp(self._audit.finished_at))
        AUDIT_LAST_RUN.labels("lists").set_function(lambda: _timestamp(self._list_audit.finished_at))
        finding = Successors(store=self._storage.successors)
        successors = self._loop("successors", finding.step)
        successors.idle = SELDOM_IDLES * self._idle
        audit = self._loop("audit", self._audit.step)
        list_audit = self._loop("list audit", self._list_audit.step, interruptible=True)
        loops = [
            watch,
            announce,
            composing,
            deliver,
            tidying,
            reports,
            scoreboards,
            approvals,
            broadcast,
            probe,
            figures,
        ]
        loops += [audit, list_audit, successors]
        if self._settings.webhook_url is None:
            polling = Polling(
                bot=self._application.bot,
                intake=self._intake,
                telegram=self._telegram,
                monotonic=monotonic,
            )
            step = _once(self._registration.updates_arranged, polling.step)
            loops.append(self._loop("polling", step, interruptible=True))
        return loops

    def _loop(self, name: str, step: Step, *, interruptible: bool = False) -> Loop:
        return Loop(
            name=name,
            step=step,
            wall_clock=self._wall_clock,
            monotonic=monotonic,
            idle=self._idle,
            interruptible=interruptible,
            on_crash=self._reports.crashed,
        )

    def _registered(self) -> None:
        """Go on with what has waited for the registration, and name the bot itself to the sites."""
        self._session.headers["User-Agent"] = user_agent(VERSION, self._settings.contact or self._application.bot.link)
        for wake in (self._updates_stored, *(loop.wake for loop in self._loops)):
            wake.set()

    def _render_board(self, shown: Sequence[ScoreLine], total: int, now: datetime) -> Content:
        render = RenderContext(words=Words(), sites=self._legislatures, zone=self._zone, now=now)
        return board(shown, total=total, render=render)

    def _render_broadcast(self, view: View, rate: float | None, now: datetime) -> Content:
        render = RenderContext(words=Words(), sites=self._legislatures, zone=self._zone, now=now)
        return broadcasts.page(shown(view, Words(), rate), render)

    def _render(self, write: WriteAlert, gathered: Gathered, now: datetime) -> Content:
        render = RenderContext(words=Words(), sites=self._legislatures, zone=self._zone, now=now)
        write = plain_alert if gathered.style.short else write
        content = signed(write(gathered.changes, render, followed=gathered.followed), gathered.style.signature)
        return content.with_links_only() if gathered.chat_kind is ChatKind.CHANNEL else content

    def _draw(self, history: SignatureHistory) -> Drawing | None:
        render = RenderContext(words=Words(), sites=self._legislatures, zone=self._zone, now=history.now)
        return growth_chart(history, render)

    def _amiss(self, fault: Fault, petition: PetitionRef, count: int) -> None:
        AUDIT_MISSING.labels(fault).inc(count)
        self._reports.audited(fault, petition, count)

    async def _handle(self, update: dict[str, object]) -> None:
        await self._application.process_update(Update.de_json(with_command_marked(update), self._application.bot))

    async def _receive(self, update: RawUpdate) -> None:
        await self._intake.take([update], self._wall_clock())

    def _commands(self) -> CommandNames:
        bot = self._application.bot
        username = bot.username if self._registration.done.is_set() else ""
        return CommandNames(known={command.name for command in self._registry.commands}, bot=username.lower())

    async def _show_figures(self, now: datetime) -> bool:
        show_outbox(await self._storage.messages.figures(now), now)
        await asyncio.to_thread(show_disk, sqlite_path(self._settings.database_url))
        self._sends.note(monotonic(), verdicts_so_far())
        return False

    async def _read_status(self) -> BotStatus:
        return self._status.status(
            report=self._examine(),
            loops=[loop.health for loop in self._loops],
            figures=await self._storage.messages.figures(self._wall_clock()),
            circuit=self._deliver.circuit,
            telegram_silent_since=self._telegram.silent_since,
        )

    async def _probe_database(self, _now: datetime) -> bool:
        self._writable = await self._storage.writable()
        return False

    def _examine(self) -> Report:
        now = self._wall_clock()
        silent = {str(site): self._watch.unreachable_since(site) for site in self._settings.sites}
        silent["telegram"] = self._telegram.silent_since
        return judge(
            loops=[loop.health for loop in self._loops],
            at=monotonic(),
            writable=self._writable,
            silent={name: since for name, since in silent.items() if since is not None},
            webhook_problem=self._registration.webhook_problem,
            missing={
                str(site): since for site in self._settings.sites if (since := self._watch.ill_since(site)) is not None
            },
            late={str(site): self._watch.lateness(site) for site in self._settings.sites},
            now=now,
            off={
                str(site): since
                for site in self._settings.sites
                if (since := self._switches.off_since(site)) is not None
            },
            maintenance_since=self._switches.maintenance_since,
        )

    def _late_seconds(self, site: Site, *, hot: bool) -> float:
        late = self._watch.lateness(site)
        return (late.hot if hot else late.any).total_seconds()

    def _silent_seconds(self, site: Site) -> float:
        return self._seconds_since(self._watch.unreachable_since(site))

    def _missing_seconds(self, site: Site) -> float:
        return self._seconds_since(self._watch.ill_since(site))

    def _seconds_since(self, since: datetime | None) -> float:
        return 0.0 if since is None else (self._wall_clock() - since).total_seconds()

    def _profile(self) -> BotProfile:
        words = Words()
        return BotProfile(
            private_commands=self._registry.commands_for_menu(Scope.PRIVATE, words),
            group_commands=self._registry.commands_for_menu(Scope.GROUP, words),
            operator_commands=tuple(
                command
                for scope in (Scope.PRIVATE, Scope.OPERATOR)
                for command in self._registry.commands_for_menu(scope, words)
            ),
            description=guide.description(words),
            short_description=guide.short_description(words),
        )


def _timestamp(moment: datetime | None) -> float:
    return 0.0 if moment is None else moment.timestamp()


def _once(begun: asyncio.Event, step: Step) -> Step:
    """Do nothing until `begun` is set."""

    async def step_once_begun(now: datetime) -> bool:
        return begun.is_set() and await step(now)

    return step_once_begun


def _waking(step: Step, following: WakeEvent) -> Step:
    """Wake the loop that goes on with what this step has done."""

    async def step_and_wake(now: datetime) -> bool:
        done_something = await step(now)
        if done_something:
            following.set()
        return done_something

    return step_and_wake


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` at SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
