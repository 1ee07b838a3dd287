"""Attaching and detaching, in the transaction of the subject."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.ids import new_id
from metaia.media import queries
from metaia.media.state import PROCESSING, REJECTED
from metaia.media.uses import queries as use_queries
from metaia.media.uses import service
from tests.support.media import in_parallel, insert_media
from tests.support.people import Person, World

IMAGES = {"role": "test", "kinds": ["image"]}


def actor(person: Person) -> Actor:
    return Actor(person.id, person.user["role"], "", 0)


def attach(person: Person, *media_ids: str, subject: str, **options: object) -> None:
    with db.transaction():
        service.attach(actor(person), media_ids, subject=subject, **(IMAGES | options))  # type: ignore[arg-type]


def detach(subject: str, **options: object) -> list[str]:
    with db.transaction():
        return service.detach(subject, **options)  # type: ignore[arg-type]


@pytest.fixture
def subject() -> str:
    return f"test-{new_id()}"


def test_an_attached_file_is_not_deleted_as_an_orphan(world: World, subject: str) -> None:
    person = world.person()
    first, second = insert_media(person), insert_media(person)
    attach(person, second.id, first.id, second.id, subject=subject)
    assert use_queries.media_ids(subject) == [second.id, first.id]
    found = queries.by_ids([first.id, second.id])
    assert {(media.due_at, media.attached_to) for media in found.values()} == {(None, (subject,))}


def test_only_ready_files_of_the_caller_are_attached(world: World, subject: str) -> None:
    person = world.person()
    mine = insert_media(person)
    others = [
        insert_media(world.person()).id,
        insert_media(person, status=REJECTED).id,
        insert_media(person, kind="document").id,
        insert_media(person, status=PROCESSING).id,
        new_id(),
    ]
    for other in others:
        with pytest.raises(Invalid) as caught:
            attach(person, mine.id, other, subject=subject)
        assert (caught.value.code, caught.value.details) == ("unknown_media", {"mediaIds": [other]})
    assert use_queries.media_ids(subject) == []
    attach(person, others[3], subject=subject, processing=True)
    assert use_queries.media_ids(subject) == [others[3]]


def test_a_file_is_an_orphan_after_its_last_use(world: World, subject: str) -> None:
    person, other = world.person(), f"test-{new_id()}"
    media = insert_media(person)
    for each in (subject, other):
        attach(person, media.id, subject=each)
    assert detach(subject) == [media.id]
    kept = queries.by_id(media.id)
    assert kept is not None
    assert (kept.due_at, kept.attached_to) == (None, (other,))
    detach(other)
    loose = queries.by_id(media.id)
    assert loose is not None
    assert loose.due_at is not None
    assert timedelta(hours=23) < loose.due_at - loose.updated_at < timedelta(hours=25)
    assert detach(other) == []


@pytest.mark.parametrize("at_once", [False, True])
def test_a_picture_of_a_menu_stays_after_its_last_use(world: World, subject: str, at_once: bool) -> None:
    person = world.person("vendor")
    media = insert_media(person, folder="menu")
    attach(person, media.id, subject=subject)
    assert detach(subject, at_once=at_once) == [media.id]
    found = queries.by_id(media.id)
    assert found is not None
    assert (found.due_at, found.attached_to) == (None, ())


def test_parallel_attachments_of_the_same_files_do_not_deadlock(app: Flask, world: World) -> None:
    person = world.person()
    ids = [insert_media(person).id for _ in range(4)]
    orders = [ids, ids[::-1]] * 4
    in_parallel(
        app,
        [partial(attach, person, *order, subject=f"test-{n}-{ids[0]}") for n, order in enumerate(orders)],
    )
    assert {len(media.attached_to) for media in queries.by_ids(ids).values()} == {8}
