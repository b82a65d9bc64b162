"""What is fuzzed. A target takes any bytes of its kind, and raises when the code behind it does not keep its promise."""

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from bot.raw_updates import RawUpdate, UnreadableUpdate, number_of, read_update, read_updates
from bot.settings import SettingsError, read_settings
from bot.updates import CommandNames, kind_of, stored_update, with_command_marked
from messages.alerts import alert, plain_alert
from messages.buttons import DATA_LIMIT, decode, encode
from messages.cards import card
from messages.clipping import MESSAGE_LIMIT, clip, utf16_length
from messages.content import Content
from messages.presses import Stale
from petitions import links
from petitions.answers import ListPage
from petitions.cadence import Cadence, plan
from petitions.changes import Findings, apply_tally, compare, first_look
from petitions.history import Marks
from petitions.news import ChangeId, StoredChange
from petitions.petition import PetitionId, Snapshot, Tally
from petitions.watched import Schedule, WatchedPetition
from sites.uk_document import UK, read_document, read_page, read_tally
from storage.documents import NEWS, SNAPSHOT
from tests.messages.samples import NOW, RENDER
from tests.messages.telegram_html import seen, units
from tests.sites.documents import attributes, document, item, page

NUMBER = "700001"
LONG_AGO = datetime(2015, 8, 1, tzinfo=UTC)
SITES = {UK.site: UK}

Check = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Target:
    """`inputs` makes bytes for `check`, which raises when something is wrong."""

    inputs: st.SearchStrategy[bytes]
    check: Check


def check_document(raw: bytes) -> None:
    """A document is read, compared both ways, planned, stored and told, or it is unreadable."""
    read = read_document(_json(raw), number=NUMBER, archived=False)
    usual = read_document(document(), number=NUMBER, archived=False)
    assert isinstance(usual, Snapshot)
    if not isinstance(read, Snapshot):
        return
    met = first_look(read)
    _check_findings(met)
    _check_findings(compare(usual, first_look(usual).marks, read, NOW, UK.zone, unconditional=True))
    _check_findings(compare(met.snapshot, met.marks, usual, NOW, UK.zone, unconditional=True))
    shown = card(_watched(met), following=True, muted=False, grows=None, stale_since=None, render=RENDER)
    _check_content(shown)


def check_list(raw: bytes) -> None:
    """A page of a list gives values, and names what is broken."""
    listed = read_page(_json(raw), number=1, debated=None)
    if isinstance(listed, ListPage):
        for shown in listed.items:
            _check_findings(first_look(shown))


def check_tally(raw: bytes) -> None:
    """A count changes a petition, or is unreadable."""
    tally = read_tally(_json(raw))
    usual = read_document(document(), number=NUMBER, archived=False)
    assert isinstance(usual, Snapshot)
    if isinstance(tally, Tally):
        after = apply_tally(usual, tally)
        _check_findings(compare(usual, first_look(usual).marks, after, NOW, UK.zone, unconditional=False))


def check_updates(raw: bytes) -> None:
    """An answer with updates is read one by one, and each can be stored and read again."""
    for update in read_updates(raw) or ():
        _check_update(update)


def check_webhook(raw: bytes) -> None:
    """A posted body is an update that can be stored, one of which only the id is known, or none."""
    update = read_update(raw)
    if update is not None:
        _check_update(update)


def check_command(raw: bytes) -> None:
    """Whatever is written after a command names petitions, is words, or is nothing."""
    asked = links.parse_references(_text(raw), SITES)
    if isinstance(asked, links.References):
        assert all(ref.number.isdecimal() and len(ref.number) < 10 for ref in asked.refs)
        assert len(set(asked.refs)) == len(asked.refs)


def check_deep_link(raw: bytes) -> None:
    """A payload leads to a petition whose own payload leads back to it, or nowhere."""
    ref = links.parse_payload(_text(raw), SITES)
    if ref is not None:
        assert links.parse_payload(links.payload_for(ref), SITES) == ref


def check_press(raw: bytes) -> None:
    """Callback data is a press that says the same again, or stale."""
    press = decode(_text(raw))
    if not isinstance(press, Stale):
        assert decode(encode(press)) == press
        assert len(encode(press).encode()) <= DATA_LIMIT


def check_cut(raw: bytes) -> None:
    """A text is cut to what Telegram counts, and stays the beginning of itself."""
    limit, text = (raw[0] if raw else 0), _text(raw[1:])
    cut = clip(text, limit)
    assert utf16_length(cut) <= limit
    assert text.strip().startswith(cut.removesuffix("…").rstrip())


def check_env(raw: bytes) -> None:
    """An .env file gives settings, or lines that say what is wrong with it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, ".env")
        file.write_bytes(raw)
        with suppress(SettingsError):
            read_settings(file)


def _check_findings(found: Findings) -> None:
    assert not found.snapshot.unreadable
    assert SNAPSHOT.read(SNAPSHOT.write(found.snapshot)) == found.snapshot
    SNAPSHOT.write(found.snapshot).encode()
    plan(found.snapshot, found.marks, (), NOW, Cadence(base=timedelta(minutes=1)), zone=UK.zone, spread=0.5)
    changes = [
        StoredChange(
            id=ChangeId(number),
            petition=PetitionId(1),
            ref=found.snapshot.ref,
            title=found.snapshot.title,
            change=replace(change, news=NEWS.read(NEWS.write(change.news))),
        )
        for number, change in enumerate(found.changes, 1)
    ]
    if changes:
        _check_content(alert(changes, RENDER))
        _check_content(plain_alert(changes, RENDER))


def _check_content(content: Content) -> None:
    assert 0 < units(seen(content.text)) <= MESSAGE_LIMIT
    assert len(content.text) < 8 * MESSAGE_LIMIT


def _check_update(update: RawUpdate) -> None:
    assert 0 <= number_of(update) < 2**63
    if isinstance(update, UnreadableUpdate):
        return
    kind_of(update, CommandNames(known=("follow",), bot="a_bot"))
    again = json.loads(stored_update(update).body.encode().decode())
    with_command_marked(again)


def _watched(found: Findings) -> WatchedPetition:
    return WatchedPetition(
        id=PetitionId(1),
        version=1,
        snapshot=found.snapshot,
        marks=Marks(),
        schedule=Schedule(count_at=None, page_at=None),
        seen_at=LONG_AGO,
        full_at=None,
    )


def _json(raw: bytes) -> Any:  # noqa: ANN401 - whatever was written
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _text(raw: bytes) -> str:
    return (
        raw.decode("utf-8", "surrogatepass" if b"\xed" in raw else "replace")
        if _decodes(raw)
        else raw.decode("latin-1")
    )


def _decodes(raw: bytes) -> bool:
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode()


_TEXT = st.text(st.characters(codec=None), max_size=40)
_DATES = st.sampled_from(["0001-01-01", "2006-01-01", "2125-12-31", "9999-12-31", "2026-02-30", "2026-11-05"])
_TIMES = st.builds(
    "{}T{}".format, _DATES, st.sampled_from(["00:00:00Z", "23:59:59.999+14:00", "25:00:00Z", "12:00:00"])
)
_LONG = st.builds(lambda text, times: text * times, _TEXT, st.sampled_from([1, 100, 5_000]))
_MARKUP = st.lists(
    st.sampled_from(
        [
            "[1]",
            "[1]: https://e.org/1\n",
            "[a](https://e.org)",
            "](",
            "[",
            "<b>",
            "&amp;",
            "\n\n",
            "•",
            "👩‍👩‍👧‍👦",
            "\u202e",
        ]
    ),
    max_size=60,
).map("".join)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | _LONG | _DATES | _TIMES | _MARKUP
_JSON = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=10,
)
_RESPONSES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("summary", "details", "responded_on", "created_at", "updated_at"), _JSON)
)
_DEBATES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("debated_on", "overview", "video_url", "transcript_url"), _JSON)
)
_CHANGED = st.dictionaries(st.sampled_from(sorted(attributes())), _JSON | _RESPONSES | _DEBATES, max_size=4)
_UPDATE_PARTS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(
        ["message", "callback_query", "my_chat_member", "chat", "from", "text", "id", "type", "data", "entities"]
    ),
    st.deferred(lambda: _UPDATE_PARTS | _LEAVES),
    max_size=4,
)
_UPDATES = st.builds(
    lambda number, parts: {"update_id": number, **parts}, st.integers(-1, 2**64) | _LEAVES, _UPDATE_PARTS
)
_SETTINGS = (
    "TELEGRAM_BOT_TOKEN",
    "SITES",
    "DATABASE_URL",
    "WATCH_SECONDS",
    "WEBHOOK_URL",
    "WEBHOOK_SECRET",
    "ALLOWED_CHATS",
)
_LINES = st.builds("{}={}\n".format, st.sampled_from(_SETTINGS) | _TEXT, _TEXT)

TARGETS: Mapping[str, Target] = {
    "documents": Target(
        _CHANGED.map(lambda changed: _dumped(document(**changed))) | _JSON.map(_dumped), check_document
    ),
    "lists": Target(
        st.lists(_CHANGED.map(lambda changed: item(**changed)) | _JSON, max_size=4).map(
            lambda items: _dumped(page(*items))
        ),
        check_list,
    ),
    "counts": Target(
        st.builds(lambda count, changed: _dumped({"signature_count": count, **changed}), _JSON, _CHANGED), check_tally
    ),
    "updates": Target(
        st.lists(_UPDATES, max_size=4).map(lambda each: _dumped({"ok": True, "result": each})) | st.binary(),
        check_updates,
    ),
    "webhook bodies": Target(_UPDATES.map(_dumped) | st.binary(), check_webhook),
    "commands": Target(
        (_LONG | _MARKUP).map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(), check_command
    ),
    "deep links": Target(
        st.builds(
            lambda kind, text: f"{kind}{text}".encode("utf-8", "surrogatepass"),
            st.sampled_from(["f_uk_", "p_uk_", "f_", ""]),
            _TEXT,
        ),
        check_deep_link,
    ),
    "callback data": Target(
        st.builds(
            lambda text: f"1:{text}".encode("utf-8", "surrogatepass"),
            st.from_regex(r"[a-z](:[a-z0-9_]{0,12}){0,5}") | _TEXT,
        ),
        check_press,
    ),
    "cutting": Target(
        st.builds(
            lambda limit, text: bytes([limit]) + text.encode("utf-8", "surrogatepass"),
            st.integers(0, 255),
            _LONG | _MARKUP,
        ),
        check_cut,
    ),
    ".env files": Target(
        st.lists(_LINES, max_size=5).map(lambda lines: "".join(lines).encode("utf-8", "replace")) | st.binary(),
        check_env,
    ),
}
