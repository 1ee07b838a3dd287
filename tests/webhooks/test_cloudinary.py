"""Notifications of Cloudinary: who may send them, and what they change."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import cloudinary
import pytest
import requests
from cloudinary.utils import verify_notification_signature
from flask import Flask

from metaia.core import db
from metaia.core.ids import new_id
from metaia.media import queries, renditions
from metaia.media.queries import Media
from metaia.media.state import DELETED, HIDDEN, PENDING, PROCESSING, READY
from metaia.media.vendor_notices import service
from metaia.providers.storage import cloudinary_names
from tests.support.media import insert_media
from tests.support.people import World
from tests.webhooks.conftest import process, stored
from tests.webhooks.vendors import JSON, Vendors

SECRET = "test-api-secret"
URL = f"cloudinary://test-api-key:{SECRET}@demo"
REJECTION = {"notification_type": "moderation", "moderation_status": "rejected"}


@pytest.fixture(autouse=True)
def account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "CLOUDINARY_URL", URL)


def signed(body: bytes, *, age: float = 0, secret: str = SECRET, algorithm: str = "sha1") -> dict[str, str]:
    moment = str(int(time.time() - age))
    digest = hashlib.new(algorithm, body + moment.encode() + secret.encode()).hexdigest()
    return JSON | {"X-Cld-Timestamp": moment, "X-Cld-Signature": digest}


def send(vendors: Vendors, content: Any, **how: Any) -> requests.Response:
    body = json.dumps(content).encode()
    return vendors.call("cloudinary", body, signed(body, **how))


def asset(media: Media, variant: str = "full") -> dict[str, str]:
    assert media.renditions is not None
    name = cloudinary_names.of(media.renditions[variant]["key"])
    return {"resource_type": name.resource_type, "type": name.delivery, "public_id": name.public_id}


def status_of(media: Media) -> str:
    found = queries.by_id(media.id)
    assert found is not None
    return found.status


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_signed_notification_is_stored_once(vendors, algorithm):
    content = {"notification_type": "eager", "id": new_id()}
    assert [send(vendors, content, algorithm=algorithm).status_code for _ in range(2)] == [204, 204]
    assert len(stored(content["id"])) == 1
    process()
    assert stored(content["id"])[0].digested_at is not None


def test_our_check_agrees_with_the_vendor_s_package(monkeypatch):
    monkeypatch.setattr(cloudinary.config(), "api_secret", SECRET)
    body, headers = b'{"a": 1}', signed(b'{"a": 1}')
    moment, signature = int(headers["X-Cld-Timestamp"]), headers["X-Cld-Signature"]
    assert verify_notification_signature(body.decode(), moment, signature) is True


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "other"},
        {"age": 3600},
        {"age": -3600},
        {"X-Cld-Signature": ""},
        {"X-Cld-Signature": "é" * 40},
        {"X-Cld-Signature": "0" * 64},
        {"X-Cld-Timestamp": ""},
        {"X-Cld-Timestamp": "1e9"},
        {"X-Cld-Timestamp": "9" * 40},
    ],
    ids=str,
)
def test_an_unsigned_or_old_notification_is_refused(vendors, change):
    body = json.dumps({"notification_type": "upload", "id": new_id()}).encode()
    headers = signed(body, **{name: value for name, value in change.items() if name in {"secret", "age"}})
    headers |= {name: value.encode() for name, value in change.items() if name.startswith("X-")}
    answer = vendors.call("cloudinary", body, headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "webhook_refused")


def test_without_an_account_there_is_no_such_address(vendors, app, monkeypatch):
    monkeypatch.setitem(app.config, "CLOUDINARY_URL", "")
    assert send(vendors, {}).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        [], "x", None, 7, {}, {"notification_type": []}, {"notification_type": "delete", "resources": "x"},
        {"notification_type": "delete", "resources": [7, {}, {"public_id": 1, "resource_type": "image"}]},
        REJECTION | {"public_id": "\0", "resource_type": "image"}, REJECTION | {"resource_type": "raw"},
        REJECTION | {"public_id": "x" * 5000, "resource_type": "raw"},
    ],
    ids=lambda each: str(each)[:60],
)  # fmt: skip
def test_a_strange_notification_changes_nothing(vendors, content):
    assert send(vendors, content).status_code == 204
    process()
    (row,) = stored(json.dumps(content))[-1:]
    assert (row.error, row.due_at) == (None, None)


def test_a_rejected_file_is_hidden_once(world: World, vendors):
    person = world.person()
    media, other = insert_media(person, store="cloudinary"), insert_media(person, store="cloudinary")
    screen = person.socket()
    notice = {"notification_type": "moderation", "moderation_kind": "manual", **asset(media)}
    send(vendors, notice | {"moderation_status": "approved"})
    process()
    assert status_of(media) == READY
    for repeated in (1, 2):  # another body, the same decision
        send(vendors, notice | {"moderation_status": "rejected", "try": repeated})
        process()
    assert (status_of(media), status_of(other)) == (HIDDEN, READY)
    assert [each["media"]["status"] for each in screen.wait("upload:updated")] == [HIDDEN]


def test_a_file_of_another_store_is_not_hidden(world: World, vendors):
    media = insert_media(world.person(), store="local")
    send(vendors, {"notification_type": "moderation", "moderation_status": "rejected", **asset(media)})
    process()
    assert status_of(media) == READY


def test_a_file_that_the_vendor_lost_is_reported_and_stays(world: World, vendors):
    person = world.person()
    media = insert_media(person, store="cloudinary")
    deleted = insert_media(person, store="cloudinary", status=DELETED)
    content = {"notification_type": "delete", "resources": [asset(media, "small"), asset(deleted)]}
    send(vendors, content)
    process()
    assert stored(asset(media)["public_id"].rpartition("/")[0])[0].error is None
    assert status_of(media) == READY
    keys = [renditions.load(each.renditions)["small"].key for each in (media, deleted)]
    with db.transaction():
        assert [service.lost("cloudinary", key) for key in (*keys, "other/small.webp")] == [
            True,
            False,
            False,
        ]
        assert service.lost("local", keys[0]) is False


def test_a_direct_upload_goes_on_without_its_client(world: World, vendors):
    key = f"incoming/{new_id()}.jpg"
    media = insert_media(
        world.person(), store="cloudinary", status=PENDING, incoming_key=key, size=1000, renditions=None
    )
    name = cloudinary_names.of(key)
    content = {
        "notification_type": "upload",
        "resource_type": name.resource_type,
        "type": name.delivery,
        "public_id": name.public_id,
    }
    send(vendors, content | {"bytes": 999})
    process()
    assert status_of(media) == PENDING
    for repeated in (1, 2):
        send(vendors, content | {"bytes": 1000, "try": repeated})
        process()
        assert status_of(media) == PROCESSING
