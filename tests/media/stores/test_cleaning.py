"""Sweep, purge and comparison, on every store."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from flask import Flask
from structlog.testing import capture_logs

from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from metaia.media import queries, renditions
from metaia.media import service as media_service
from metaia.media.cleaning import queries as cleaning_queries
from metaia.media.cleaning import reconcile, service, trash
from metaia.media.models import MediaTrashRow
from metaia.media.queries import Media
from metaia.media.quotas import queries as quota_queries
from metaia.media.renditions import FULL, SMALL
from metaia.providers.errors import Temporary
from metaia.providers.storage import keys
from metaia.providers.storage.interface import Store
from tests.support.media import insert_media
from tests.support.people import Person, World
from tests.support.stored_media import current, locked, put, stored

SIZE = 5_000
PHOTO = b"\xff\xd8\xff a photo"
PAST: Json = {"due_at": now() - timedelta(seconds=1)}


@pytest.fixture
def tailor(world: World) -> Person:
    return world.person("tailor")


def sweep() -> None:
    while service.sweep_batch():
        pass


def purge() -> None:
    while trash.purge_batch():
        pass


def keys_of(media: Media) -> list[str]:
    return [rendition.key for rendition in renditions.load(media.renditions).values()]


def pending(owner: Person, store: Store, **fields: object) -> Media:
    values = {
        "status": "pending",
        "renditions": None,
        "store": store.name,
        "incoming_key": keys.new_incoming("jpg"),
    }
    return insert_media(owner, **(values | PAST | fields))  # type: ignore[arg-type]


def compare() -> reconcile.Found:
    total = reconcile.Found()
    for part in reconcile.parts():
        total += reconcile.compare(part)
    return total


def test_a_forgotten_upload_is_processed_and_an_abandoned_one_expires(
    app: Flask, store: Store, tailor: Person
) -> None:
    sent, other_size, never = (pending(tailor, store, size=size) for size in (len(PHOTO), 7, 8))
    for media in (sent, other_size):
        put(app, str(media.incoming_key), PHOTO)
    sweep()
    found = [current(media.id).status for media in (sent, other_size, never)]
    assert found == ["processing", "deleted", "deleted"]
    purge()
    assert store.find(str(sent.incoming_key)) is not None
    assert store.find(str(other_size.incoming_key)) is None
    assert quota_queries.usage(tailor.id, "tailor").files == 1


@pytest.mark.parametrize("folder", ["general", "profile"])
def test_an_unattached_file_is_deleted_everywhere(
    app: Flask, store: Store, tailor: Person, folder: str
) -> None:
    media, other = stored(app, tailor, folder=folder, size=SIZE, **PAST), stored(app, tailor, size=SIZE)
    sweep()
    purge()
    assert [store.find(key) for key in keys_of(media)] == [None] * 5
    assert current(media.id).purged_at is not None
    assert not queries.has_trash(media.id)
    assert None not in [store.find(key) for key in keys_of(other)]


def test_a_key_that_the_store_would_not_delete_is_tried_again(
    app: Flask, store: Store, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = stored(app, tailor, size=SIZE)
    with db.transaction():
        media_service.delete(locked(media.id))

    def unavailable(*_: object) -> None:
        raise Temporary("busy")

    with monkeypatch.context() as patch:
        patch.setattr(store, "delete", unavailable)
        purge()
    assert current(media.id).purged_at is None
    with db.transaction():
        table = MediaTrashRow.__table__
        db.execute(table.update().where(table.c.media_id == media.id).values(due_at=now()))  # type: ignore[attr-defined]
    purge()
    assert [store.find(key) for key in keys_of(media)] == [None] * 5
    assert current(media.id).purged_at is not None


def test_objects_that_no_row_knows_go_and_known_ones_stay(
    app: Flask, store: Store, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, private = (stored(app, tailor, folder=folder, size=SIZE) for folder in ("menu", "general"))
    waiting = pending(tailor, store, size=len(PHOTO), due_at=now() + timedelta(hours=1))
    put(app, str(waiting.incoming_key), PHOTO)
    unknown = [f"{area}{os.urandom(16).hex()}/full.webp" for area in (keys.PUBLIC, keys.PRIVATE)]
    unknown.append(keys.new_incoming("jpg"))
    for key in unknown:
        put(app, key, b"RIFF")
    compare()
    assert cleaning_queries.trashed_keys(unknown) == set()  # an upload may still be under way
    monkeypatch.setattr(reconcile, "UNKNOWN_KEPT", timedelta(minutes=-1))
    compare()
    assert cleaning_queries.trashed_keys(unknown) == set(unknown)
    known = [*keys_of(public), *keys_of(private), str(waiting.incoming_key)]
    assert cleaning_queries.trashed_keys(known) == set()
    purge()
    assert [store.find(key) for key in unknown] == [None] * 3
    assert None not in [store.find(key) for key in known]


def test_a_file_that_the_store_has_lost_is_reported(app: Flask, store: Store, tailor: Person) -> None:
    media = stored(app, tailor, size=SIZE)
    for variant in (FULL, SMALL):
        store.delete(renditions.load(media.renditions)[variant].key)
    with capture_logs() as lines:
        compare()
    missing = [line for line in lines if line["event"] == "a stored file is missing"]
    assert [line["media"] for line in missing].count(media.id) == 2
