"""What an operator is shown of a chat: what is stored about it, and never what anybody has written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from messages import dates
from messages.buttons import button
from messages.content import Button, Content, Html, lines, paragraphs
from messages.presses import Ban, ExportChat
from messages.render_context import RenderContext
from messages.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentMessage:
    """A message of the outbox. `lane` and `state` are the names they are stored by."""

    lane: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Banned:
    """Since when, and why if that was said."""

    since: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatProfile:
    """A chat. `kind`, `state` and `declines` are names they are stored by.

    `suspended_because`: why it can't be reached. `limits`: what it may have other than usual, by what is limited.
    `recent`: newest first.
    """

    telegram_id: int
    kind: str
    state: str
    since: datetime
    suspended_because: str | None
    follows: int
    subscriptions: int
    limits: Mapping[str, int]
    declines: Sequence[str]
    banned: Banned | None
    recent: Sequence[RecentMessage]


def profile(shown: ChatProfile, usual: Mapping[str, int], render: RenderContext) -> Content:
    """Show a chat; `usual`: how much a chat may have of what is limited."""
    words = render.words
    state = words.say(f"chat-state-{shown.state}", reason=shown.suspended_because or "–")
    limited = {what: shown.limits.get(what, most) for what, most in usual.items()}
    facts = lines(
        [
            words.say("chat-kind", kind=words.say(f"chat-kind-{shown.kind}"), state=state),
            words.say("chat-since", when=dates.moment(shown.since, render)),
            words.say("chat-follows", count=shown.follows, limit=limited["follows"]),
            words.say("chat-subscriptions", count=shown.subscriptions, limit=limited["subscriptions"]),
            *(words.say(f"chat-declines-{what}") for what in shown.declines),
            None if shown.banned is None else _ban(shown.banned, render),
        ]
    )
    recent = [
        words.say("chat-message", when=dates.moment(each.at, render), lane=each.lane, state=each.state)
        for each in shown.recent
    ]
    listed = lines([words.say("chat-recent"), *recent]) if recent else None
    text = paragraphs([words.say("chat-heading", id=str(shown.telegram_id)), facts, listed])
    export = button(words.plain("button-export-chat"), ExportChat(chat=shown.telegram_id))
    ban = _ban_button(shown.telegram_id, words, banned=shown.banned is not None)
    return Content(text=text, buttons=((ban, export),))


def unknown(telegram_id: int, words: Words, *, banned: bool) -> Content:
    """Say that nothing is stored about a chat or person; they can be banned all the same."""
    text = words.say("chat-unknown-banned" if banned else "chat-unknown", id=str(telegram_id))
    return Content(text=text, buttons=((_ban_button(telegram_id, words, banned=banned),),))


def _ban(banned: Banned, render: RenderContext) -> Html:
    when = dates.moment(banned.since, render)
    if not banned.reason:
        return render.words.say("chat-banned", when=when)
    return render.words.say("chat-banned-because", when=when, reason=banned.reason)


def _ban_button(telegram_id: int, words: Words, *, banned: bool) -> Button:
    return button(words.plain("button-unban" if banned else "button-ban"), Ban(chat=telegram_id, banned=not banned))
