"""Deleting a media object: what ends with its status, in one transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.media import queries, service
from metaia.media.models import MediaPartRow, MediaTrashRow, MediaUseRow
from metaia.media.queries import Media
from metaia.media.quotas import queries as quota_queries
from metaia.media.state import DELETED, PROCESSING
from metaia.media.uses import service as use_service
from tests.support.media import insert_media
from tests.support.people import Person, World


def actor(person: Person) -> Actor:
    return Actor(person.id, person.user["role"], "", 0)


def delete(media: Media) -> Media:
    with db.transaction():
        found = queries.to_change(media.id)
        assert found is not None
        return service.delete(found)


def test_files_of_a_deleted_object_are_in_the_trash(world: World) -> None:
    media = insert_media(world.person(), incoming_key="incoming/x")
    assert media.renditions is not None
    after = delete(media)
    rows = db.fetch_all(select(MediaTrashRow.__table__).where(MediaTrashRow.media_id == media.id))
    assert {row.key for row in rows} == {r["key"] for r in media.renditions.values()} | {"incoming/x"}
    assert {(row.store, row.public, row.due_at <= after.updated_at) for row in rows} == {
        ("local", False, True)
    }
    assert after == queries.by_id(media.id)
    assert (after.status, after.purged_at, after.renditions, after.version) == (DELETED, None, None, 2)


def test_a_deleted_object_gives_its_quota_back(world: World) -> None:
    person = world.person()
    media, _ = insert_media(person, charged=300), insert_media(person, charged=40)
    delete(media)
    usage = quota_queries.usage(person.id, "customer")
    assert (usage.bytes, usage.files) == (40, 1)


def test_an_unprocessed_object_leaves_no_bytes(world: World) -> None:
    media = insert_media(world.person(), status=PROCESSING, renditions=None, key=None)
    with db.transaction():
        db.append(MediaPartRow, media_id=media.id, no=0, body=b"bytes")
    assert delete(media).purged_at is not None
    assert not db.fetch_all(select(MediaPartRow.no).where(MediaPartRow.media_id == media.id))


def test_keys_of_unfinished_work_delay_the_end_of_the_purge(world: World) -> None:
    media = insert_media(world.person(), status=PROCESSING, renditions=None)
    trash = {"store": "local", "key": "half/done", "public": False, "due_at": media.due_at, "tries": 0}
    with db.transaction():
        db.append(MediaTrashRow, id=media.id, media_id=media.id, **trash)
    assert delete(media).purged_at is None


def test_the_owner_and_viewers_are_informed_without_addresses(world: World) -> None:
    person, viewer = world.person(), world.person()
    media = insert_media(person)
    with db.transaction():
        use_service.attach(actor(person), [media.id], subject="test-1", role="test", kinds=["image"])
    screen, other = person.socket(), viewer.socket()
    delete(media)
    [event] = screen.wait("upload:updated")
    shown = event["media"]
    assert (shown["id"], shown["status"], shown["attachedTo"]) == (media.id, DELETED, [])
    assert not {"url", "thumbnails", "urlExpiresAt"} & shown.keys()
    assert other.of("upload:updated") == []
    assert not db.fetch_all(select(MediaUseRow.role).where(MediaUseRow.media_id == media.id))


def test_nothing_is_deleted_twice(world: World) -> None:
    after = delete(insert_media(world.person()))
    with pytest.raises(ValueError, match="cannot delete"), db.transaction():
        service.delete(after)
