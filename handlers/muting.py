"""The mute button under cards and alerts: keep following, but hear nothing."""

from dataclasses import dataclass

from handlers.conversation import PressAnswer, Pressed
from messages.buttons import Mute, Unmute, decode
from messages.content import Button
from messages.muting import mute_button
from services.following import Following


@dataclass(frozen=True, slots=True, kw_only=True)
class MutingConversation:
    """Mutes and unmutes petitions for the place that asks."""

    following: Following

    async def pressed(self, press: Mute | Unmute, pressed: Pressed) -> PressAnswer:
        """Mute or unmute, and turn the button round; whatever else the message says stays."""
        words = pressed.asked.words
        muted = isinstance(press, Mute)
        if not await self.following.set_muted(press.ref, pressed.asked.place, pressed.asked.now, muted=muted):
            return PressAnswer(toast=words.plain("toast-not-followed"), dialog=True)
        turned = mute_button(press.ref, words, muted=muted)
        keyboard = tuple(tuple(turned if _is(press, old) else old for old in row) for row in pressed.keyboard)
        return PressAnswer(toast=words.plain("toast-muted" if muted else "toast-unmuted"), keyboard=keyboard)


def _is(press: Mute | Unmute, button: Button) -> bool:
    return button.data is not None and decode(button.data) == press
