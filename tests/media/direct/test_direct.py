"""Direct uploads: an address for exactly one file, its PUT at the local store, and its completion."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now
from metaia.media import service as media_service
from metaia.media.direct import incoming, service
from metaia.media.quotas import queries as quota_queries
from metaia.providers.storage import registry
from tests.support.media import in_parallel
from tests.support.people import Person, World
from tests.support.stored_media import current, locked
from tests.support.waiting import until

SIZE = 300_000
BODY = {"kind": "image", "filename": "a.jpg", "contentType": "image/jpeg", "size": SIZE}


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield


def sign(person: Person, **body):
    answer = person.post("/api/upload/sign", BODY | body)
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    return data["media"], data["upload"]


def put(world: World, upload, content: bytes, **headers):
    url = f"{world.url}{urlsplit(upload['url']).path}"
    return requests.put(url, data=content, headers=upload["headers"] | headers, timeout=10)


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def complete(person: Person, media, query: str = ""):
    return person.post(f"/api/upload/{media['id']}/complete{query}")


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


def test_signing_reserves_the_quota_for_an_hour(world: World):
    owner = world.person()
    media, _ = sign(owner)
    usage = quota_queries.usage(owner.id, "customer")
    assert (usage.bytes, usage.files) == (SIZE, 1)
    due_at = current(media["id"]).due_at
    assert due_at is not None
    assert timedelta(minutes=59) < due_at - now() <= timedelta(hours=1)


def test_an_incomplete_upload_is_not_processed(world: World):
    owner = world.person()
    media, _ = sign(owner)
    assert code(complete(owner, media)) == (409, "not_uploaded")
    assert current(media["id"]).status == "pending"


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
    answer = put(world, upload, iter([content[:100], content[100:]]) if chunked else content)  # type: ignore[arg-type]
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


def test_completion_waits_for_the_processing(world: World):
    owner = world.person()
    media, upload = sign(owner)
    put(world, upload, os.urandom(SIZE))
    complete(owner, media)
    with db.transaction():
        found = locked(media["id"])
        media_service.change(found, status="rejected", reason="corrupt")
    answer = complete(owner, media, "?wait=10")
    assert (answer.status_code, answer.json()["data"]["media"]["reason"]) == (200, "corrupt")


def test_twenty_signatures_at_once_never_pass_the_quota(app: Flask, world: World):
    owner = world.person()
    sign(owner)
    with db.transaction():
        limit = {"limit": 5 * SIZE, "id": owner.id}
        db.execute(text("UPDATE media_usage SET limit_bytes = :limit WHERE user_id = :id"), limit)
    answers = in_parallel(app, [lambda: owner.post("/api/upload/sign", BODY).status_code] * 20)
    assert sorted(answers) == [201] * 4 + [429] * 16
