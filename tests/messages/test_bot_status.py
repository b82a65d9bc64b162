from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from inline_snapshot import snapshot

from messages import statistics
from messages.bot_status import BotStatus, IllLoop, page
from messages.statistics import ChatFigures, DayFigures, FollowedMost, Statistics
from tests.messages.samples import NOW, REF, RENDER, STATUS, WORDS, shown
from tests.messages.telegram_html import seen

HOUR = timedelta(hours=1)
[SITE] = STATUS.sites


def audited(**changes: object) -> BotStatus:
    return replace(STATUS, audit=replace(STATUS.audit, **changes))  # type: ignore[arg-type]


def faults(**found: int) -> BotStatus:
    return audited(faults={**STATUS.audit.faults, **found})


def site(**changes: object) -> BotStatus:
    return replace(STATUS, sites=(replace(SITE, **changes),))  # type: ignore[arg-type]


def test_a_bot_that_is_well_is_green_in_every_line() -> None:
    assert shown(page(STATUS, WORDS, NOW)) == snapshot("""\
🟢 <b>Petition Alerts 1.2</b>
🟢 Loops: all 11 alive
🟢 Database: can be written
🟢 uk: watched on time
🟢 Telegram: answers
🟢 Waiting: 0 replies, 1,200 alerts, 0 broadcasts and removals, 0 paid broadcasts, 3 alerts unwritten
🟢 Oldest due: 20 s
🟢 Sends of the last minute: 12 sent
🟢 Sends of the last hour: 1,720 sent, 2 later
🟢 Given up in 30 days: none
🟢 Audit of alerts: 4 min ago, 12,345 accounted for; since the start 0 repaired, 0 missing again
🟢 Audit of lists: 14 min ago; since the start 0 looked for, 0 still unseen
🟢 Updates waiting: 0
🟢 Chats: 4 out of reach, 1 paused, 2 banned
🟢 Python 3.11.2, python-telegram-bot 22.8, schema 0006
🟢 Up for 3 days, database 49 MB
[🔄 Refresh → 1:O:status]\
""")


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (
            replace(STATUS, ill_loops=[IllLoop(name="watch", crashes=3, silent_for=HOUR)]),
            "🔴 Loops: watch crashed 3 times in a row",
        ),
        (
            replace(STATUS, ill_loops=[IllLoop(name="tidy", crashes=0, silent_for=HOUR)]),
            "🔴 Loops: tidy silent for 60 min",
        ),
        (replace(STATUS, writable=False), "🔴 Database: can’t be written"),
        (site(late_hot=HOUR / 6, late_any=HOUR), "🟡 uk: hot petitions 10 min late, others 60 min"),
        (site(late_hot=timedelta(seconds=5), late_any=5 * HOUR), "🟢 uk: hot petitions 5 s late, others 5 h"),
        (site(silent_since=NOW - HOUR / 2), "🟡 uk: silent for 30 min"),
        (site(silent_since=NOW - 50 * HOUR), "🔴 uk: silent for 2 days"),
        (site(missing_since=NOW - HOUR / 60), "🟡 uk: many petitions missing for 60 s"),
        (site(off_since=NOW - 3 * HOUR, silent_since=NOW), "🟡 uk: switched off for 3 h"),
        (replace(STATUS, telegram_silent_since=NOW - 2 * HOUR), "🔴 Telegram: silent for 2 h"),
        (replace(STATUS, webhook_problem="Bad <Request>"), "🔴 Webhook: Bad <Request>"),
        (replace(STATUS, circuit="open"), "🔴 Sending: stopped, Telegram doesn’t take anything"),
        (replace(STATUS, circuit="trial"), "🔴 Sending: one message is tried"),
        (replace(STATUS, maintenance_since=NOW - HOUR), "🟡 Maintenance: alerts wait for 60 min"),
        (replace(STATUS, oldest_due_at=NOW - HOUR / 4), "🟡 Oldest due: 15 min"),
        (replace(STATUS, sends={"hour": {"sent": 0, "uncertain": 2}}), "🟡 Sends of the last hour: 2 uncertain"),
        (replace(STATUS, sends={"hour": {"sent": 0}}), "🟢 Sends of the last hour: none"),
        (replace(STATUS, given_up={"set_aside": 1}), "🟡 Given up in 30 days: 1 set aside"),
        (
            faults(untold=2, lost=1),
            "🟡 Audit of alerts: 4 min ago, 12,345 accounted for; since the start 3 repaired, 0 missing again",
        ),
        (
            faults(again=1),
            "🔴 Audit of alerts: 4 min ago, 12,345 accounted for; since the start 0 repaired, 1 missing again",
        ),
        (faults(unseen=1), "🟡 Audit of lists: 14 min ago; since the start 1 looked for, 0 still unseen"),
        (faults(still_unseen=1), "🔴 Audit of lists: 14 min ago; since the start 0 looked for, 1 still unseen"),
        (
            audited(lists_at=NOW - HOUR / 2),
            "🟡 Audit of lists: 30 min ago; since the start 0 looked for, 0 still unseen",
        ),
        (
            audited(alerts_at=None, accounted=0),
            "🔴 Audit of alerts: not ended yet, 0 accounted for; since the start 0 repaired, 0 missing again",
        ),
        (replace(STATUS, updates_waiting=1_000), "🟡 Updates waiting: 1,000"),
    ],
)
def test_what_is_the_matter_has_a_mark_that_heads_the_message_too(status: BotStatus, line: str) -> None:
    lines = seen(page(status, WORDS, NOW).text).splitlines()
    assert line in lines
    assert lines[0].startswith(line[0])


def test_what_waits_for_the_future_is_not_late() -> None:
    assert "Oldest" not in shown(page(replace(STATUS, oldest_due_at=NOW + HOUR), WORDS, NOW))


def days(figure: Callable[[int], int]) -> list[DayFigures]:
    return [
        DayFigures(day=(NOW - timedelta(days=ago)).date(), chats=figure(ago), follows=100 * figure(ago), alerts=0)
        for ago in reversed(range(3))
    ]


FIGURES = Statistics(
    chats={"private": ChatFigures(active=1_200, suspended=34), "channel": ChatFigures(active=2, suspended=0)},
    follows=5_000,
    subscriptions=7,
    most_followed=[FollowedMost(ref=REF, title="Keep <lidos> open", followers=321)],
    days=days(lambda ago: [12, 0, 1][ago]),
)


def test_statistics_show_what_there_is() -> None:
    assert shown(statistics.page(FIGURES, RENDER)) == snapshot("""\
📊 <b>Statistics</b>

Private chats: <b>1,234</b> (34 out of reach)
Channels: <b>2</b> (0 out of reach)
Follows: <b>5,000</b>
Watches: <b>7</b>

<b>Most followed</b>
321 · <a href="https://petition.example/petitions/700143">Keep &lt;lidos&gt; open</a>\
""")


def test_a_picture_shows_a_bar_a_day_and_its_caption_the_sums() -> None:
    chart = statistics.growth_chart(FIGURES, RENDER)
    assert (chart.heading, chart.about) == ("1,202 chats", "5,000 follows")
    assert [bars.heights for bars in chart.bars] == [(1, 0, 12), (100, 0, 1_200), (0, 0, 0)]
    assert chart.ends - chart.begins == 3 * 86_400
    assert statistics.growth_caption(FIGURES, RENDER) == snapshot("""\
📈 <b>1 March to 3 March</b> (UTC)
New chats: 13, today 12
New follows: 1,300, today 1,200
Alerts sent: 0, today 0\
""")


def test_statistics_of_a_bot_that_nobody_uses_have_empty_bars() -> None:
    nobody = Statistics(chats={}, follows=0, subscriptions=0, most_followed=[], days=days(lambda _: 0))
    assert [set(bars.heights) for bars in statistics.growth_chart(nobody, RENDER).bars] == [{0}] * 3
    assert "New chats: 0, today 0" in statistics.growth_caption(nobody, RENDER)
