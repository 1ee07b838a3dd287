"""Completing a direct upload: who may, repetitions, and the answers to a file that is ready or rejected."""

from __future__ import annotations

import os

import gevent
import pytest
from flask import Flask

from metaia.core import db
from metaia.media import service as media_service
from tests.support.direct_uploads import SIZE, code, complete, put, sign
from tests.support.media import process
from tests.support.people import World
from tests.support.stored_media import current, locked
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield


def test_an_incomplete_upload_is_not_processed(world: World):
    owner = world.person()
    media, _ = sign(owner)
    assert code(complete(owner, media)) == (409, "not_uploaded")
    assert current(media["id"]).status == "pending"


def test_a_file_is_completed_by_its_owner_only(world: World):
    media, _ = sign(world.person())
    assert code(complete(world.person(), media)) == (403, "forbidden")
    assert code(complete(world.staff("admin"), media)) == (403, "forbidden")


def test_other_bytes_are_not_completed_twice(world: World):
    owner = world.person()
    media, upload = sign(owner, sha256="a" * 64)
    put(world, upload, os.urandom(SIZE))
    assert complete(owner, media).status_code == 202
    other = owner.post(f"/api/upload/{media['id']}/complete", {"sha256": "b" * 64})
    assert code(other) == (409, "already_completed")
    assert owner.post(f"/api/upload/{media['id']}/complete", {"sha256": "a" * 64}).status_code == 202


@pytest.mark.parametrize("query", ["?wait=11", "?wait=-1", "?wait=x", "?wait=", "?wait=nan", "?now=1"])
def test_a_bad_wait_is_refused(world: World, query: str):
    owner = world.person()
    media, _ = sign(owner)
    assert complete(owner, media, query).status_code == 422


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("corrupt", (422, "corrupt")),
        ("size_mismatch", (422, "size_mismatch")),
        ("hash_mismatch", (422, "hash_mismatch")),
        ("unsupported_image", (415, "unsupported_image")),
        ("infected", (422, "infected")),
        ("unreadable", (422, "unreadable")),
    ],
)
def test_completion_of_a_rejected_file_is_its_refusal(world: World, reason: str, expected):
    owner = world.person()
    media, upload = sign(owner)
    put(world, upload, os.urandom(SIZE))
    assert complete(owner, media).status_code == 202
    with db.transaction():
        media_service.change(locked(media["id"]), status="rejected", reason=reason)
    for query in ("?wait=10", ""):
        answer = complete(owner, media, query)
        assert code(answer) == expected
        assert answer.json()["error"]["details"] == {"mediaId": [media["id"]]}


def test_completion_waits_until_the_file_is_ready(app: Flask, world: World):
    owner = world.person()
    media, upload = sign(owner)
    put(world, upload, os.urandom(SIZE))
    waits = gevent.spawn(complete, owner, media, "?wait=10")
    until(lambda: current(media["id"]).status == "processing", "the upload is completed")
    process(media["id"], sha256=bytes(32))
    answer = waits.get(timeout=30)
    assert (answer.status_code, answer.json()["data"]["media"]["status"]) == (200, "ready")
