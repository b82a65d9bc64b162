"""Long lists in pages: which page there is, the rows of number buttons, and the buttons to turn with."""

from collections.abc import Sequence

from messages.buttons import button, fits
from messages.content import Button, Keyboard
from messages.presses import ShowFound, ShowList, ShowSubjects
from messages.words import Words

PAGE_SIZE = 8
"""Petitions on a page of a list."""

_BUTTONS_A_ROW = 4


def page_count(items: int) -> int:
    """Return how many pages so many items fill; an empty list is one page."""
    return max(1, -(-items // PAGE_SIZE))


def rows(buttons: Sequence[Button]) -> Keyboard:
    """Put short buttons next to each other."""
    return tuple(tuple(buttons[start : start + _BUTTONS_A_ROW]) for start in range(0, len(buttons), _BUTTONS_A_ROW))


Turning = ShowList | ShowFound | ShowSubjects


def turning(words: Words, before: Turning | None, after: Turning | None) -> Keyboard:
    """Make the row of buttons that turn the page, as far as there are pages and room in a button."""
    row = tuple(
        button(words.plain(label), press)
        for label, press in (("button-before", before), ("button-after", after))
        if press is not None and fits(press)
    )
    return (row,) if row else ()
