"""An intake for tests, with the limits of the bot."""

from collections.abc import Callable, Collection

from bot.intake import Intake
from bot.updates import CommandNames
from services.command_limit import CommandLimit
from storage.storage import Storage

COMMANDS = CommandNames(known={"follow", "help"}, bot="a_bot")


def intake_into(
    storage: Storage, monotonic: Callable[[], float], *, waiting: int = 0, banned: Collection[int] = ()
) -> Intake:
    return Intake(
        updates=storage.updates,
        limit=CommandLimit(monotonic),
        monotonic=monotonic,
        commands=lambda: COMMANDS,
        waiting=lambda _: waiting,
        banned=lambda chat, person: not {chat, person}.isdisjoint(banned),
        on_stored=lambda: None,
    )
