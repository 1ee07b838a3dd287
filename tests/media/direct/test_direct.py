"""Direct uploads: an address for exactly one file, its PUT at the local store, and its completion."""

from __future__ import annotations

import os
import socket
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import gevent
import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now
from metaia.media import service as media_service
from metaia.media.direct import incoming, service
from metaia.media.quotas import queries as quota_queries
from metaia.media.receiving import reading
from metaia.providers.storage import registry
from tests.support.direct_uploads import BODY, SIZE, code, complete, put, sign
from tests.support.media import in_parallel
from tests.support.people import World
from tests.support.stored_media import current, locked
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield


def test_a_signed_file_is_stored_and_processed(app: Flask, world: World):
    owner, content = world.person(), os.urandom(SIZE)
    media, upload = sign(owner)
    assert (media["status"], upload["method"]) == ("pending", "PUT")
    assert put(world, upload, content).status_code == 204
    path = registry.local(app).path(str(current(media["id"]).incoming_key))
    assert path is not None
    assert path.read_bytes() == content
    answer = complete(owner, media)
    assert (answer.status_code, answer.json()["data"]["media"]["status"]) == (202, "processing")
    assert complete(owner, media).status_code in {200, 202}
    assert not list((registry.local(app).folder / incoming.FOLDER).glob("*"))


def test_slow_uploads_do_not_take_the_place_of_all_others(world: World, monkeypatch: pytest.MonkeyPatch):
    owner, content = world.person(), os.urandom(SIZE)
    _, upload = sign(owner)
    monkeypatch.setattr(reading, "UNDER_WAY", gevent.lock.BoundedSemaphore(1))
    reading.UNDER_WAY.acquire()
    assert put(world, upload, content).status_code == 503
    reading.UNDER_WAY.release()
    assert put(world, upload, content).status_code == 204
    assert reading.UNDER_WAY.counter == 1


def test_signing_reserves_the_quota_for_an_hour(world: World):
    owner = world.person()
    media, _ = sign(owner)
    usage = quota_queries.usage(owner.id, "customer")
    assert (usage.bytes, usage.files) == (SIZE, 1)
    due_at = current(media["id"]).due_at
    assert due_at is not None
    assert timedelta(minutes=59) < due_at - now() <= timedelta(hours=1)


def test_a_repeated_request_with_its_key_is_one_upload(world: World):
    owner, headers = world.person(), {"Idempotency-Key": "a-picture"}
    first, again = (owner.post("/api/upload/sign", BODY, headers=headers) for _ in range(2))
    assert again.json()["data"] == first.json()["data"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert quota_queries.usage(owner.id, "customer").files == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "video"}, (422, "invalid")),
        ({"size": 0}, (422, "invalid")),
        ({"size": -1}, (422, "invalid")),
        ({"size": 2**63}, (422, "invalid")),
        ({"size": 5 * 1024 * 1024 + 1}, (413, "too_large")),
        ({"contentType": "image/heic"}, (415, "unsupported_image")),
        ({"contentType": "image/svg+xml"}, (415, "unsupported_image")),
        ({"contentType": "text/html", "kind": "document"}, (415, "unsupported_document")),
        ({"contentType": "video/mp4", "kind": "voice"}, (415, "unsupported_audio")),
        ({"folder": "menu"}, (403, "forbidden")),
        ({"folder": "../etc"}, (422, "invalid")),
        ({"filename": "a\0b"}, (422, "invalid")),
        ({"filename": "x" * 201}, (422, "invalid")),
        ({"sha256": "A" * 64}, (422, "invalid")),
        ({"sha256": "ab\n"}, (422, "invalid")),
        ({"key": "incoming/mine"}, (422, "invalid")),
    ],
)
def test_a_file_that_could_not_be_accepted_is_not_signed(world: World, change, expected):
    owner = world.person()
    assert code(owner.post("/api/upload/sign", BODY | change)) == expected
    assert quota_queries.usage(owner.id, "customer").bytes == 0


def test_a_name_is_no_path(world: World):
    media, _ = sign(world.person(), filename="../../etc/तस्वीर.jpg")
    assert media["filename"] == "तस्वीर.jpg"


def test_another_name_of_a_type_is_accepted(world: World):
    _, upload = sign(world.person(), contentType="image/jpg")
    assert upload["headers"] == {"Content-Type": "image/jpeg"}


@pytest.mark.parametrize("sent", [0, 1, SIZE - 1, SIZE + 1])
@pytest.mark.parametrize("chunked", [False, True])
def test_another_size_is_refused(app: Flask, world: World, sent: int, chunked: bool):
    media, upload = sign(world.person())
    content = os.urandom(sent)
    answer = put(world, upload, iter([content[:100], content[100:]]) if chunked else content)
    assert code(answer) == ((413, "too_large") if sent > SIZE else (400, "size_mismatch"))
    assert registry.local(app).path(str(current(media["id"]).incoming_key)) is None


def test_the_longest_body_is_refused_unread(world: World):
    _, upload = sign(world.person())
    answer = put(world, upload, b"", **{"Content-Length": str(50 * 1024 * 1024)})
    assert code(answer) == (413, "too_large")


def test_another_type_is_refused(world: World):
    _, upload = sign(world.person())
    answer = put(world, upload, os.urandom(SIZE), **{"Content-Type": "text/html"})
    assert code(answer) == (403, "upload_refused")


def test_a_forged_token_is_refused(world: World):
    _, upload = sign(world.person())
    forged = upload | {"url": upload["url"][:-3] + "abc"}
    assert code(put(world, forged, os.urandom(SIZE))) == (403, "upload_refused")
    assert code(put(world, upload | {"url": "/media/incoming/x"}, b"x")) == (403, "upload_refused")


def test_an_expired_address_is_refused(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "ADDRESS_LIFE", timedelta(seconds=-1))
    _, upload = sign(world.person())
    assert code(put(world, upload, os.urandom(SIZE))) == (403, "upload_refused")


def test_an_address_is_used_once(app: Flask, world: World):
    owner, first = world.person(), os.urandom(SIZE)
    media, upload = sign(owner)
    assert put(world, upload, first).status_code == 204
    assert code(put(world, upload, os.urandom(SIZE))) == (409, "already_uploaded")
    complete(owner, media)
    assert put(world, upload, os.urandom(SIZE)).status_code in {409, 410}


def test_one_of_parallel_uploads_to_one_address_wins_and_is_whole(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
):
    """Each request has found no object before any of them stores one."""
    media, upload = sign(world.person())
    contents = [bytes([number]) * SIZE for number in range(4)]
    checked, check = Counter[int](), incoming._require_expected

    def check_and_meet(*arguments: Any) -> None:
        check(*arguments)
        checked[id(gevent.getcurrent())] += 1
        until(lambda: len(checked) == len(contents), "all requests have begun")
        if checked[id(gevent.getcurrent())] == 2:
            until(lambda: set(checked.values()) == {2}, "all requests are about to store their bytes")

    monkeypatch.setattr(incoming, "_require_expected", check_and_meet)
    answers = in_parallel(app, [partial(put, world, upload, content) for content in contents])
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [204, 409, 409, 409]
    assert {code(answer)[1] for answer in answers if answer.status_code == 409} == {"already_uploaded"}
    path = registry.local(app).path(str(current(media["id"]).incoming_key))
    assert path is not None
    assert path.read_bytes() == contents[statuses.index(204)]
    assert not list((registry.local(app).folder / incoming.FOLDER).glob("*"))


def test_an_upload_for_a_deleted_file_is_gone(world: World):
    media, upload = sign(world.person())
    with db.transaction():
        media_service.delete(locked(media["id"]))
    assert put(world, upload, os.urandom(SIZE)).status_code == 410


def test_a_broken_connection_leaves_nothing_and_is_repeated(app: Flask, world: World):
    owner, content = world.person(), os.urandom(SIZE)
    _, upload = sign(owner)
    parts = urlsplit(world.url)
    with socket.create_connection((parts.hostname, parts.port)) as raw:
        head = f"PUT {urlsplit(upload['url']).path} HTTP/1.1\r\nHost: test\r\nContent-Type: image/jpeg\r\n"
        raw.sendall(f"{head}Content-Length: {SIZE}\r\n\r\n".encode() + content[: SIZE // 2])
        folder = registry.local(app).folder / incoming.FOLDER
        until(lambda: list(folder.glob("*")), "the first half arrives")
    assert put(world, upload, content).status_code == 204
    until(lambda: not list(folder.glob("*")), "the first half is deleted")


def test_twenty_signatures_at_once_never_pass_the_quota(app: Flask, world: World):
    owner = world.person()
    sign(owner)
    with db.transaction():
        limit = {"limit": 5 * SIZE, "id": owner.id}
        db.execute(text("UPDATE media_usage SET limit_bytes = :limit WHERE user_id = :id"), limit)
    answers = in_parallel(app, [lambda: owner.post("/api/upload/sign", BODY).status_code] * 20)
    assert sorted(answers) == [201] * 4 + [429] * 16
