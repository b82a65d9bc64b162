"""The mute button under cards and alerts: keep following, but hear nothing."""

from dataclasses import dataclass

from handlers.context import CallbackAnswer, CallbackContext
from messages import replies
from messages.buttons import decode, mute_button
from messages.content import Button
from messages.presses import Mute, Unmute
from services.following import Following


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteButtons:
    """Mutes and unmutes petitions for the place that asks."""

    following: Following

    async def on_press(self, press: Mute | Unmute, context: CallbackContext) -> CallbackAnswer:
        """Mute or unmute, and turn the button round; whatever else the message says stays."""
        words = context.words
        muted = isinstance(press, Mute)
        if not await self.following.set_muted(press.ref, context.place, context.now, muted=muted):
            return CallbackAnswer(toast=words.plain("toast-not-followed"), dialog=True)
        turned = mute_button(press.ref, words, muted=muted)
        keyboard = tuple(tuple(turned if _is(press, old) else old for old in row) for row in context.keyboard)
        toast = words.plain("toast-muted" if muted else "toast-unmuted")
        news = replies.note(words, "muted-here" if muted else "unmuted-here", number=press.ref.number)
        return CallbackAnswer(toast=toast, keyboard=keyboard, news=news)


def _is(press: Mute | Unmute, button: Button) -> bool:
    return button.data is not None and decode(button.data) == press
