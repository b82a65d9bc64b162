"""/resend, for operators: messages that were given up are sent once more."""

import re
from dataclasses import dataclass

from delivery.outbox import GIVEN_UP, MessageId, MessageState
from handlers.context import Answers, CallbackAnswer, CallbackContext, Command, CommandContext, Scope
from messages import replies
from messages.buttons import button
from messages.content import Content, paragraphs
from messages.presses import Resend
from services.ports import GivenUpStore

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendCommands:
    """Says how many messages there are that were given up, and queues them again when a button says so."""

    given_up: GivenUpStore

    def build(self) -> tuple[Command, ...]:
        """Return the command."""
        return (Command(name="resend", answer=self.resend, scope=Scope.OPERATOR),)

    async def resend(self, context: CommandContext) -> Answers:
        """Say how many there are."""
        words, which = context.words, _which("_".join(context.text.lower().split()))
        if which is None:
            return [replies.note(words, "resend-usage")]
        count = await self.given_up.count(which)
        if not count:
            return [replies.note(words, "resend-none")]
        doubt = None if which in (MessageState.REJECTED, MessageState.SET_ASIDE) else words.say("resend-uncertain")
        again = button(words.plain("button-resend", count=count), Resend(which=str(which)))
        return [Content(text=paragraphs([words.say("resend-ready", count=count), doubt]), buttons=((again,),))]

    async def on_press(self, press: Resend, context: CallbackContext) -> CallbackAnswer:
        """Queue them again, and say how many these were."""
        which = _which(press.which)
        count = 0 if which is None else await self.given_up.resend(which, context.now)
        return CallbackAnswer(message=replies.note(context.words, "resend-done", count=count))


def _which(text: str) -> MessageState | MessageId | None:
    if _NUMBER.fullmatch(text):
        return MessageId(int(text))
    return next((state for state in GIVEN_UP if state == text), None)
