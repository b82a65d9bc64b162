"""Broadcasts, as the operators see them who write them and as everybody sees them who gets them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from messages import dates, numbers
from messages.buttons import button
from messages.content import Button, Content, Html, Keyboard, lines, links_only, paragraphs
from messages.presses import BroadcastOrder, OnBroadcast, ShowAnnouncements, ShowBroadcasts
from messages.progress import bar, percent
from messages.render_context import RenderContext
from messages.words import Words

SENT, FAILED, UNCERTAIN, UNREACHABLE, LEFT_OUT = "sent", "failed", "uncertain", "unreachable", "left_out"
_VERSION = re.compile(r"version\s+([a-z]{2,3}(?:-[a-z0-9]{2,8})*)", re.IGNORECASE)
_BUTTON = re.compile(r"\[([^\]\n]{1,64})\]\s*(https?://\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What it costs, in Telegram Stars, to send a broadcast faster, and `most`, the price that is allowed, if any.

    `balance`: what the bot has, if that is known. `unpaid`: the name of why it goes out at the usual pace after all.
    """

    price: int
    most: int | None = None
    balance: int | None = None
    unpaid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How many chats of each sort the audience would have, and how many it has. `payment`: where one may be made."""

    private: int
    groups: int
    channels: int
    chosen: int
    payment: Payment | None = None

    @property
    def everybody(self) -> int:
        """All of them."""
        return self.private + self.groups + self.channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page of a broadcast shows. `state`, `action` and the keys of `tally` are the names they are stored by.

    `choices`: for a draft only. `to`: whom it goes to. `rate`: how many are sent a minute, `None` while that is not
    known. `begins`: when it begins, if not at once. `cost`: how many Stars it has cost at most, if it is paid for.
    `versions`: the languages for which there are other words.
    """

    number: int
    state: str
    action: str
    to: Html
    service_notice: bool
    pinned: bool
    text_only: bool
    begins: datetime | None
    tally: Mapping[str, int]
    choices: Choices | None = None
    rate: float | None = None
    cost: int | None = None
    versions: Sequence[str] = ()
    note: str = ""

    @property
    def total(self) -> int:
        """How many recipients there are."""
        return sum(self.tally.values())

    @property
    def ended(self) -> int:
        """With how many of them it is over."""
        return sum(self.tally[outcome] for outcome in (SENT, FAILED, UNCERTAIN, UNREACHABLE, LEFT_OUT))


def read_version(text: Html) -> tuple[str, Html] | None:
    """Part the language from the words of a text whose first line is, say, `version cy`; `None` for any other text."""
    first, _, rest = text.strip().partition("\n")
    found = _VERSION.fullmatch(first.strip())
    return None if found is None else (found[1].lower(), Html(rest.strip()))


def read_buttons(text: Html) -> tuple[Html, Keyboard]:
    """Take the buttons off the end of a text: a line such as `[Read more] https://… | [Give] https://…` is a row."""
    kept = text.rstrip().split("\n")
    rows: list[tuple[Button, ...]] = []
    while kept and (row := _row(unescape(kept[-1]))):
        rows.insert(0, row)
        kept.pop()
    return Html("\n".join(kept).rstrip()), tuple(rows)


def _row(line: str) -> tuple[Button, ...]:
    parts = [_BUTTON.fullmatch(part.strip()) for part in line.split(" | ")]
    return tuple(Button(label=part[1], url=part[2]) for part in parts if part) if all(parts) else ()


def buttons_below(buttons: Keyboard, words: Words, *, channel: bool) -> Keyboard:
    """Put a button below a broadcast's own with which such messages are declined; a channel gets only its links."""
    decline = button(words.plain("button-announcements"), ShowAnnouncements())
    return links_only(buttons) if channel else (*buttons, (decline,))


def audience(words: Words, kinds: str, narrowed: Iterable[tuple[str, str]]) -> Html:
    """Say whom a broadcast goes to: chats of these kinds (the name of a message), narrowed in each of these ways."""
    parts = [words.say(f"broadcast-to-{kinds}")]
    parts += [words.say(f"broadcast-narrowed-{way}", value=value) for way, value in narrowed]
    return Html(", ".join(parts))


def page(shown: Shown, render: RenderContext) -> Content:
    """Show how a broadcast stands and what can be done about it."""
    words = render.words
    title = words.say(f"broadcast-title-{shown.action}", number=str(shown.number))
    state = words.say(f"broadcast-state-{shown.state}")
    heading = words.say("broadcast-heading", title=title, state=state)
    if shown.choices is not None:
        return _draft(shown, shown.choices, heading, render)
    begins = None
    if shown.begins is not None and shown.state == "scheduled":
        begins = words.say("broadcast-begins", when=dates.moment(shown.begins, render))
    text = paragraphs(
        [
            heading,
            begins,
            words.say("broadcast-note", reason=shown.note) if shown.note else None,
            _progress(shown, words),
            words.say("broadcast-edit") if _can_be_changed(shown) else None,
        ]
    )
    return Content(text=text, buttons=_running_buttons(shown, words))


def _draft(shown: Shown, choices: Choices, heading: Html, render: RenderContext) -> Content:
    words = render.words
    chosen = words.say("broadcast-audience", to=shown.to, count=choices.chosen)
    if shown.versions:
        chosen = lines([chosen, words.say("broadcast-versions", languages=", ".join(shown.versions))])
    if shown.action != "send":
        return Content(text=paragraphs([heading, chosen]), buttons=_confirm(shown, choices, render))
    text = paragraphs(
        [
            heading,
            lines(
                [
                    chosen,
                    words.say("broadcast-as-service" if shown.service_notice else "broadcast-as-news"),
                    words.say("broadcast-pinned") if shown.pinned else None,
                    words.say("broadcast-begins", when=dates.moment(shown.begins, render)) if shown.begins else None,
                ]
            ),
            _payment(choices.payment, words),
            lines([words.say("broadcast-narrow"), words.say("broadcast-narrow-stars") if choices.payment else None]),
            words.say("broadcast-narrow-version"),
        ]
    )
    number = shown.number
    everybody = _choice("button-everybody", choices.everybody, BroadcastOrder.TO_EVERYBODY, number, words)
    private = _choice("button-private-chats", choices.private, BroadcastOrder.TO_PRIVATE_CHATS, number, words)
    groups = _choice("button-groups", choices.groups, BroadcastOrder.TO_GROUPS, number, words)
    in_channels = _choice("button-to-channels", choices.channels, BroadcastOrder.TO_CHANNELS, number, words)
    sort = BroadcastOrder.AS_NEWS if shown.service_notice else BroadcastOrder.AS_SERVICE_NOTICE
    pin = BroadcastOrder.DO_NOT_PIN if shown.pinned else BroadcastOrder.PIN
    return Content(
        text=text,
        buttons=(
            (everybody, private),
            (groups, in_channels),
            tuple(_order(f"button-broadcast-{order}", order, number, words) for order in (sort, pin)),
            *_pay(choices.payment, number, words),
            (_order("button-show-me", BroadcastOrder.SHOW_ME, number, words),),
            *_confirm(shown, choices, render),
        ),
    )


def _payment(payment: Payment | None, words: Words) -> Html | None:
    if payment is None or payment.most is None:
        return None
    return lines(
        [
            words.say("broadcast-paid", price=payment.price, most=payment.most),
            None if payment.balance is None else words.say("broadcast-balance", count=payment.balance),
            words.say("broadcast-note", reason=unpaid(words, payment.unpaid)) if payment.unpaid else None,
        ]
    )


def _pay(payment: Payment | None, number: int, words: Words) -> Keyboard:
    if payment is None or not payment.price:
        return ()
    order = BroadcastOrder.PAY if payment.most is None else BroadcastOrder.DO_NOT_PAY
    return ((_choice(f"button-broadcast-{order}", payment.price, order, number, words),),)


def _confirm(shown: Shown, choices: Choices, render: RenderContext) -> Keyboard:
    words = render.words
    label = words.plain(f"button-confirm-{shown.action}", count=choices.chosen)
    confirm = button(label, OnBroadcast(broadcast=shown.number, order=BroadcastOrder.CONFIRM))
    discard = _order("button-discard", BroadcastOrder.DISCARD, shown.number, words)
    return ((confirm,), (discard,)) if choices.chosen else ((discard,),)


def _progress(shown: Shown, words: Words) -> Html:
    done = words.say("broadcast-done", bar=bar(shown.ended, shown.total), percent=percent(shown.ended, shown.total))
    counts = [
        words.say(f"broadcast-count-{outcome.replace('_', '-')}", count=shown.tally[outcome])
        for outcome in (SENT, FAILED, UNCERTAIN, UNREACHABLE, LEFT_OUT)
        if shown.tally[outcome] or outcome == SENT
    ]
    left = shown.total - shown.ended
    counts += [words.say("broadcast-count-waiting", count=left)] if left else []
    counts.append(words.say("broadcast-count-total", count=shown.total))
    if shown.cost is not None:
        counts.append(words.say("broadcast-cost", count=shown.cost))
    pace = None
    if shown.state == "sending" and shown.rate and left:
        minutes = -(-left // max(1, round(shown.rate)))
        pace = words.say("broadcast-pace", rate=numbers.count(numbers.two_digits(shown.rate), words), count=minutes)
    return lines([done if shown.total else None, *counts, pace])


def _running_buttons(shown: Shown, words: Words) -> Keyboard:
    number = shown.number
    back = (button(words.plain("button-broadcasts"), ShowBroadcasts(page=1)),)
    cancel = _order("button-cancel", BroadcastOrder.CANCEL, number, words)
    match shown.state:
        case "scheduled":
            return ((cancel,), back)
        case "sending":
            return ((_order("button-pause-broadcast", BroadcastOrder.PAUSE, number, words), cancel), back)
        case "paused":
            return ((_order("button-resume-broadcast", BroadcastOrder.RESUME, number, words), cancel), back)
        case _:
            return (*_ended_buttons(shown, words), back)


def _ended_buttons(shown: Shown, words: Words) -> Keyboard:
    number = shown.number
    rows = [(_order("button-csv", BroadcastOrder.GET_FILE, number, words),)]
    if shown.action == "send":
        for outcome, order in (
            (FAILED, BroadcastOrder.REPEAT_FAILED),
            (UNCERTAIN, BroadcastOrder.REPEAT_UNCERTAIN),
            (UNREACHABLE, BroadcastOrder.REPEAT_UNREACHABLE),
        ):
            if shown.tally[outcome]:
                rows.append((_choice(f"button-repeat-{outcome}", shown.tally[outcome], order, number, words),))
        if shown.tally[SENT]:
            rows.append((_order("button-delete-sent", BroadcastOrder.DELETE, number, words),))
    return tuple(rows)


def _can_be_changed(shown: Shown) -> bool:
    over = shown.state in {"finished", "cancelled"}
    return over and shown.action == "send" and shown.text_only and shown.tally[SENT] > 0


def _order(label: str, order: BroadcastOrder, number: int, words: Words) -> Button:
    return button(words.plain(label), OnBroadcast(broadcast=number, order=order))


def _choice(label: str, count: int, order: BroadcastOrder, number: int, words: Words) -> Button:
    return button(words.plain(label, count=count), OnBroadcast(broadcast=number, order=order))


def report(shown: Shown, words: Words) -> Content:
    """Tell the operator that a broadcast has ended, with a button that shows everything."""
    title = words.say(f"broadcast-title-{shown.action}", number=str(shown.number))
    ended = words.say(f"broadcast-state-{shown.state}")
    heading = words.say("broadcast-heading", title=title, state=ended)
    show = _order("button-show-broadcast", BroadcastOrder.SHOW, shown.number, words)
    note = words.say("broadcast-note", reason=shown.note) if shown.note else None
    return Content(text=paragraphs([heading, note, _progress(shown, words)]), buttons=((show,),))


def fault(words: Words, refused: int) -> str:
    """Say that so many messages in a row were refused."""
    return words.plain("broadcast-fault", count=refused)


def unpaid(words: Words, why: str) -> str:
    """Say why a broadcast that was to be paid for is not."""
    return words.plain(f"broadcast-unpaid-{why}")


def file_caption(words: Words, number: int) -> Html:
    """Say what the file about a broadcast is."""
    return words.say("broadcast-file", number=str(number))


def history(items: Sequence[Shown], *, number: int, more: bool, render: RenderContext) -> Content:
    """List broadcasts, newest first; the buttons show one, or turn the page."""
    words = render.words
    if not items and number == 1:
        return Content(text=words.say("broadcasts-none"))
    listed = [
        words.say(
            "broadcasts-item",
            title=words.say(f"broadcast-title-{each.action}", number=str(each.number)),
            state=words.say(f"broadcast-state-{each.state}"),
            count=each.tally[SENT],
            total=each.total,
        )
        for each in items
    ]
    choose = tuple(_order_number(each.number) for each in items)
    turn = tuple(
        button(words.plain(label), ShowBroadcasts(page=page))
        for label, page, wanted in (("button-before", number - 1, number > 1), ("button-after", number + 1, more))
        if wanted
    )
    rows = tuple(row for row in (choose, turn) if row)
    return Content(text=paragraphs([words.say("broadcasts-heading"), *listed]), buttons=rows)


def _order_number(number: int) -> Button:
    return button(str(number), OnBroadcast(broadcast=number, order=BroadcastOrder.SHOW))
