"""The Cloudinary store against its stub: deletions reach the CDN, addresses and uploads are pinned by signatures."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import cloudinary
import pytest
import requests

from metaia.dev.process_registry import free_port
from metaia.dev.stubs.server import HANGS, Mood, Stub
from metaia.providers import http
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.storage import cloudinary_account, keys
from metaia.providers.storage.cloudinary import Cloudinary
from metaia.providers.storage.interface import ReadAddress, UploadAddress
from tests.providers.storage.conftest import cloudinary_store
from tests.support.stores import CLOUDINARY_URL


@pytest.fixture
def store(cloudinary_stub: Stub) -> Iterator[Cloudinary]:
    made = cloudinary_store(cloudinary_stub)
    yield made
    made.close()


def soon(**ahead: float) -> datetime:
    return datetime.now(UTC) + timedelta(**(ahead or {"minutes": 10}))


def send(upload: UploadAddress, body: bytes, **changes: str | None) -> requests.Response:
    fields = {name: value for name, value in (upload.fields | changes).items() if value is not None}
    return requests.post(upload.url, data=fields, files={"file": ("x", body)}, timeout=30)


def test_a_deletion_reaches_the_copies_of_the_cdn(store, cloudinary_stub, file):
    prefix = keys.new_prefix(public=True)
    variants = [f"{prefix}/full.webp", f"{prefix}/full.jpg", f"{prefix}/small.webp"]
    for key in variants:
        store.put(key, file, "image/webp")
    addresses = [store.read_address(ReadAddress(key, "image/webp")) for key in variants]
    assert [requests.get(url, timeout=30).content for url in addresses] == [file.read_bytes()] * 3
    for key in variants:
        store.delete(key)
    assert [requests.get(url, timeout=30).status_code for url in addresses] == [404] * 3
    assert cloudinary_stub.world.destroyed[-3:] == [
        ("image", "upload", f"{prefix}/{name}", True) for name in ("full-webp", "full-jpg", "small-webp")
    ]


def test_a_deletion_is_repeated_after_500_and_done_if_not_found(store, cloudinary_stub, file):
    key = keys.new_prefix(public=False) + "/original.pdf"
    store.put(key, file, "application/pdf")
    lost = Mood(status=500, content={"error": {"message": "secret detail"}}, takes=True)
    cloudinary_stub.moods["cloudinary"] = iter([Mood(status=500, content={"error": {"message": "x"}}), lost])
    for _ in range(2):
        with pytest.raises(Temporary) as caught:
            store.delete(key)
        assert "secret" not in str(caught.value)
    store.delete(key)
    assert [each[3] for each in cloudinary_stub.world.destroyed if each[2] == key] == [True, True]


def test_a_private_file_has_an_address_that_expires(store, file):
    key = keys.new_prefix(public=False) + "/original.pdf"
    store.put(key, file, "application/pdf")
    url = store.read_address(ReadAddress(key, "application/pdf", soon(), "bill.pdf"))
    answer = requests.get(url, timeout=30)
    assert (answer.content, answer.headers["Content-Disposition"]) == (file.read_bytes(), "attachment")
    past = store.read_address(ReadAddress(key, "application/pdf", soon(seconds=-1)))
    assert requests.get(past, timeout=30).status_code == 401
    expires = dict(parse_qsl(urlsplit(url).query))["expires_at"]
    assert requests.get(url.replace(expires, str(int(expires) + 9)), timeout=30).status_code == 401


def test_a_private_image_has_no_address_of_the_cdn(store, file):
    key = keys.new_prefix(public=False) + "/full.webp"
    store.put(key, file, "image/webp")
    url = store.read_address(ReadAddress(key, "image/webp", soon()))
    assert "/v1_1/demo/image/download?" in url
    assert requests.get(url, timeout=30).content == file.read_bytes()
    assert requests.get(url.replace("authenticated", "upload"), timeout=30).status_code == 401


def test_a_changed_address_of_the_cdn_is_refused(store, file):
    key = keys.new_prefix(public=True) + "/full.webp"
    store.put(key, file, "image/webp")
    url = store.read_address(ReadAddress(key, "image/webp"))
    assert requests.get(url, timeout=30).status_code == 200
    assert requests.get(url.replace("/v1/", "/w_9999/v1/"), timeout=30).status_code == 401


def test_a_direct_upload_is_stored_at_its_key_once(store, file):
    key, body = keys.new_incoming("webp"), file.read_bytes()
    upload = store.upload_address(key, content_type="image/webp", size=5000, expires_at=soon())
    assert (upload.method, upload.headers) == ("POST", {})
    assert send(upload, body).status_code == 200
    assert store.find(key).size == 5000
    again = send(upload, body + b"other bytes")
    assert (again.status_code, again.json()["existing"]) == (200, True)
    assert store.find(key).size == 5000
    assert store.find(keys.PUBLIC + key.removeprefix(keys.INCOMING)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"public_id": "incoming/other-webp"},
        {"type": "upload"},
        {"overwrite": "1"},
        {"allowed_formats": "webp,svg"},
        {"allowed_formats": None},
        {"timestamp": str(int(time.time()))},
        {"signature": "0" * 40},
        {"api_key": "other"},
        {"tags": "more"},
        {"eager": "w_100"},
        {"notification_url": "http://attacker.test/"},
        {"public_id": None, "type": None},
    ],
    ids=str,
)
def test_an_upload_with_other_parameters_is_refused(store, file, changes):
    key = keys.new_incoming("webp")
    upload = store.upload_address(key, content_type="image/webp", size=5000, expires_at=soon())
    assert send(upload, file.read_bytes(), **changes).status_code == 401
    assert store.find(key) is None


def test_a_value_cannot_smuggle_a_parameter(store, file):
    """Version 1 of signatures joins parameters without escapes: `a=1&b=2` signs `a` with the value `1&b=2` too."""
    upload = store.upload_address(
        keys.new_incoming("webp"), content_type="image/webp", size=1, expires_at=soon()
    )
    joined = f"{upload.fields['allowed_formats']}&overwrite={upload.fields['overwrite']}"
    assert send(upload, file.read_bytes(), allowed_formats=joined, overwrite=None).status_code == 401


def test_another_format_or_a_late_upload_is_refused(store, file):
    key = keys.new_incoming("jpg")
    upload = store.upload_address(key, content_type="image/jpeg", size=5000, expires_at=soon())
    assert send(upload, file.read_bytes()).status_code == 400  # WebP
    assert send(upload, b"<svg onload=alert(1)>").status_code == 400
    late = store.upload_address(key, content_type="image/jpeg", size=5000, expires_at=soon(seconds=-1))
    assert send(late, b"\xff\xd8\xff").status_code == 400
    assert store.find(key) is None


def test_an_upload_address_has_no_secret(store):
    upload = store.upload_address(
        keys.new_incoming("pdf"), content_type="application/pdf", size=1, expires_at=soon()
    )
    assert cloudinary_account.parse(CLOUDINARY_URL).secret not in repr(upload)


def test_credentials_are_not_shared_by_the_process(store, file):
    store.put(keys.new_prefix(public=True) + "/full.webp", file, "image/webp")
    assert cloudinary.config().api_secret is None
    assert cloudinary.config().cloud_name is None


def test_wrong_credentials_are_technical(cloudinary_stub, file):
    account = cloudinary_account.parse("cloudinary://key:wrong@demo")
    wrong = Cloudinary(account, cloudinary_stub.url)
    for call in (wrong.find, wrong.delete, lambda key: wrong.put(key, file, "image/webp")):
        with pytest.raises(Technical, match="credentials"):
            call("private/aa/full.webp")
    wrong.close()


def test_a_file_that_cloudinary_refuses_is_permanent(store, tmp_path):
    path = tmp_path / "text"
    path.write_text("no picture")
    with pytest.raises(Permanent):
        store.put("private/aa/full.webp", path, "image/webp")


def calls(store: Cloudinary, file: Path) -> list[type[Exception]]:
    found = []
    for call in (
        lambda: store.put("private/aa/full.webp", file, "image/webp"),
        lambda: store.fetch("private/aa/full.webp", file.with_name("x"), limit=9),
        lambda: store.find("private/aa/full.webp"),
        lambda: store.delete("private/aa/full.webp"),
        lambda: list(store.listed()),
    ):
        with pytest.raises((Temporary, Permanent, Technical)) as caught:
            call()
        assert "127.0.0.1" not in str(caught.value)
        found.append(caught.type)
    return found


def test_a_stalled_vendor_is_given_up(store, cloudinary_stub, file, monkeypatch):
    monkeypatch.setattr(http, "TIMEOUTS", (1.0, 0.1))
    cloudinary_stub.moods["cloudinary"] = iter([HANGS] * 50)
    assert set(calls(store, file)) == {Temporary}


def test_a_vendor_that_is_down_is_temporary(file):
    down = Cloudinary(cloudinary_account.parse(CLOUDINARY_URL), f"http://127.0.0.1:{free_port()}")
    assert set(calls(down, file)) == {Temporary}
    down.close()


def test_a_page_of_a_gateway_is_temporary(store, cloudinary_stub, file):
    cloudinary_stub.moods["cloudinary"] = iter([Mood(status=502, content=b"<html>")] * 50)
    assert set(calls(store, file)) == {Temporary}
