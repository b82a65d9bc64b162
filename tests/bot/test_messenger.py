import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from time import monotonic

import pytest

from bot.messenger import BotMessenger
from bot.pacer import Pacer
from delivery.budgets import Limits
from delivery.chats import Receiver
from delivery.pacing import Pacing
from delivery.verdicts import Gone, Later, Moved, Refused, SendingStoppedError, Sent, Uncertain, Verdict
from messages.charts import Chart, KeptPicture
from messages.content import Button, Content, Copy, Document, Edit, Html, Pin, Removal
from services.pictures import Pictures
from tests.bot.bot_api import BotApi, Reaction, bot_api, bot_of, cut, cut_in_the_middle, hang, nobody, refusing, saying
from tests.handlers.fakes import NOW, FakePictures
from tests.small_pictures import PNG

HELLO = Content(text=Html("<b>Hello</b>"))


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as running:
        yield running


@pytest.fixture
async def pacer() -> AsyncIterator[Pacer]:
    pacer = Pacer(Pacing(Limits(per_second=1_000)), monotonic)
    yield pacer
    await pacer.shutdown()


@pytest.fixture
async def messenger(api: BotApi, pacer: Pacer) -> AsyncIterator[BotMessenger]:
    async with bot_of(api.url, rate_limiter=pacer) as bot:
        yield BotMessenger(bot, pacer)


async def attempt(messenger: BotMessenger, *, chat: int = 5, thread: int = 0, content: Content = HELLO) -> Verdict:
    return await messenger.send(chat, thread, content)


async def test_a_plain_message(api: BotApi, messenger: BotMessenger) -> None:
    assert await attempt(messenger) == Sent(telegram_message_id=101)
    assert api.calls == [
        (
            "sendMessage",
            {"chat_id": 5, "text": "<b>Hello</b>", "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}},
        )
    ]


async def test_a_silent_message_with_buttons_in_a_topic(api: BotApi, messenger: BotMessenger) -> None:
    buttons = ((Button(label="Open", url="https://example.org"), Button(label="Mute", data="v1:mute:7")),)
    await attempt(messenger, chat=-100, thread=12, content=Content(text=Html("Hello"), buttons=buttons, silent=True))
    [(_, parameters)] = api.calls
    assert parameters["message_thread_id"] == 12
    assert parameters["disable_notification"] is True
    assert parameters["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Open", "url": "https://example.org"}, {"text": "Mute", "callback_data": "v1:mute:7"}]
        ]
    }


@pytest.mark.parametrize("content", [HELLO, Copy(chat=4, message=9)])
async def test_telegram_may_charge_only_for_what_is_paid_for(
    api: BotApi, messenger: BotMessenger, content: Content | Copy
) -> None:
    await messenger.deliver(5, 0, content)
    await messenger.deliver(5, 0, content, paid=True)
    await messenger.deliver(5, 0, Removal(message=9), paid=True)
    assert [parameters.get("allow_paid_broadcast") for _, parameters in api.calls] == [None, True, None]


async def test_the_balance_is_known_only_when_telegram_says_it(api: BotApi, messenger: BotMessenger) -> None:
    balance = saying(200, '{"ok": true, "result": {"amount": 12, "nanostar_amount": 5}}', "application/json")
    api.reactions = [balance, refusing(500, "Internal Server Error"), cut]
    assert [await messenger.stars() for _ in range(3)] == [12, None, None]


async def test_the_general_topic_has_no_address(api: BotApi, messenger: BotMessenger) -> None:
    await attempt(messenger, chat=-100, thread=1)
    assert "message_thread_id" not in api.calls[0][1]


@pytest.mark.parametrize(
    "reaction",
    [
        refusing(500, "Internal Server Error"),
        refusing(502, "Bad Gateway"),
        saying(502, "<html>Bad Gateway</html>"),
        refusing(503, "Service Unavailable"),
        saying(504, "<html>Gateway Time-out</html>"),
        saying(520, "<html>odd</html>"),
    ],
)
async def test_a_server_in_trouble_is_tried_later(api: BotApi, messenger: BotMessenger, reaction: Reaction) -> None:
    api.reactions = [reaction]
    assert isinstance(await attempt(messenger), Later)


async def test_where_nobody_listens_it_is_tried_later(pacer: Pacer) -> None:
    async with bot_of(nobody(), rate_limiter=pacer) as bot:
        assert isinstance(await attempt(BotMessenger(bot, pacer)), Later)


async def test_a_refusal_is_obeyed_and_the_pacer_knows(api: BotApi, messenger: BotMessenger, pacer: Pacer) -> None:
    api.reactions = [refusing(429, "Too Many Requests: retry after 30", retry_after=30)]
    verdict = await attempt(messenger, chat=-100, thread=12)
    assert isinstance(verdict, Later)
    assert verdict.after == timedelta(seconds=30)
    assert pacer.busy() == {-100: pytest.approx(30, abs=2)}


@pytest.mark.parametrize(
    "reaction",
    [
        saying(200, "<html>Welcome</html>"),
        saying(200, '{"ok": true}', "application/json"),
        saying(200, '{"ok": true, "result": true}', "application/json"),
        cut,
        cut_in_the_middle,
    ],
)
async def test_silence_after_writing_is_uncertain(api: BotApi, messenger: BotMessenger, reaction: Reaction) -> None:
    api.reactions = [reaction]
    assert isinstance(await attempt(messenger), Uncertain)
    assert len(api.calls) == 1


async def test_an_answer_is_waited_for_until_the_sender_gives_it_up(api: BotApi, messenger: BotMessenger) -> None:
    api.reactions = [hang]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await attempt(messenger)
    assert len(api.calls) == 1
    assert isinstance(await attempt(messenger), Sent), "the connection that was given up is not used again"


async def test_a_migrated_group_is_followed(api: BotApi, messenger: BotMessenger) -> None:
    api.reactions = [
        refusing(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009)
    ]
    assert await attempt(messenger) == Moved(telegram_id=-1009)


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (403, "Forbidden: bot is not a member of the channel chat"),
        (403, "Forbidden: user is deactivated"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: user not found"),
        (400, "Bad Request: PEER_ID_INVALID"),
        (400, "Bad Request: group chat was deactivated"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
        (400, "Bad Request: have no rights to send a message"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
        (400, "Bad Request: need administrator rights in the channel chat"),
    ],
)
async def test_a_chat_out_of_reach_is_gone(api: BotApi, messenger: BotMessenger, status: int, description: str) -> None:
    api.reactions = [refusing(status, description)]
    verdict = await attempt(messenger, chat=-100, thread=12)
    assert isinstance(verdict, Gone)
    assert not verdict.topic_only


@pytest.mark.parametrize(
    ("status", "words", "temporary"),
    [
        (400, "Bad Request: not enough rights to send text messages to the chat", True),
        (400, "Bad Request: need administrator rights in the channel chat", True),
        (403, "Forbidden: CHAT_WRITE_FORBIDDEN", True),
        (400, "Bad Request: TOPIC_CLOSED", True),
        (400, "Bad Request: message thread not found", False),
        (400, "Bad Request: chat not found", False),
        (403, "Forbidden: bot was blocked by the user", False),
        (403, "Forbidden: bot was kicked from the supergroup chat", False),
    ],
)
async def test_what_may_be_open_again_without_our_being_told_is_gone_for_a_while(
    api: BotApi, messenger: BotMessenger, status: int, words: str, temporary: bool
) -> None:
    api.reactions = [refusing(status, words)]
    verdict = await attempt(messenger, chat=-100, thread=12)
    assert isinstance(verdict, Gone)
    assert verdict.temporary == temporary


@pytest.mark.parametrize("words", ["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"])
async def test_a_topic_out_of_reach_is_gone_alone(api: BotApi, messenger: BotMessenger, words: str) -> None:
    api.reactions = [refusing(400, f"Bad Request: {words}")]
    verdict = await attempt(messenger, chat=-100, thread=12)
    assert isinstance(verdict, Gone)
    assert verdict.topic_only


@pytest.mark.parametrize(
    "words",
    ["can't parse entities: unclosed tag", "message is too long", "message text is empty", "BUTTON_URL_INVALID"],
)
async def test_any_other_400_is_the_fault_of_the_message(api: BotApi, messenger: BotMessenger, words: str) -> None:
    api.reactions = [refusing(400, f"Bad Request: {words}")]
    verdict = await attempt(messenger)
    assert isinstance(verdict, Refused)
    assert words.lower() in verdict.reason.lower()


@pytest.mark.parametrize(
    ("status", "description", "says"),
    [(401, "Unauthorized", "token"), (404, "Not Found", "token"), (409, "Conflict: terminated", "another process")],
)
async def test_a_refused_bot_stops_sending_and_blames_no_message(
    api: BotApi, messenger: BotMessenger, status: int, description: str, says: str
) -> None:
    api.reactions = [refusing(status, description)]
    with pytest.raises(SendingStoppedError, match=says):
        await attempt(messenger)


async def test_reasons_stay_short(api: BotApi, messenger: BotMessenger) -> None:
    api.reactions = [saying(500, "<html>" + "x" * 10_000)]
    verdict = await attempt(messenger)
    assert isinstance(verdict, Later)
    assert len(verdict.reason) <= 200


async def test_an_edit_that_changes_nothing_is_done(api: BotApi, messenger: BotMessenger) -> None:
    api.reactions = [refusing(400, "Bad Request: message is not modified: specified new message content")]
    assert await messenger.edit(5, 77, HELLO) == Sent(telegram_message_id=77)
    assert api.calls[0][1]["message_id"] == 77


@pytest.mark.parametrize("words", ["message to edit not found", "message can't be edited"])
async def test_a_message_that_can_not_be_edited_any_more_is_refused(
    api: BotApi, messenger: BotMessenger, words: str
) -> None:
    api.reactions = [refusing(400, f"Bad Request: {words}")]
    assert isinstance(await messenger.edit_keyboard(5, 77, ()), Refused)


async def test_a_message_that_is_gone_needs_no_removal(api: BotApi, messenger: BotMessenger) -> None:
    api.reactions = [refusing(400, "Bad Request: message to delete not found")]
    assert await messenger.deliver(-5, 0, Removal(message=7)) == Sent(telegram_message_id=7)
    assert api.calls == [("deleteMessage", {"chat_id": -5, "message_id": 7})]


@pytest.mark.parametrize("outgoing", [Removal(message=7), Pin(message=7)])
async def test_what_may_not_be_done_with_a_message_suspends_no_chat(
    api: BotApi, messenger: BotMessenger, outgoing: Removal | Pin
) -> None:
    api.reactions = [refusing(400, "Bad Request: not enough rights")]
    assert isinstance(await messenger.deliver(-5, 0, outgoing), Refused)


async def test_a_removal_is_judged_like_a_message(api: BotApi, messenger: BotMessenger) -> None:
    api.reactions = [refusing(500, "Internal Server Error"), refusing(403, "Forbidden: bot was kicked")]
    assert isinstance(await messenger.deliver(-5, 0, Removal(message=7)), Later)
    assert isinstance(await messenger.deliver(-5, 0, Removal(message=7)), Gone)


async def test_a_copy_goes_to_its_topic_with_buttons_of_ours(api: BotApi, messenger: BotMessenger) -> None:
    copied = Copy(chat=5, message=7, buttons=((Button(label="Open", url="https://example.org/"),),))
    assert isinstance(await messenger.deliver(-5, 9, copied), Sent)
    [(method, parameters)] = api.calls
    assert (method, parameters["from_chat_id"], parameters["message_id"]) == ("copyMessage", 5, 7)
    assert (parameters["chat_id"], parameters["message_thread_id"]) == (-5, 9)
    assert "inline_keyboard" in str(parameters["reply_markup"])


async def test_the_outbox_edits_and_pins(api: BotApi, messenger: BotMessenger) -> None:
    assert isinstance(await messenger.deliver(5, 0, Edit(message=7, content=HELLO)), Sent)
    assert isinstance(await messenger.deliver(5, 0, Pin(message=7)), Sent)
    assert [method for method, _ in api.calls] == ["editMessageText", "pinChatMessage"]
    assert api.calls[1][1] == {"chat_id": 5, "message_id": 7, "disable_notification": True}


async def test_a_document_is_judged_like_a_message(api: BotApi, messenger: BotMessenger) -> None:
    document = Document(name="data.json", data=b"{}", caption=Html("Yours"))
    assert isinstance(await messenger.send(-100, 1, document, reply_to=9), Sent)
    [(method, parameters)] = api.calls
    assert (method, parameters["caption"]) == ("sendDocument", "Yours")
    assert "message_thread_id" not in parameters
    api.reactions = [refusing(403, "Forbidden: bot was kicked from the group chat")]
    assert isinstance(await messenger.send(-100, 1, document), Gone)


async def test_an_ephemeral_message_names_who_sees_it_and_what_it_answers(api: BotApi, messenger: BotMessenger) -> None:
    api.reactions = [
        saying(200, '{"ok": true, "result": {"message_id": 0, "ephemeral_message_id": 7}}', "application/json")
    ]
    for receiver in (Receiver(user=5, press="q"), Receiver(user=5, command=70)):
        assert isinstance(await messenger.send(-100, 12, HELLO, receiver=receiver), Sent)
    (_, to_press), (_, to_command) = api.calls
    assert to_press["ephemeral_message_parameters"] == {"receiver_user_id": 5, "callback_query_id": "q"}
    assert "reply_parameters" not in to_press
    assert to_command["ephemeral_message_parameters"] == {"receiver_user_id": 5}
    assert to_command["reply_parameters"] == {"message_id": 0, "ephemeral_message_id": 70}
    assert to_command["message_thread_id"] == 12


async def test_an_ephemeral_document_names_who_sees_it(api: BotApi, messenger: BotMessenger) -> None:
    document = Document(name="data.json", data=b"{}", caption=Html("Yours"))
    await messenger.send(-100, 0, document, reply_to=9, receiver=Receiver(user=5))
    [(_, parameters)] = api.calls
    assert json.loads(parameters["ephemeral_message_parameters"]) == {"receiver_user_id": 5}
    assert json.loads(parameters["reply_parameters"])["message_id"] == 9


async def test_ephemeral_messages_are_edited_by_methods_of_their_own(api: BotApi, messenger: BotMessenger) -> None:
    done = saying(200, '{"ok": true, "result": true}', "application/json")
    api.reactions = [done, done, refusing(400, "Bad Request: message is not modified: same")]
    assert isinstance(await messenger.edit(-100, 70, HELLO, receiver=Receiver(user=5)), Sent)
    assert isinstance(await messenger.edit_keyboard(-100, 70, (), receiver=Receiver(user=5)), Sent)
    assert isinstance(await messenger.edit_keyboard(-100, 70, (), receiver=Receiver(user=5)), Sent)
    assert [method for method, _ in api.calls[:2]] == ["editEphemeralMessageText", "editEphemeralMessageReplyMarkup"]
    named = {"chat_id": -100, "receiver_user_id": 5, "ephemeral_message_id": 70}
    assert all(parameters.items() >= named.items() and "message_id" not in parameters for _, parameters in api.calls)


async def test_a_probe_tells_whether_telegram_answers(api: BotApi, messenger: BotMessenger) -> None:
    api.reactions = [saying(502, "<html>Bad Gateway</html>")]
    assert not await messenger.probe()


CAPTIONED = Content(
    text=Html("<b>Hello</b>"), buttons=((Button(label="Mute", data="v1:mute:7"),),), silent=True, picture="picture-0"
)
WITH_PHOTO: Reaction = saying(
    200,
    json.dumps({"ok": True, "result": {"message_id": 101, "photo": [{"file_id": "small"}, {"file_id": "large"}]}}),
    "application/json",
)
WORDS = {"caption": "<b>Hello</b>", "parse_mode": "HTML"}
KEYBOARD = {"inline_keyboard": [[{"text": "Mute", "callback_data": "v1:mute:7"}]]}
WRONG_FILE = refusing(400, "Bad Request: wrong file identifier/HTTP URL specified")


@pytest.fixture
def shelf() -> FakePictures:
    drawing = Chart(title="Lidos", heading="5 signatures", begins=0, ends=10, ticks=())
    return FakePictures(kept={"picture-0": KeptPicture(drawing=drawing, file_id=None)})


@pytest.fixture
async def illustrated(api: BotApi, pacer: Pacer, shelf: FakePictures) -> AsyncIterator[BotMessenger]:
    pictures = Pictures(pictures=shelf, drawer=shelf, now=lambda: NOW, monotonic=monotonic)
    async with bot_of(api.url, rate_limiter=pacer) as bot:
        yield BotMessenger(bot, pacer, pictures)
    await pictures.close()


def methods(api: BotApi) -> list[str]:
    return [method for method, _ in api.calls]


async def test_a_picture_is_uploaded_with_its_caption_and_sent_by_its_id_from_then_on(
    api: BotApi, illustrated: BotMessenger, shelf: FakePictures
) -> None:
    api.reactions = [WITH_PHOTO]
    assert await attempt(illustrated, content=CAPTIONED) == Sent(telegram_message_id=101)
    assert isinstance(await attempt(illustrated, chat=6, content=CAPTIONED), Sent)
    (first, upload), (second, by_id) = api.calls
    assert first == second == "sendPhoto"
    assert upload["photo"] == ("picture-0.png", "image/png", PNG)
    assert json.loads(upload["reply_markup"]) == KEYBOARD
    assert by_id == {"chat_id": 6, "photo": "large", **WORDS, "disable_notification": True, "reply_markup": KEYBOARD}
    assert shelf.kept["picture-0"].file_id == "large"


async def test_an_id_that_telegram_refuses_is_replaced_by_an_upload(api: BotApi, illustrated: BotMessenger) -> None:
    api.reactions = [WITH_PHOTO, WRONG_FILE, WITH_PHOTO]
    await attempt(illustrated, content=CAPTIONED)
    assert await attempt(illustrated, content=CAPTIONED) == Sent(telegram_message_id=101)
    assert methods(api) == ["sendPhoto"] * 3
    assert isinstance(api.calls[2][1]["photo"], tuple)


@pytest.mark.parametrize(
    "refusal",
    [
        refusing(400, "Bad Request: not enough rights to send photos to the chat"),
        refusing(400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN"),
        refusing(400, "Bad Request: IMAGE_PROCESS_FAILED"),
    ],
)
async def test_where_no_picture_is_taken_the_words_arrive(
    api: BotApi, illustrated: BotMessenger, refusal: Reaction
) -> None:
    api.reactions = [refusal]
    assert await attempt(illustrated, content=CAPTIONED) == Sent(telegram_message_id=102)
    assert methods(api) == ["sendPhoto", "sendMessage"]
    assert api.calls[1][1]["text"] == "<b>Hello</b>"


async def test_what_cannot_be_drawn_goes_out_as_words(
    api: BotApi, illustrated: BotMessenger, shelf: FakePictures
) -> None:
    shelf.draws = False
    assert isinstance(await attempt(illustrated, content=CAPTIONED), Sent)
    assert methods(api) == ["sendMessage"]


@pytest.mark.parametrize(
    ("reaction", "verdict"),
    [
        (refusing(403, "Forbidden: bot was blocked by the user"), Gone),
        (refusing(429, "Too Many Requests: retry after 3", retry_after=3), Later),
        (refusing(500, "Internal Server Error"), Later),
        (cut, Uncertain),
    ],
)
async def test_a_picture_ends_as_words_do(
    api: BotApi, illustrated: BotMessenger, reaction: Reaction, verdict: type[Verdict]
) -> None:
    api.reactions = [reaction]
    assert isinstance(await attempt(illustrated, content=CAPTIONED), verdict)
    assert methods(api) == ["sendPhoto"]


async def test_a_picture_takes_the_place_of_another(api: BotApi, illustrated: BotMessenger) -> None:
    api.reactions = [WITH_PHOTO]
    assert isinstance(await illustrated.edit(5, 70, CAPTIONED), Sent)
    assert isinstance(await illustrated.edit(5, 70, CAPTIONED, receiver=Receiver(user=9)), Sent)
    (first, upload), (second, by_id) = api.calls
    assert (first, second) == ("editMessageMedia", "editEphemeralMessageMedia")
    assert json.loads(upload["media"]) == {"type": "photo", "media": "attach://photo", **WORDS}
    assert by_id == {
        "chat_id": 5,
        "receiver_user_id": 9,
        "ephemeral_message_id": 70,
        "media": {"type": "photo", "media": "large", **WORDS},
        "reply_markup": KEYBOARD,
    }
