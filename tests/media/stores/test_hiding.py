"""A hidden picture is read by staff only, on every store; shown again it has its former addresses."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from flask import Flask

from metaia.core import db
from metaia.core.times import now
from metaia.media import renditions
from metaia.media.cleaning import service as cleaning_service
from metaia.media.cleaning import trash
from metaia.media.hiding import jobs, moving
from metaia.media.hiding import service as hiding_service
from metaia.media.queries import Media
from metaia.media.renditions import FULL
from metaia.providers.errors import Temporary
from metaia.providers.storage.interface import Store
from tests.support.people import Person, World
from tests.support.stored_media import content, current, locked, stored

SIZE = 5_000


@pytest.fixture
def tailor(world: World) -> Person:
    return world.person("tailor")


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def picture(app: Flask, store: Store, tailor: Person) -> Media:
    return stored(app, tailor, folder="menu", size=SIZE)


def purge() -> None:
    while trash.purge_batch():
        pass


def act(admin: Person, media: Media, action: str) -> None:
    answer = admin.patch(f"/api/upload/{media.id}/{action}", {"reason": "reported"})
    assert answer.status_code == 200, answer.text


def addresses(person: Person, media: Media) -> list[str]:
    shown = person.get(f"/api/upload/{media.id}").json()["data"]["media"]
    return [shown["url"], *shown["thumbnails"].values()]


def read(address: str) -> requests.Response:
    return requests.get(address, timeout=30)


def statuses(found: list[str]) -> set[int]:
    return {read(address).status_code for address in found}


def in_store(store: Store, key: str) -> list[int]:
    """Return how many files a picture has under public keys and under private ones."""
    return [len(list(store.listed(f"{area}/{key}"))) for area in ("public", "private")]


def run(media: Media) -> None:
    """Run the job and the purge, as the worker does after the commit."""
    jobs.move(media.id)
    purge()


def test_a_hidden_picture_is_read_by_staff_only_until_it_is_shown(
    app: Flask, store: Store, tailor: Person, admin: Person, picture: Media
) -> None:
    known, keys = addresses(tailor, picture), renditions.load(picture.renditions)
    whole = content(app, picture, FULL)
    assert statuses(known) == {200}
    act(admin, picture, "hide")
    run(picture)
    assert statuses(known) <= {401, 403, 404, 410}
    assert tailor.get(f"/api/upload/{picture.id}").status_code == 410
    assert read(addresses(admin, picture)[0]).content == whole
    act(admin, picture, "show")
    shown = tailor.get(f"/api/upload/{picture.id}").json()["data"]["media"]
    assert shown["expiresAt"] is None
    assert read(shown["url"]).content == whole
    run(picture)
    assert read(known[0]).content == whole
    assert statuses(known) == {200}
    assert renditions.load(current(picture.id).renditions) == keys
    assert current(picture.id).key == picture.key


def test_each_file_is_in_the_store_once(store: Store, admin: Person, picture: Media) -> None:
    key = str(picture.key).partition("/")[2]
    act(admin, picture, "hide")
    run(picture)
    assert in_store(store, key) == ([5, 0] if store.name == "local" else [0, 5])
    act(admin, picture, "show")
    run(picture)
    assert in_store(store, key) == [5, 0]


def test_hiding_and_showing_before_the_job_runs_loses_nothing(
    store: Store, tailor: Person, admin: Person, picture: Media
) -> None:
    known = addresses(tailor, picture)
    for action in ("hide", "show", "hide", "show"):
        act(admin, picture, action)
        jobs.move(picture.id)  # the purge is late
    purge()
    assert statuses(known) == {200}
    act(admin, picture, "hide")
    act(admin, picture, "show")
    run(picture)
    assert statuses(known) == {200}
    act(admin, picture, "hide")
    run(picture)
    assert 200 not in statuses(known)


@pytest.mark.parametrize("step", ["_copy", "_finish"])
def test_a_job_that_fails_is_repeated_by_the_sweep(
    store: Store, tailor: Person, admin: Person, picture: Media, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = addresses(tailor, picture)
    act(admin, picture, "hide")

    def fail(*_: Any) -> None:
        raise Temporary("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(moving, step, fail)
        if store.name != "local":
            with pytest.raises(Temporary):
                jobs.move(picture.id)
    asked: list[str] = []
    monkeypatch.setattr(hiding_service, "enqueue_move", asked.append)
    sweep_at_its_time(picture)
    assert asked == ([] if store.name == "local" else [picture.id])
    run(picture)
    assert 200 not in statuses(known)
    sweep_at_its_time(picture)
    assert current(picture.id).due_at is None


def sweep_at_its_time(media: Media) -> None:
    """Let the sweep look at a picture now."""
    with db.transaction():
        cleaning_service._set_due(locked(media.id).id, now())
    while cleaning_service.sweep_batch():
        pass


def test_a_hidden_picture_is_deleted_everywhere(
    store: Store, tailor: Person, admin: Person, picture: Media
) -> None:
    known, key = addresses(tailor, picture), str(picture.key).partition("/")[2]
    act(admin, picture, "hide")
    jobs.move(picture.id)
    staff = addresses(admin, picture)
    assert admin.delete(f"/api/upload/{picture.id}").status_code == 202
    purge()
    assert 200 not in statuses(known + staff)
    assert current(picture.id).purged_at is not None
    assert in_store(store, key) == [0, 0]


def test_a_lost_rendition_does_not_keep_the_others_public(
    store: Store, tailor: Person, admin: Person, picture: Media
) -> None:
    known = addresses(tailor, picture)
    store.delete(renditions.load(picture.renditions)[FULL].key)
    act(admin, picture, "hide")
    run(picture)
    assert 200 not in statuses(known)
