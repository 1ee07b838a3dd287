"""The sweep: what happens to files at their `due_at`."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text

from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from metaia.media import queries
from metaia.media import service as media_service
from metaia.media.cleaning import service
from metaia.media.models import MediaRow, MediaUseRow
from metaia.media.quotas import queries as quota_queries
from metaia.providers.errors import Temporary
from tests.support.media import in_parallel, insert_media
from tests.support.people import World
from tests.support.stored_media import current, put

PAST: Json = {"due_at": now() - timedelta(seconds=1)}
JOBS = text(
    "SELECT count(*) FROM outbox WHERE kind = 'job' AND type = :type AND payload ->> 'media_id' = :media_id"
)


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield


def due_in(media_id: str) -> timedelta:
    """Return the time until the next sweep of a media object."""
    due_at = current(media_id).due_at
    assert due_at is not None
    return due_at - now()


def sweep() -> None:
    while service.sweep_batch():
        pass


@pytest.mark.parametrize("status", ["pending", "ready", "rejected"])
def test_a_due_file_is_deleted_and_not_charged(world: World, status: str):
    owner = world.person()
    pending: Json = {"incoming_key": f"incoming/{os.urandom(8).hex()}.jpg", "renditions": None}
    media = insert_media(owner, status=status, **PAST, **(pending if status == "pending" else {}))
    sweep()
    assert current(media.id).status == "deleted"
    usage = quota_queries.usage(owner.id, "customer")
    assert (usage.bytes, usage.files) == (0, 0)


def test_an_upload_outlives_a_store_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch):
    def unavailable(*_: object) -> None:
        raise Temporary("the store is away")

    key = f"incoming/{os.urandom(8).hex()}.jpg"
    media = insert_media(world.person(), status="pending", incoming_key=key, renditions=None, **PAST)
    monkeypatch.setattr("metaia.providers.storage.local.Local.find", unavailable)
    sweep()
    assert current(media.id).status == "pending"
    assert due_in(media.id) > timedelta(0)


@pytest.mark.parametrize("status", ["pending", "processing", "ready", "rejected", "hidden", "deleted"])
def test_a_file_that_is_not_due_is_left_alone(world: World, status: str):
    media = insert_media(world.person(), status=status, due_at=now() + timedelta(minutes=1))
    sweep()
    assert current(media.id) == media


def test_an_attached_file_is_not_deleted(world: World):
    owner = world.person()
    media = insert_media(owner, **PAST)
    with db.transaction():
        use = {"media_id": media.id, "subject": f"user-{owner.id}", "role": "avatar", "position": 0}
        db.execute(insert(MediaUseRow).values(**use, created_at=now()))
    sweep()
    found = current(media.id)
    assert (found.status, found.due_at) == ("ready", None)


@pytest.mark.parametrize("folder", ["menu", "banner"])
def test_a_picture_that_apps_show_by_its_address_is_kept(world: World, folder: str):
    media = insert_media(world.person("vendor"), folder=folder, **PAST)
    private = insert_media(world.person("vendor"), folder=folder, visibility="private", **PAST)
    rejected = insert_media(world.person("vendor"), folder=folder, status="rejected", **PAST)
    sweep()
    assert (current(media.id).status, current(media.id).due_at) == ("ready", None)
    assert [current(each.id).status for each in (private, rejected)] == ["deleted", "deleted"]


def test_a_sent_file_that_was_not_completed_is_processed(app: Flask, world: World):
    key = f"incoming/{os.urandom(8).hex()}.jpg"
    media = insert_media(world.person(), status="pending", incoming_key=key, renditions=None, size=7, **PAST)
    put(app, key, b"a photo")
    sweep()
    assert current(media.id).status == "processing"


def test_a_sent_file_of_another_size_has_expired(app: Flask, world: World):
    key = f"incoming/{os.urandom(8).hex()}.jpg"
    media = insert_media(world.person(), status="pending", incoming_key=key, renditions=None, size=8, **PAST)
    put(app, key, b"a photo")
    sweep()
    assert current(media.id).status == "deleted"
    assert queries.has_trash(media.id)


def test_a_file_that_is_stuck_is_processed_again_later(world: World):
    media = insert_media(world.person(), status="processing", renditions=None, **PAST)
    sweep()
    found = current(media.id)
    assert (found.status, found.version) == ("processing", media.version)
    assert due_in(media.id) > timedelta(minutes=4)


def test_the_row_of_a_deleted_file_is_removed(world: World):
    media = insert_media(world.person(), status="deleted", renditions=None, purged_at=now(), **PAST)
    sweep()
    assert queries.by_id(media.id) is None


def test_the_row_of_a_file_that_a_store_still_has_is_kept(world: World):
    media = insert_media(world.person(), status="deleted", renditions=None, **PAST)
    sweep()
    assert due_in(media.id) > timedelta(hours=23)


def test_one_failure_does_not_delay_other_files(world: World, monkeypatch: pytest.MonkeyPatch):
    owner = world.person()
    broken, other = insert_media(owner, **PAST), insert_media(owner, **PAST)
    delete = media_service.delete

    def fail(media, **options):
        if media.id == broken.id:
            raise RuntimeError("a bug")
        return delete(media, **options)

    monkeypatch.setattr(media_service, "delete", fail)
    sweep()
    assert current(other.id).status == "deleted"
    assert due_in(broken.id) > timedelta(0)


def test_two_sweeps_at_once_delete_each_file_once(app: Flask, world: World):
    owner = world.person()
    media = [insert_media(owner, **PAST) for _ in range(20)]
    in_parallel(app, [sweep] * 4)
    found = [current(each.id) for each in media]
    assert {(each.status, each.version) for each in found} == {("deleted", 2)}
    assert quota_queries.usage(owner.id, "customer").files == 0


def test_due_files_are_found_by_the_index(app: Flask):
    with db.transaction():
        db.execute(text("SET LOCAL enable_seqscan = off"))
        plan = db.fetch_all(
            text("EXPLAIN SELECT id FROM media WHERE due_at <= now() ORDER BY due_at LIMIT 100")
        )
    assert any("ix_media_due_at" in row[0] for row in plan), plan
    assert MediaRow.__tablename__ == "media"
