from dataclasses import replace

from sqlalchemy import update

from petitions.answers import Validator
from petitions.feeds import FeedState
from petitions.petition import Site
from storage.schema import feeds
from storage.storage import Storage
from tests.storage.samples import HOUR, NOW


async def test_feeds_are_unknown_until_they_are_saved(storage: Storage) -> None:
    assert await storage.feeds.feeds(Site.UK) == ()


async def test_saving_a_feed_again_replaces_where_it_stands(storage: Storage) -> None:
    state = FeedState(facet="debated", page=1, due_at=NOW, validator=Validator(etag="x"))
    other = FeedState(facet="with_response", page=1, due_at=NOW)
    for saved in (state, other):
        await storage.feeds.save(Site.UK, saved)
    moved = replace(state, page=3, due_at=NOW + HOUR, validator=None)
    await storage.feeds.save(Site.UK, moved)
    assert await storage.feeds.feeds(Site.UK) == (moved, other)


async def test_a_validator_that_cannot_be_read_is_none(storage: Storage) -> None:
    state = FeedState(facet="debated", page=1, due_at=NOW, validator=Validator(etag="x"))
    await storage.feeds.save(Site.UK, state)
    async with storage.database.write() as connection:
        await connection.execute(update(feeds).values(validator="{"))
    assert await storage.feeds.feeds(Site.UK) == (replace(state, validator=None),)
