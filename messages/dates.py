"""Days and moments as people of one time zone read them. All languages here write day, month, year."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from messages.content import Html, time_in_zone_of_reader
from messages.render_context import RenderContext
from messages.words import Words


def day(on: date, words: Words) -> str:
    """Write a day: "3 March 2026"."""
    return format_date(on, "d MMMM y", locale=words.locale)


def weekday(on: date, words: Words) -> str:
    """Write a day with its weekday: "Tuesday 3 March 2026"."""
    return format_date(on, "EEEE d MMMM y", locale=words.locale)


def day_of(at: datetime, words: Words, zone: ZoneInfo) -> str:
    """Write the day on which a moment falls in the zone."""
    return day(at.astimezone(zone).date(), words)


def moment(at: datetime, render: RenderContext) -> Html:
    """Write a moment: "14:02 on 3 March"; with the year when it is not this year, and no day when it is today.

    Every reader sees it in their own zone; the words are for apps that do not know how.
    """
    words, zone = render.words, render.zone
    local, today = at.astimezone(zone), render.now.astimezone(zone).date()
    time = format_time(local, "HH:mm", tzinfo=zone, locale=words.locale)
    if local.date() == today:
        return time_in_zone_of_reader(at, words.say("moment-today", time=time), "t")
    pattern = "d MMMM" if local.year == today.year else "d MMMM y"
    day = format_date(local.date(), pattern, locale=words.locale)
    return time_in_zone_of_reader(at, words.say("moment", time=time, day=day), "Dt")
