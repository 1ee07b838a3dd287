"""The trash: keys are deleted from their stores, retried, and a deleted file says when no store has it any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import gevent
import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.media import queries, renditions
from metaia.media import service as media_service
from metaia.media.cleaning import queries as cleaning_queries
from metaia.media.cleaning import trash
from metaia.media.models import MediaTrashRow
from metaia.media.renditions import FULL
from metaia.providers.errors import Temporary
from metaia.providers.storage import registry
from tests.support.media import in_parallel, insert_media
from tests.support.people import World
from tests.support.stored_media import current, locked, put, stored
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield


def purge() -> None:
    while trash.purge_batch():
        pass


def delete(media) -> None:
    with db.transaction():
        media_service.delete(locked(media.id))


def row(trash_id: str) -> AnyRow:
    """Return a row of the trash."""
    found = cleaning_queries.trashed(trash_id)
    assert found is not None
    return found


def discard(key: str, store: str = "local", media_id: str | None = None) -> str:
    """Add a key to the trash, due now; return the id of its row."""
    trash_id, values = new_id(), {"store": store, "key": key, "media_id": media_id}
    with db.transaction():
        db.append(MediaTrashRow, id=trash_id, public=True, due_at=now(), tries=0, **values)
    return trash_id


def test_a_deleted_file_is_deleted_everywhere(app: Flask, world: World):
    owner = world.person()
    screen, media = owner.socket(), stored(app, owner)
    keys = [rendition.key for rendition in renditions.load(media.renditions).values()]
    delete(media)
    assert current(media.id).purged_at is None
    purge()
    assert [registry.local(app).path(key) for key in keys] == [None] * 5
    assert not queries.has_trash(media.id)
    assert current(media.id).purged_at is not None
    events = screen.wait("upload:updated", 2, where=lambda data: data["media"]["id"] == media.id)
    assert [bool(event["media"]["deletedEverywhereAt"]) for event in events] == [False, True]


def test_keys_of_unfinished_work_are_deleted_too(app: Flask):
    put(app, "private/unfinished/full.webp", b"x")
    trash_id = discard("private/unfinished/full.webp")
    purge()
    assert registry.local(app).path("private/unfinished/full.webp") is None
    assert cleaning_queries.trashed(trash_id) is None


def test_a_key_that_is_not_there_counts_as_deleted():
    trash_id = discard("private/never/full.webp")
    purge()
    assert cleaning_queries.trashed(trash_id) is None


def test_a_store_that_fails_is_tried_again_then_quarantined(world: World):
    media = insert_media(world.person(), status="deleted", renditions=None)
    trash_id = discard("private/x/full.webp", "nowhere", media.id)
    for tries in range(1, len(trash.PAUSES) + 2):
        purge()
        found = row(trash_id)
        assert (found.tries, bool(found.error)) == (tries, True)
        with db.transaction():
            sooner = text("UPDATE media_trash SET due_at = now() WHERE id = :id AND due_at IS NOT NULL")
            db.execute(sooner, {"id": trash_id})
    assert row(trash_id).due_at is None
    assert current(media.id).purged_at is None
    trash.requeue_quarantined()
    assert row(trash_id).due_at <= now()
    with db.transaction():
        db.execute(text("DELETE FROM media_trash WHERE id = :id"), {"id": trash_id})


def test_one_failure_does_not_delay_other_keys(app: Flask, monkeypatch: pytest.MonkeyPatch):
    failing, other = discard("private/failing/full.webp"), discard("private/other/full.webp")
    remove = registry.local(app).delete

    def fail(key: str) -> None:
        if "failing" in key:
            raise Temporary("busy")
        remove(key)

    monkeypatch.setattr(registry.local(app), "delete", fail)
    purge()
    assert cleaning_queries.trashed(other) is None
    assert row(failing).error == "Temporary: busy"


def test_two_workers_with_the_last_keys_agree(app: Flask, world: World):
    for _ in range(5):
        media = stored(app, world.person())
        delete(media)
        in_parallel(app, [purge, purge])
        assert current(media.id).purged_at is not None


def test_a_row_that_is_not_due_is_kept(app: Flask):
    put(app, "private/later/full.webp", b"x")
    trash_id = discard("private/later/full.webp")
    with db.transaction():
        later = {"id": trash_id, "due_at": now() + timedelta(hours=1)}
        db.execute(text("UPDATE media_trash SET due_at = :due_at WHERE id = :id"), later)
    purge()
    assert registry.local(app).path("private/later/full.webp") is not None


def test_a_file_that_is_being_published_is_not_deleted(app: Flask, world: World):
    """The job takes the keys out of the trash in the transaction that makes the file ready."""
    media = stored(app, world.person(), status="processing")
    key = renditions.load(media.renditions)[FULL].key
    trash_id = discard(key, media_id=media.id)
    with db.transaction():
        locked(media.id)
        purging = gevent.spawn(_with_context, app, purge)
        until(lambda: row(trash_id).tries == 1, "the purge has claimed the key")
        db.execute(text("DELETE FROM media_trash WHERE id = :id"), {"id": trash_id})
    purging.get(timeout=30)
    assert registry.local(app).path(key) is not None


def _with_context(app: Flask, call: Callable[[], None]) -> None:
    with app.app_context():
        call()
