"""A group is told of a topic that can't be written in, where its admins see it."""

from datetime import UTC, datetime

from delivery.outbox import Lane, NewMessage
from messages.replies import topic_lost
from messages.words import Words
from petitions.follows import ChatId, Place
from services.topic_notices import ONCE_IN_SECONDS, TopicNotices

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOPIC = Place(chat=ChatId(3), thread=9)


async def test_a_lost_topic_is_told_once_a_day_in_the_general_topic() -> None:
    queued: list[NewMessage] = []
    seconds = [5.0]

    async def queue(message: NewMessage) -> None:
        queued.append(message)

    notices = TopicNotices(queue=queue, monotonic=lambda: seconds[0])
    await notices.lost(TOPIC, NOW)
    notice = NewMessage(place=Place(chat=ChatId(3)), lane=Lane.REPLY, content=topic_lost(Words()), due_at=NOW)
    assert queued == [notice]
    seconds[0] += ONCE_IN_SECONDS - 1
    await notices.lost(TOPIC, NOW)
    await notices.lost(Place(chat=ChatId(3)), NOW)  # the general topic itself: nobody would see it
    assert queued == [notice]
    await notices.lost(Place(chat=ChatId(3), thread=10), NOW)
    seconds[0] += 1
    await notices.lost(TOPIC, NOW)
    assert len(queued) == 3
