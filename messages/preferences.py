"""Which groups of news a place wants to hear of, and whether with pictures."""

from collections.abc import Mapping

from messages.buttons import button
from messages.content import Button, Content, lines, paragraphs
from messages.presses import Prefer
from messages.words import Words
from petitions.preferences import PREFERENCES, Preference, is_on_by_default

_BUTTONS_A_ROW = 2
_NAMED = {preference.value: preference for preference in PREFERENCES}


def parse(text: str) -> Prefer | None:
    """Read what somebody has written, such as `edits on`; `None` when it can't be understood."""
    match text.lower().split():
        case [name, "on" | "off" as state] if name in _NAMED:
            return Prefer(preference=_NAMED[name], wanted=state == "on")
        case _:
            return None


def page(words: Words, chosen: Mapping[Preference, bool], *, in_private: bool) -> Content:
    """Show all there is to choose, and offer to change each; `chosen`: what was chosen before."""
    wanted = {each: chosen.get(each, is_on_by_default(each, in_private=in_private)) for each in PREFERENCES}
    listed = [
        words.say(
            "preference",
            state=_state(wanted=on),
            name=words.say(f"preference-{each}"),
            about=words.say(f"about-{each}"),
        )
        for each, on in wanted.items()
    ]
    text = paragraphs([words.say("preferences"), lines(listed), words.say("preferences-typed")])
    buttons = [_button(each, words, wanted=on) for each, on in wanted.items()]
    rows = [tuple(buttons[start : start + _BUTTONS_A_ROW]) for start in range(0, len(buttons), _BUTTONS_A_ROW)]
    return Content(text=text, buttons=tuple(rows))


def changed(change: Prefer, words: Words) -> str:
    """Name what was chosen and say whether it is on."""
    return words.plain(
        "toast-preference", state=_state(wanted=change.wanted), name=words.plain(f"preference-{change.preference}")
    )


def _button(preference: Preference, words: Words, *, wanted: bool) -> Button:
    label = words.plain("button-preference", state=_state(wanted=wanted), name=words.plain(f"preference-{preference}"))
    return button(label, Prefer(preference=preference, wanted=not wanted))


def _state(*, wanted: bool) -> str:
    return "on" if wanted else "off"
