"""Replying: what people are answered leaves before alerts, and what that teaches about a chat is kept."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

import structlog
from cachetools import LRUCache

from delivery.chats import Receiver
from delivery.outbox import Lane, NewMessage
from delivery.verdicts import Gone, Later, Moved, Refused, Sent, Uncertain, Verdict
from messages.content import Content, Copy, Document, Keyboard, Removal
from petitions.follows import Place
from services.chats import Chats
from services.ports import Messenger, Pacer

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 60.0
"""How long a reply is tried again; a later one would answer nobody."""

ANSWERS_LAST = timedelta(minutes=1)
"""How long readers of a channel see a command and its answer."""

ANSWER_SECONDS = 15.0

ASK_AGAIN_SECONDS = 3_600.0
"""How long a group that takes no ephemeral messages is answered before everybody without being tried again."""

MOST_REMEMBERED = 10_000
"""Groups of which that is remembered."""
FIRST_WAIT = 1.0


class ReplyRefusedError(Exception):
    """Telegram will never take this reply as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a reply goes. `reply_to`: the message that it answers, where that should be shown.

    `receiver`: who alone is to see it, or sees the message that is edited.
    """

    telegram_chat: int
    thread: int = 0
    reply_to: int | None = None
    receiver: Receiver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replying:
    """Sends and edits for handlers. `now` returns aware UTC datetimes, `monotonic` seconds.

    `queue` puts into the outbox what nobody waits for. `answers_last`: how long answers stay that are to be removed.
    """

    messenger: Messenger
    queue: Callable[[NewMessage], Awaitable[None]]
    pacer: Pacer
    chats: Chats
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    answers_last: timedelta = ANSWERS_LAST
    refusing: LRUCache[int, float] = field(default_factory=partial(LRUCache, MOST_REMEMBERED))
    """When Telegram last refused an ephemeral message to a group that had asked for it by nothing but words."""

    async def send(self, address: Address, answer: Content | Copy | Document) -> int | None:
        """Send to a chat or topic, and return the Telegram id of the message.

        `None`: the bot was blocked or silenced there meanwhile, which is no error. What is for one receiver is for
        everybody where Telegram does not take it so. Raises `ReplyRefusedError` when Telegram does not take the
        message at all.
        """
        await self._prepare(answer)
        address = self._without_receiver_if_refused(address)
        ended = await self._send(address, answer)
        if isinstance(ended, Refused) and address.receiver is not None:
            self._remember_refusal(address.telegram_chat, address.receiver)
            ended = await self._send(replace(address, receiver=None), answer)
        match ended:
            case Sent(telegram_message_id=number):
                return number
            case Refused(reason=reason):
                raise ReplyRefusedError(reason)
            case None:
                return None

    async def remove_later(self, place: Place, messages: Sequence[int]) -> None:
        """Have messages deleted after a while, after everything that somebody waits for."""
        for message in messages:
            removal = Removal(message=message)
            due_at = self.now() + self.answers_last
            await self.queue(NewMessage(place=place, lane=Lane.BROADCAST, content=removal, due_at=due_at))

    async def edit(self, address: Address, message: int, content: Content) -> None:
        """Change a message of the bot, or send a new one when it cannot be changed any more."""
        await self._prepare(content)
        ended = await self._persist(
            address, lambda to: self.messenger.edit(to.telegram_chat, message, content, receiver=to.receiver)
        )
        if isinstance(ended, Refused):
            await self.send(address, content)

    async def edit_keyboard(self, address: Address, message: int, keyboard: Keyboard) -> None:
        """Change the buttons under a message of the bot, if it can still be changed."""
        await self._persist(
            address, lambda to: self.messenger.edit_keyboard(to.telegram_chat, message, keyboard, receiver=to.receiver)
        )

    def rights_changed(self, telegram_chat: int) -> None:
        """Try ephemeral messages again in a group in which the bot has become something else."""
        self.refusing.pop(telegram_chat, None)

    async def _prepare(self, answer: Content | Copy | Document) -> None:
        """Have a picture drawn before there is a turn to send it: nobody else waits for it."""
        preparing = self.messenger.prepare(answer)
        if preparing is not None:
            await asyncio.wait([preparing])

    def _without_receiver_if_refused(self, address: Address) -> Address:
        """Ask nothing of Telegram that it refused within the hour; a press or an ephemeral command may always."""
        receiver, refused_at = address.receiver, self.refusing.get(address.telegram_chat)
        if receiver is None or refused_at is None or _is_answer(receiver):
            return address
        return address if self.monotonic() - refused_at > ASK_AGAIN_SECONDS else replace(address, receiver=None)

    def _remember_refusal(self, telegram_chat: int, receiver: Receiver) -> None:
        if not _is_answer(receiver):  # otherwise it may only have come too late
            self.refusing[telegram_chat] = self.monotonic()

    async def _send(self, address: Address, answer: Content | Copy | Document) -> Sent | Refused | None:
        return await self._persist(
            address,
            lambda to: self.messenger.send(
                to.telegram_chat, to.thread, answer, reply_to=to.reply_to, receiver=to.receiver
            ),
        )

    async def _persist(
        self, address: Address, attempt: Callable[[Address], Awaitable[Verdict]]
    ) -> Sent | Refused | None:
        """Attempt until an attempt ends for good or patience does; `None` when it can't be done."""
        give_up_at, wait = self.monotonic() + PATIENCE_SECONDS, FIRST_WAIT
        while True:
            verdict = await self._paced(address, attempt)
            match verdict:
                case Sent() | Refused():
                    return verdict
                case Moved(telegram_id=moved):
                    await self.chats.migrated(address.telegram_chat, moved, self.now())
                    address = replace(address, telegram_chat=moved, reply_to=None)
                case Gone(reason=reason) if address.receiver is not None:
                    return Refused(reason=reason)  # that may be about the receiver, and says nothing of the chat
                case Gone(reason=reason, topic_only=topic_only, temporary=temporary):
                    if not (topic_only or temporary):
                        await self.chats.left(address.telegram_chat, reason, self.now())
                    return self._undeliverable(address, reason)
                case Uncertain(reason=reason):
                    return self._undeliverable(address, reason)
                case Later(reason=reason, after=told):
                    seconds = wait if told is None else told.total_seconds()
                    if self.monotonic() + seconds > give_up_at:
                        return self._undeliverable(address, reason)
                    await asyncio.sleep(seconds)
                    wait *= 2
                case _:
                    assert_never(verdict)

    async def _paced(self, address: Address, attempt: Callable[[Address], Awaitable[Verdict]]) -> Verdict:
        async with self.pacer.slot(address.telegram_chat, Lane.REPLY):
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await attempt(address)
            except TimeoutError:
                return Uncertain(reason="no answer in time")

    @staticmethod
    def _undeliverable(address: Address, reason: str) -> None:
        log.info("reply.undeliverable", telegram_chat=address.telegram_chat, reason=reason)


def _is_answer(receiver: Receiver) -> bool:
    return receiver.command is not None or receiver.press is not None
