"""Which groups of news a place wants to hear of."""

from collections.abc import Mapping

from messages.buttons import button
from messages.content import Button, Content, lines, paragraphs
from messages.presses import WantNews
from messages.words import Words
from petitions.kinds import Group, is_on_by_default

_BUTTONS_A_ROW = 2


def parse(text: str) -> WantNews | None:
    """Read what somebody has written, such as `edits on`; `None` when it can't be understood."""
    match text.lower().split():
        case [name, "on" | "off" as state] if name in set(Group):
            return WantNews(group=Group(name), wanted=state == "on")
        case _:
            return None


def page(words: Words, chosen: Mapping[Group, bool]) -> Content:
    """Show all groups, and offer to change each; `chosen`: those about which something was chosen."""
    wanted = {group: chosen.get(group, is_on_by_default(group)) for group in Group}
    listed = [
        words.say(
            "preference",
            state=_state(wanted=on),
            name=words.say(f"preference-{group}"),
            about=words.say(f"about-{group}"),
        )
        for group, on in wanted.items()
    ]
    text = paragraphs([words.say("preferences"), lines(listed), words.say("preferences-typed")])
    buttons = [_button(group, words, wanted=on) for group, on in wanted.items()]
    rows = [tuple(buttons[start : start + _BUTTONS_A_ROW]) for start in range(0, len(buttons), _BUTTONS_A_ROW)]
    return Content(text=text, buttons=tuple(rows))


def changed(change: WantNews, words: Words) -> str:
    """Name a group and say whether it is on."""
    return words.plain(
        "toast-preference", state=_state(wanted=change.wanted), name=words.plain(f"preference-{change.group}")
    )


def _button(group: Group, words: Words, *, wanted: bool) -> Button:
    label = words.plain("button-preference", state=_state(wanted=wanted), name=words.plain(f"preference-{group}"))
    return button(label, WantNews(group=group, wanted=not wanted))


def _state(*, wanted: bool) -> str:
    return "on" if wanted else "off"
