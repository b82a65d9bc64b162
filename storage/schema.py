"""The tables. `storage/migrations/versions/` builds them; a test keeps the two alike."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    func,
    literal_column,
    or_,
    select,
)

from delivery.broadcasts import Outcome
from delivery.chats import ChatState
from delivery.outbox import GIVEN_UP, MessageState
from storage.columns import NUMBER, UtcDateTime


class AlertState(StrEnum):
    """The life of an alert; all but the first two are final.

    `DEFERRED`: it is owed later, at `due_at`. `COMPOSED`: a message carries it.
    """

    OWED = "owed"
    DEFERRED = "deferred"
    COMPOSED = "composed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def is_state(column: Column[str], *states: StrEnum) -> ColumnElement[bool]:
    """Compare with states written into the statement: a partial index is used only when they are seen there."""
    literals = [literal_column(f"'{state}'", Text) for state in states]
    return column == literals[0] if len(literals) == 1 else column.in_(literals)


def _chat() -> ForeignKey:
    return ForeignKey("chats.id", ondelete="CASCADE")


def _petition() -> ForeignKey:
    return ForeignKey("petitions.id", ondelete="CASCADE")


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Numbers are never reused (`sqlite_autoincrement`): a late word about a row that was deleted must not meet another.

petitions = Table(
    "petitions",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("site", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("marks", Text, nullable=False),
    Column("count_due_at", UtcDateTime),
    Column("page_due_at", UtcDateTime),
    Column("due_at", UtcDateTime),  # the earlier of the two before
    Column("news_at", UtcDateTime),  # when the calendar has something to say
    Column("every", Integer, nullable=False, server_default="5"),
    Column("planned_at", UtcDateTime),
    Column("missing_since", UtcDateTime),  # while nobody believes yet that it is gone
    Column("seen_at", UtcDateTime, nullable=False),
    Column("full_at", UtcDateTime),
    Column("page_validator", Text),
    Column("count_validator", Text),
    Column("state", Text),  # NULL until it has been looked at
    Column("compared_as", Text),  # the state in which it was last compared with others
    UniqueConstraint("site", "number"),
    sqlite_autoincrement=True,
)
Index("ix_petitions_planned", petitions.c.site, petitions.c.planned_at)
Index(
    "ix_petitions_due",
    petitions.c.site,
    petitions.c.due_at,
    sqlite_where=petitions.c.due_at.is_not(None),
    postgresql_where=petitions.c.due_at.is_not(None),
)

Index(
    "ix_petitions_news",
    petitions.c.site,
    petitions.c.news_at,
    sqlite_where=petitions.c.news_at.is_not(None),
    postgresql_where=petitions.c.news_at.is_not(None),
)

UNCOMPARED = and_(
    petitions.c.state.is_not(None),
    or_(petitions.c.compared_as.is_(None), petitions.c.compared_as != petitions.c.state),
)
Index("ix_petitions_uncompared", petitions.c.id, sqlite_where=UNCOMPARED, postgresql_where=UNCOMPARED)

title_words = Table(
    "title_words",
    metadata,
    Column("word", Text, primary_key=True),
    Column("petition_id", NUMBER, _petition(), primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_title_words_petition_id", title_words.c.petition_id)

readings = Table(
    "readings",
    metadata,
    Column("petition_id", NUMBER, _petition(), primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("signatures", Integer, nullable=False),
    sqlite_with_rowid=False,
)

changes = Table(
    "changes",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("petition_id", NUMBER, _petition(), nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("news", Text, nullable=False),
    Column("subjects", Text),  # what its petition was about; NULL when that is not known
    Column("happened_at", UtcDateTime),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("announced_to", NUMBER, nullable=False, server_default="0"),  # the last follow that has been dealt with
    Column("announced_to_subscription", NUMBER, nullable=False, server_default="0"),
    Column("announced_at", UtcDateTime),
    Column("last_turn", BigInteger),  # of the alerts owed so far
    UniqueConstraint("petition_id", "key"),
    sqlite_autoincrement=True,
)
Index("ix_changes_kind", changes.c.kind, changes.c.seen_at)
UNANNOUNCED = changes.c.announced_at.is_(None)
Index(
    "ix_changes_unannounced",
    changes.c.last_turn,
    changes.c.id,
    sqlite_where=UNANNOUNCED,
    postgresql_where=UNANNOUNCED,
)
NEWEST_CHANGE = select(func.coalesce(func.max(changes.c.id), 0)).scalar_subquery()

chats = Table(
    "chats",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("suspended_at", UtcDateTime),
    Column("reason", Text),
    Column("language", Text, nullable=False, server_default="en"),
    Column("members_may", Boolean, nullable=False, server_default=false()),
    Column("short_posts", Boolean, nullable=False, server_default=false()),
    Column("signature", Text, nullable=False, server_default=""),
    Column("declines_news", Boolean, nullable=False, server_default=false()),
    Column("declines_service", Boolean, nullable=False, server_default=false()),
    Column("heard_at", UtcDateTime),  # to a day
    Column("ask_first", Boolean, nullable=False, server_default=false()),
    Column("paused_until", UtcDateTime),  # a pause may be over
    Column("retry_at", UtcDateTime),  # of a suspended chat
    Column("tries", Integer, nullable=False, server_default="0"),  # since it was lost
    Column("most_follows", Integer),  # NULL: as many as is usual
    Column("most_subscriptions", Integer),
    sqlite_autoincrement=True,
)
_SUSPENDED = is_state(chats.c.state, ChatState.SUSPENDED)
Index("ix_chats_suspended", chats.c.suspended_at, sqlite_where=_SUSPENDED, postgresql_where=_SUSPENDED)
_PAUSED = chats.c.paused_until.is_not(None)
Index("ix_chats_paused", chats.c.paused_until, sqlite_where=_PAUSED, postgresql_where=_PAUSED)
_RETRIED_CHATS = chats.c.retry_at.is_not(None)
Index("ix_chats_retry", chats.c.retry_at, sqlite_where=_RETRIED_CHATS, postgresql_where=_RETRIED_CHATS)

bans = Table(
    "bans",
    metadata,
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),  # of a chat or person, known or not
    Column("since", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
)

channel_links = Table(
    "channel_links",
    metadata,
    Column("chat_id", NUMBER, _chat(), primary_key=True),
    Column("person", BigInteger, primary_key=True, autoincrement=False),  # a Telegram id
)
Index("ix_channel_links_person", channel_links.c.person)

closed_topics = Table(
    "closed_topics",
    metadata,
    Column("chat_id", NUMBER, _chat(), primary_key=True),
    Column("thread", BigInteger, primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("retry_at", UtcDateTime),
    Column("tries", Integer, nullable=False, server_default="0"),  # since it was closed
    Column("on_trial", Boolean, nullable=False, server_default=false()),  # not closed until a try says so
)
_RETRIED_TOPICS = closed_topics.c.retry_at.is_not(None)
Index(
    "ix_closed_topics_retry", closed_topics.c.retry_at, sqlite_where=_RETRIED_TOPICS, postgresql_where=_RETRIED_TOPICS
)

follows = Table(
    "follows",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("petition_id", NUMBER, _petition(), nullable=False),
    Column("chat_id", NUMBER, _chat(), nullable=False),
    Column("thread", BigInteger, nullable=False, server_default="0"),
    Column("after_change", NUMBER, nullable=False),
    Column("muted", Boolean, nullable=False, server_default=false()),
    Column("followed_at", UtcDateTime, nullable=False),
    Column("choices_after", NUMBER, nullable=False, server_default="0"),  # the newest change when its chat chose anew
    UniqueConstraint("petition_id", "chat_id", "thread"),
    sqlite_autoincrement=True,
)
Index("ix_follows_fan_out", follows.c.petition_id, follows.c.id)
Index("ix_follows_place", follows.c.chat_id, follows.c.thread, follows.c.id)

preferences = Table(
    "preferences",
    metadata,
    Column("chat_id", NUMBER, _chat(), primary_key=True),
    Column("thread", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),  # of a group of kinds, or of pictures
    Column("wanted", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""What places have chosen; whoever has chosen nothing has no row."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("site", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("chat_id", NUMBER, _chat(), nullable=False),
    Column("thread", BigInteger, nullable=False, server_default="0"),
    Column("since", UtcDateTime, nullable=False),
    Column("after_change", NUMBER, nullable=False),
    Column("daily_cap", Integer, nullable=False),
    Column("subjects_after", NUMBER, nullable=False, server_default="0"),  # the newest change when they were chosen
    UniqueConstraint("chat_id", "thread", "site", "stream"),
    sqlite_autoincrement=True,
)
Index("ix_subscriptions_fan_out", subscriptions.c.site, subscriptions.c.stream, subscriptions.c.id)
Index("ix_subscriptions_since", subscriptions.c.site, subscriptions.c.since)

subscription_subjects = Table(
    "subscription_subjects",
    metadata,
    Column("subscription_id", NUMBER, ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True),
    Column("subject", Text, primary_key=True),
)

scoreboards = Table(
    "scoreboards",
    metadata,
    Column("chat_id", NUMBER, _chat(), primary_key=True),
    Column("thread", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("stamp", BigInteger),  # of what the text was made of; NULL when that is not known
    Column("edited_at", UtcDateTime, nullable=False),
)
Index("ix_scoreboards_edited", scoreboards.c.edited_at)

messages = Table(
    "messages",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("chat_id", NUMBER, _chat(), nullable=False),
    Column("thread", BigInteger, nullable=False, server_default="0"),
    Column("lane", Integer, nullable=False),
    Column("petition_id", NUMBER, _petition()),
    Column("first_alert_id", NUMBER),  # of the alerts it carries; tells new rows apart
    Column("content", Text),  # forgotten once the message is sent
    Column("state", Text, nullable=False),
    Column("held", Boolean, nullable=False, server_default=false()),  # `storage/reach.py`
    Column("recalled", Boolean, nullable=False, server_default=false()),  # cancelled while it was being sent
    Column("due_at", UtcDateTime, nullable=False),
    Column("turn", BigInteger, nullable=False, server_default="0"),  # `storage/turns.py`
    Column("not_before", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("uncertain", Integer, nullable=False, server_default="0"),
    Column("settled_at", UtcDateTime),
    Column("telegram_message_id", BigInteger),
    Column("reason", Text),
    Column("resent", Boolean, nullable=False, server_default=false()),  # given up once, and queued again by an operator
    sqlite_autoincrement=True,
)
CANCELLED = {"state": MessageState.CANCELLED, "settled_at": messages.c.due_at}
"""What cancelling sets; nobody asks when exactly it happened."""

QUEUED = is_state(messages.c.state, MessageState.QUEUED)
AWAITING = is_state(messages.c.state, MessageState.AWAITING)
CLAIMED = is_state(messages.c.state, MessageState.CLAIMED)
PENDING = is_state(messages.c.state, MessageState.QUEUED, MessageState.CLAIMED)
SENT = is_state(messages.c.state, MessageState.SENT)
READY = and_(QUEUED, ~messages.c.held)
SETTLED = messages.c.settled_at.is_not(None)
Index(
    "ix_messages_ready",
    messages.c.lane,
    messages.c.turn,
    messages.c.id,
    sqlite_where=READY,
    postgresql_where=READY,
)
HELD_MESSAGES = and_(QUEUED, messages.c.held)
Index("ix_messages_held", messages.c.due_at, sqlite_where=HELD_MESSAGES, postgresql_where=HELD_MESSAGES)
Index("ix_messages_awaiting", messages.c.due_at, sqlite_where=AWAITING, postgresql_where=AWAITING)
Index("ix_messages_claimed", messages.c.lane, messages.c.turn, sqlite_where=CLAIMED, postgresql_where=CLAIMED)
Index("ix_messages_settled", messages.c.settled_at, sqlite_where=SETTLED, postgresql_where=SETTLED)
ENDED_BADLY = is_state(messages.c.state, *GIVEN_UP)
Index("ix_messages_given_up", messages.c.state, sqlite_where=ENDED_BADLY, postgresql_where=ENDED_BADLY)
Index("ix_messages_chat", messages.c.chat_id, messages.c.thread, messages.c.petition_id)

alerts = Table(
    "alerts",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("change_id", NUMBER, ForeignKey("changes.id", ondelete="CASCADE"), nullable=False),
    Column("petition_id", NUMBER, _petition(), nullable=False),
    Column("chat_id", NUMBER, _chat(), nullable=False),
    Column("thread", BigInteger, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("turn", BigInteger, nullable=False, server_default="0"),  # `storage/turns.py`
    Column("state", Text, nullable=False),
    Column("held", Boolean, nullable=False, server_default=false()),  # `storage/reach.py`
    Column("message_id", NUMBER, ForeignKey("messages.id", ondelete="SET NULL")),
    Column("subscription_id", NUMBER),  # that alone it is owed to
    Column("ended", Boolean, nullable=False, server_default=false()),  # its message was sent or given up
    UniqueConstraint("chat_id", "thread", "change_id"),
    sqlite_autoincrement=True,
)
OWED = is_state(alerts.c.state, AlertState.OWED)
REACHABLE = and_(OWED, ~alerts.c.held)
Index("ix_alerts_due", alerts.c.turn, alerts.c.id, sqlite_where=REACHABLE, postgresql_where=REACHABLE)
Index(
    "ix_alerts_owed",
    alerts.c.chat_id,
    alerts.c.thread,
    alerts.c.petition_id,
    sqlite_where=OWED,
    postgresql_where=OWED,
)
HELD_ALERTS = and_(OWED, alerts.c.held)
Index("ix_alerts_held", alerts.c.due_at, sqlite_where=HELD_ALERTS, postgresql_where=HELD_ALERTS)
DROPPED = is_state(alerts.c.state, AlertState.CANCELLED, AlertState.EXPIRED)
Index("ix_alerts_dropped", alerts.c.due_at, sqlite_where=DROPPED, postgresql_where=DROPPED)
Index("ix_alerts_message", alerts.c.message_id)
DEFERRED = is_state(alerts.c.state, AlertState.DEFERRED)
Index("ix_alerts_deferred", alerts.c.due_at, sqlite_where=DEFERRED, postgresql_where=DEFERRED)
_SUBSCRIBED = alerts.c.subscription_id.is_not(None)
Index(
    "ix_alerts_subscription",
    alerts.c.subscription_id,
    alerts.c.due_at,
    sqlite_where=_SUBSCRIBED,
    postgresql_where=_SUBSCRIBED,
)

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("action", Text, nullable=False),
    Column("content", Text),
    Column("versions", Text, nullable=False, server_default="{}"),  # by language
    Column("announcement", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("original_id", NUMBER, ForeignKey("broadcasts.id", ondelete="SET NULL")),
    Column("operator", BigInteger, nullable=False),  # a Telegram id
    Column("state", Text, nullable=False),
    Column("note", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("stars", BigInteger),  # the most that is paid; NULL: it goes out at the usual pace
    Column("confirmed_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("page", BigInteger),
    Column("page_text", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
Index("ix_broadcasts_state", broadcasts.c.state, broadcasts.c.confirmed_at)

broadcast_recipients = Table(
    "broadcast_recipients",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("broadcast_id", NUMBER, ForeignKey("broadcasts.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", NUMBER, ForeignKey("chats.id", ondelete="SET NULL")),  # so that the sum stays what it was
    Column("state", Text, nullable=False),
    Column("message_id", NUMBER),  # in the outbox, while it is queued
    Column("telegram_message_id", BigInteger),
    Column("reason", Text),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("broadcast_id", "chat_id"),
    sqlite_autoincrement=True,
)
Index("ix_broadcast_recipients_state", broadcast_recipients.c.broadcast_id, broadcast_recipients.c.state)
Index("ix_broadcast_recipients_chat", broadcast_recipients.c.chat_id)
IN_OUTBOX = is_state(broadcast_recipients.c.state, Outcome.QUEUED)
Index(
    "ix_broadcast_recipients_in_outbox",
    broadcast_recipients.c.message_id,
    sqlite_where=IN_OUTBOX,
    postgresql_where=IN_OUTBOX,
)

repairs = Table(
    "repairs",
    metadata,
    Column("change_id", NUMBER, ForeignKey("changes.id", ondelete="CASCADE"), primary_key=True),
    Column("chat_id", NUMBER, _chat(), primary_key=True),
    Column("thread", BigInteger, primary_key=True, autoincrement=False),
)
"""Which places the audit has owed an alert again: each of them once a change."""

breakdowns = Table(
    "breakdowns",
    metadata,
    Column("petition_id", NUMBER, _petition(), primary_key=True),
    Column("counts", Text, nullable=False),  # signatures by constituency
    Column("read_at", UtcDateTime, nullable=False),
)

pictures = Table(
    "pictures",
    metadata,
    Column("key", Text, primary_key=True),  # a digest of the drawing
    Column("drawing", Text, nullable=False),
    Column("file_id", Text),  # what Telegram calls it, once it has been uploaded
    Column("kept_at", UtcDateTime, nullable=False),
)
Index("ix_pictures_kept", pictures.c.kept_at)

feeds = Table(
    "feeds",
    metadata,
    Column("site", Text, primary_key=True),
    Column("facet", Text, primary_key=True),
    Column("page", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("validator", Text),
    Column("complete_since", UtcDateTime),
)

updates = Table(
    "updates",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("chat_key", Text),  # this and the body are forgotten once the update is handled
    Column("body", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("handled_at", UtcDateTime),
    sqlite_autoincrement=True,
)
WAITING = updates.c.handled_at.is_(None)
Index("ix_updates_handled", updates.c.handled_at, updates.c.id)

switches = Table(
    "switches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

checks = Table(
    "checks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
)
