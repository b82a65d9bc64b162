"""Replies leave before alerts, with patience, and what they teach about a chat is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from delivery.chats import ChatKind, ChatState, Receiver
from delivery.verdicts import Gone, Later, Moved, Refused, Uncertain, Verdict
from messages.content import Content, Copy, Document, Html, Keyboard
from petitions.follows import Place
from services.chats import Chats
from services.replying import ANSWERS_LAST, ASK_AGAIN_SECONDS, Address, Replying, ReplyRefusedError
from storage.storage import Storage
from tests.services.outbox import NOW, SENT, FakeMessenger, Sender, always

HELLO = Content(text=Html("Hello"))


@dataclass
class Editing(FakeMessenger):
    """Edits end as `edits` says."""

    edits: list[Verdict] = field(default_factory=list)
    edited: list[tuple[int, int, Receiver | None]] = field(default_factory=list)
    keyboards: list[tuple[int, int]] = field(default_factory=list)

    async def edit_keyboard(
        self, telegram_chat: int, message: int, keyboard: Keyboard, *, receiver: Receiver | None = None
    ) -> Verdict:
        self.keyboards.append((telegram_chat, message))
        return self.edits.pop(0)

    async def edit(
        self, telegram_chat: int, message: int, content: Content, *, receiver: Receiver | None = None
    ) -> Verdict:
        self.edited.append((telegram_chat, message, receiver))
        return self.edits.pop(0)


@dataclass
class Addressed(FakeMessenger):
    """Remembers where it was asked to send."""

    addresses: list[tuple[int, int, int | None]] = field(default_factory=list)
    receivers: list[Receiver | None] = field(default_factory=list)
    ends: list[Verdict] = field(default_factory=list)

    async def send(
        self,
        telegram_chat: int,
        thread: int,
        content: Content | Copy | Document,
        *,
        reply_to: int | None = None,
        receiver: Receiver | None = None,
    ) -> Verdict:
        self.addresses.append((telegram_chat, thread, reply_to))
        self.receivers.append(receiver)
        return self.ends.pop(0) if self.ends else SENT


@pytest.fixture
async def replying(storage: Storage, messenger: FakeMessenger) -> Replying:
    return replying_with(storage, messenger)


def replying_with(storage: Storage, messenger: FakeMessenger, clock: Callable[[], float] = lambda: 0.0) -> Replying:
    return Replying(
        messenger=messenger,
        queue=storage.messages.queue,
        pacer=messenger.pacer,
        chats=Chats(chats=storage.chats, recall=lambda _: None),
        now=lambda: NOW,
        monotonic=clock,
    )


async def test_a_person_who_has_blocked_the_bot_is_suspended(
    storage: Storage, messenger: FakeMessenger, replying: Replying
) -> None:
    await storage.chats.ensure(7, ChatKind.PRIVATE, NOW)
    messenger.answers[7] = [always(Gone(reason="bot was blocked by the user"))]
    await replying.send(Address(telegram_chat=7), HELLO)
    chat = await storage.chats.find(7)
    assert chat is not None
    assert chat.state is ChatState.SUSPENDED


async def test_an_answer_goes_to_the_topic_and_the_message_that_asked(storage: Storage) -> None:
    messenger = Addressed()
    content = Content(text=Html("Here"))
    await replying_with(storage, messenger).send(Address(telegram_chat=-7, thread=3, reply_to=9), content)
    assert messenger.addresses == [(-7, 3, 9)]
    await messenger.pacer.shutdown()


async def test_a_closed_topic_does_not_suspend_the_forum(
    storage: Storage, messenger: FakeMessenger, replying: Replying
) -> None:
    await storage.chats.ensure(-7, ChatKind.SUPERGROUP, NOW)
    messenger.answers[-7] = [always(Gone(reason="TOPIC_CLOSED", topic_only=True))]
    await replying.send(Address(telegram_chat=-7, thread=3), HELLO)
    chat = await storage.chats.find(-7)
    assert chat is not None
    assert chat.state is ChatState.ACTIVE


async def test_a_group_that_migrates_while_it_is_answered_is_remembered_and_answered(
    storage: Storage, messenger: FakeMessenger, replying: Replying
) -> None:
    await storage.chats.ensure(-7, ChatKind.GROUP, NOW)
    messenger.answers[-7] = [always(Moved(telegram_id=-1007))]
    await replying.send(Address(telegram_chat=-7, reply_to=4), HELLO)
    assert messenger.sent == [(-1007, "Hello")]
    assert await storage.chats.find(-1007) is not None


async def test_a_server_in_trouble_and_a_short_pause_are_waited_for(
    messenger: FakeMessenger, replying: Replying
) -> None:
    messenger.answers[7] = [always(Later(reason="429", after=timedelta(seconds=0.01)))] * 3
    await replying.send(Address(telegram_chat=7), HELLO)
    assert messenger.sent == [(7, "Hello")]


@pytest.mark.parametrize("verdict", [Later(reason="429", after=timedelta(hours=2)), Uncertain(reason="cut")])
async def test_a_reply_is_neither_waited_for_for_hours_nor_said_twice(
    messenger: FakeMessenger, replying: Replying, verdict: Verdict
) -> None:
    messenger.answers[7] = [always(verdict)]
    await replying.send(Address(telegram_chat=7), HELLO)
    assert messenger.sent == []


async def test_a_reply_that_telegram_does_not_take_is_a_mistake_of_ours(
    messenger: FakeMessenger, replying: Replying
) -> None:
    messenger.answers[7] = [always(Refused(reason="can't parse entities"))]
    with pytest.raises(ReplyRefusedError, match="parse"):
        await replying.send(Address(telegram_chat=7), HELLO)


async def test_a_message_that_can_not_be_edited_any_more_is_sent_anew(storage: Storage) -> None:
    messenger = Editing(edits=[Refused(reason="message can't be edited"), SENT])
    replying = replying_with(storage, messenger)
    for _ in range(2):
        await replying.edit(Address(telegram_chat=7), 5, HELLO)
    assert messenger.edited == [(7, 5, None)] * 2
    assert messenger.sent == [(7, "Hello")]
    await messenger.pacer.shutdown()


async def test_buttons_are_changed_under_the_message_that_has_them(storage: Storage) -> None:
    messenger = Editing(edits=[SENT])
    await replying_with(storage, messenger).edit_keyboard(Address(telegram_chat=7), 5, ())
    assert messenger.keyboards == [(7, 5)]
    await messenger.pacer.shutdown()


async def test_what_is_to_be_removed_is_removed_when_readers_have_had_their_time(
    storage: Storage, messenger: FakeMessenger, replying: Replying
) -> None:
    channel = await storage.chats.ensure(-7, ChatKind.CHANNEL, NOW)
    await replying.remove_later(Place(chat=channel.id), [41, 42])
    sender = Sender(storage.messages, messenger)
    await sender.run(NOW + ANSWERS_LAST / 2)
    assert messenger.removed == []
    await sender.run(NOW + ANSWERS_LAST)
    assert sorted(messenger.removed) == [(-7, 41), (-7, 42)]


ANN = Receiver(user=5)
ALONE = Address(telegram_chat=-7, receiver=ANN)
NO = Refused(reason="BOT_NOT_ADMIN")


async def test_a_message_that_one_person_sees_is_edited_for_them(storage: Storage) -> None:
    messenger = Editing(edits=[SENT])
    await replying_with(storage, messenger).edit(ALONE, 5, HELLO)
    assert messenger.edited == [(-7, 5, ANN)]
    await messenger.pacer.shutdown()


@pytest.mark.parametrize("no", [NO, Gone(reason="user not found"), Gone(reason="CHAT_ADMIN_REQUIRED", temporary=True)])
async def test_a_refused_ephemeral_answer_is_said_to_everybody_and_the_chat_is_not_judged_by_it(
    storage: Storage, no: Verdict
) -> None:
    await storage.chats.ensure(-7, ChatKind.SUPERGROUP, NOW)
    messenger = Addressed(ends=[no])
    await replying_with(storage, messenger).send(ALONE, HELLO)
    assert messenger.receivers == [ANN, None]
    chat = await storage.chats.find(-7)
    assert chat is not None
    assert chat.state is ChatState.ACTIVE
    await messenger.pacer.shutdown()


async def test_a_group_that_refuses_ephemeral_answers_is_tried_again_after_an_hour(storage: Storage) -> None:
    seconds = [0.0]
    messenger = Addressed(ends=[NO])
    replying = replying_with(storage, messenger, lambda: seconds[0])
    for seconds[0] in (0.0, ASK_AGAIN_SECONDS, ASK_AGAIN_SECONDS + 1):
        await replying.send(ALONE, HELLO)
    assert messenger.receivers == [ANN, None, None, ANN]
    await messenger.pacer.shutdown()


@pytest.mark.parametrize("answering", [Receiver(user=5, press="q"), Receiver(user=5, command=70)])
async def test_an_answer_that_came_too_late_for_one_person_teaches_nothing_about_the_group(
    storage: Storage, answering: Receiver
) -> None:
    messenger = Addressed(ends=[NO])
    replying = replying_with(storage, messenger)
    for receiver in (answering, ANN, answering):
        await replying.send(replace(ALONE, receiver=receiver), HELLO)
    assert messenger.receivers == [answering, None, ANN, answering]
    await messenger.pacer.shutdown()


async def test_a_press_is_answered_alone_in_a_group_that_refuses_other_ephemeral_answers(storage: Storage) -> None:
    messenger, pressed = Addressed(ends=[NO]), Receiver(user=5, press="q")
    replying = replying_with(storage, messenger)
    for receiver in (ANN, pressed):
        await replying.send(replace(ALONE, receiver=receiver), HELLO)
    assert messenger.receivers == [ANN, None, pressed]
    await messenger.pacer.shutdown()


@pytest.mark.parametrize("doubt", [Uncertain(reason="cut"), Later(reason="429", after=timedelta(hours=2))])
async def test_an_ephemeral_answer_that_may_have_arrived_or_must_wait_is_not_said_to_everybody(
    storage: Storage, doubt: Verdict
) -> None:
    messenger = Addressed(ends=[doubt])
    await replying_with(storage, messenger).send(ALONE, HELLO)
    assert messenger.receivers == [ANN]
    await messenger.pacer.shutdown()
