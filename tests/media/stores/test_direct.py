"""Direct uploads: sign, send, complete, process, on every store."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
import requests
from flask import Flask

from metaia.core.json import Json
from metaia.media import jobs, renditions
from metaia.media.cleaning import trash
from metaia.media.direct import service
from metaia.media.quotas import queries as quota_queries
from metaia.media.renditions import FULL
from metaia.providers.errors import Temporary
from metaia.providers.storage.interface import Store
from tests.media.sandbox import documents, pictures
from tests.support.direct_uploads import code, complete, sign
from tests.support.people import Person, World
from tests.support.stored_media import content, current

PHOTO = pictures.encoded(pictures.photo())


@pytest.fixture
def owner(world: World) -> Person:
    return world.person()


def send(upload: Json, body: bytes, **headers: str) -> requests.Response:
    """Send bytes as the answer of `sign` describes it."""
    options: dict[str, Any] = {"data": body}
    if upload["method"] == "POST":
        options = {"data": upload["fields"], "files": {"file": ("file", body)}}
    headers = upload["headers"] | headers
    return requests.request(upload["method"], upload["url"], headers=headers, timeout=30, **options)


def purge() -> None:
    while trash.purge_batch():
        pass


def test_a_sent_file_becomes_ready_and_the_sent_bytes_go(app: Flask, store: Store, owner: Person) -> None:
    media, upload = sign(owner, size=len(PHOTO))
    assert send(upload, PHOTO).status_code in {200, 204}
    incoming = str(current(media["id"]).incoming_key)
    assert complete(owner, media).status_code == 202
    jobs.process(media["id"])
    answer = complete(owner, media)
    shown = answer.json()["data"]["media"]
    assert (answer.status_code, shown["status"], shown["width"]) == (200, "ready", 400)
    purge()
    assert store.find(incoming) is None
    found = current(media["id"])
    assert requests.get(shown["url"], timeout=30).content == content(app, found, FULL)
    stored = sum(each.size for each in renditions.load(found.renditions).values())
    assert quota_queries.usage(owner.id, "customer").bytes == stored


def test_nothing_is_completed_that_was_not_sent(store: Store, owner: Person) -> None:
    media, _ = sign(owner, size=len(PHOTO))
    assert code(complete(owner, media)) == (409, "not_uploaded")


@pytest.mark.parametrize("more", [-1, 1, 50_000])
def test_another_size_is_refused_by_the_store_or_by_complete(store: Store, owner: Person, more: int) -> None:
    media, upload = sign(owner, size=len(PHOTO))
    sent = send(upload, PHOTO[:more] if more < 0 else PHOTO + bytes(more))
    assert sent.status_code in ({200} if store.name == "cloudinary" else {400, 403, 413})
    assert code(complete(owner, media)) == (409, "not_uploaded")


def test_another_type_is_refused_by_the_store(store: Store, owner: Person) -> None:
    body = pictures.encoded(pictures.photo(), "PNG") if store.name == "cloudinary" else PHOTO
    media, upload = sign(owner, size=len(body))
    headers = {} if store.name == "cloudinary" else {"Content-Type": "text/html"}
    assert send(upload, body, **headers).status_code in {400, 403}
    assert code(complete(owner, media)) == (409, "not_uploaded")


def test_an_expired_address_is_refused(store: Store, owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "ADDRESS_LIFE", timedelta(seconds=-1))
    media, upload = sign(owner, size=len(PHOTO))
    if store.name == "s3":  # it signs for a second at least
        time.sleep(2.1)
    assert send(upload, PHOTO).status_code in {400, 403}
    assert code(complete(owner, media)) == (409, "not_uploaded")


def test_what_is_no_picture_is_rejected_and_deleted(store: Store, owner: Person) -> None:
    """Cloudinary looks for itself, so there the file begins like a JPEG."""
    pdf = documents.pdf()
    body, expected = (
        (b"\xff\xd8\xff" + pdf, (422, "corrupt"))
        if store.name == "cloudinary"
        else (pdf, (415, "unsupported_image"))
    )
    media, upload = sign(owner, size=len(body))
    assert send(upload, body).status_code in {200, 204}
    incoming = str(current(media["id"]).incoming_key)
    assert complete(owner, media).status_code == 202
    jobs.process(media["id"])
    assert code(complete(owner, media)) == expected
    purge()
    assert store.find(incoming) is None
    assert quota_queries.usage(owner.id, "customer").bytes == 0


def test_an_address_that_is_used_again_changes_nothing(app: Flask, store: Store, owner: Person) -> None:
    media, upload = sign(owner, size=len(PHOTO))
    send(upload, PHOTO)
    complete(owner, media)
    jobs.process(media["id"])
    before = content(app, current(media["id"]), FULL)
    send(upload, PHOTO[:-1] + b"x")
    jobs.process(media["id"])
    purge()
    assert content(app, current(media["id"]), FULL) == before
    assert complete(owner, media).status_code == 200


def test_a_store_that_does_not_answer_is_503(
    store: Store, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, upload = sign(owner, size=len(PHOTO))
    send(upload, PHOTO)

    def unavailable(*_: object) -> None:
        raise Temporary("no answer in time")

    with monkeypatch.context() as patch:
        patch.setattr(store, "find", unavailable)
        answer = complete(owner, media)
    assert code(answer) == (503, "storage_unavailable")
    assert answer.headers["Retry-After"]
    assert complete(owner, media).status_code == 202
