"""What the operator is told."""

from messages.content import Content, lines
from messages.words import Words


def rejected(words: Words, *, message: int, reason: str) -> Content:
    """A message that Telegram will never take."""
    return Content(text=words.say("operator-rejected", number=str(message), reason=reason))


def uncertain(words: Words, *, message: int, reason: str) -> Content:
    """A message that was written to Telegram several times and never answered."""
    return Content(text=words.say("operator-uncertain", number=str(message), reason=reason))


def set_aside(words: Words, *, message: int, reason: str) -> Content:
    """A message of which the database cannot store how its sending ended."""
    return Content(text=words.say("operator-set-aside", number=str(message), reason=reason))


def grouped(words: Words, latest: Content, *, count: int) -> Content:
    """One report for everything of one cause; it shows the last."""
    if count == 1:
        return latest
    return Content(text=lines([latest.text, words.say("operator-more", count=count)]))


def petition_failed(words: Words, *, petition: str) -> Content:
    """A petition that was read and could not be compared or stored."""
    return Content(text=words.say("operator-petition-failed", petition=petition))


def asked_to_wait(words: Words, *, site: str, hours: int) -> Content:
    """A site that wants to be left alone for many hours."""
    return Content(text=words.say("operator-asked-to-wait", site=site, count=hours))


def audited(words: Words, fault: str, *, petition: str, count: int) -> Content:
    """What the audit has found amiss with a petition: `fault` is the end of the name of its words."""
    return Content(text=words.say(f"operator-audit-{fault.replace('_', '-')}", petition=petition, count=count))


def failed_to_render(words: Words) -> Content:
    """An alert that could not be said in full."""
    return Content(text=words.say("operator-failed-to-render"))


def update_failed(words: Words) -> Content:
    """Somebody who was not answered, by a mistake of ours."""
    return Content(text=words.say("operator-update-failed"))


def crashed(words: Words, *, loop: str) -> Content:
    """A loop that has raised and is tried again."""
    return Content(text=words.say("operator-crashed", loop=loop))
