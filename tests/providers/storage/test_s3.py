"""The S3 store against a real server: odd keys, presigned addresses, and calls that it must refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from metaia.providers.errors import Technical
from metaia.providers.storage import keys
from metaia.providers.storage.interface import ReadAddress
from metaia.providers.storage.s3 import S3
from tests.support import rclone
from tests.support.waiting import until

BODY = b"x" * 1000


def soon(**ahead: float) -> datetime:
    return datetime.now(UTC) + timedelta(**(ahead or {"minutes": 10}))


ODD = ["a b", "a+b", "a%20b", "a%b", "~a", "é", "日本", "a'(b)!*", "a&b=c;d", "a,b@c$:"]


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_an_odd_key_works_in_calls_lists_and_addresses(s3, file, name):
    key = f"private/{name}/x.webp"
    s3.put(key, file, "image/webp")
    assert s3.find(key).size == 5000
    assert [each.key for each in s3.listed(f"private/{name}/")] == [key]
    url = s3.read_address(ReadAddress(key, "image/webp", soon(), name))
    answer = requests.get(url, timeout=30)
    assert (answer.status_code, answer.content) == (200, file.read_bytes())
    s3.delete(key)
    assert s3.find(key) is None
    upload = s3.upload_address(key, content_type="image/webp", size=1000, expires_at=soon())
    assert requests.put(upload.url, BODY, headers=upload.headers, timeout=30).status_code == 200
    assert s3.find(key).size == 1000


def test_an_address_states_type_name_and_time(s3, file):
    key = keys.new_prefix(public=False) + "/original.pdf"
    url = s3.read_address(ReadAddress(key, "application/pdf", soon(minutes=10), "बिल 1.pdf"))
    query = dict(parse_qsl(urlsplit(url).query))
    assert query["response-content-type"] == "application/pdf"
    assert query["response-content-disposition"].startswith('attachment; filename=" 1.pdf"; filename*=UTF-8')
    assert 598 <= int(query["X-Amz-Expires"]) <= 600


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("full.webp", "large.webp"), id="key"),
        pytest.param(("X-Amz-Expires=", "X-Amz-Expires=9"), id="expiry"),
        pytest.param(("image%2Fwebp", "text%2Fhtml"), id="type"),
        pytest.param(("X-Amz-Signature=", "X-Amz-Signature=0"), id="signature"),
    ],
)
def test_a_changed_address_is_refused(s3, file, change):
    prefix = keys.new_prefix(public=False)
    for variant in ("full", "large"):
        s3.put(f"{prefix}/{variant}.webp", file, "image/webp")
    url = s3.read_address(ReadAddress(f"{prefix}/full.webp", "image/webp", soon()))
    assert requests.get(url, timeout=30).status_code == 200
    assert change[0] in url
    assert requests.get(url.replace(*change), timeout=30).status_code == 403


def test_an_address_expires(s3, file):
    key = keys.new_prefix(public=False) + "/full.webp"
    s3.put(key, file, "image/webp")
    url = s3.read_address(ReadAddress(key, "image/webp", soon(seconds=1)))
    upload = s3.upload_address(key, content_type="image/webp", size=1000, expires_at=soon(seconds=1))
    refused = {400, 403}  # rclone's, S3's
    until(lambda: requests.get(url, timeout=30).status_code in refused, "the address is refused")
    assert requests.put(upload.url, BODY, headers=upload.headers, timeout=30).status_code in refused
    assert s3.find(key).size == 5000


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(BODY + b"x", "image/jpeg", id="longer"),
        pytest.param(BODY * 50, "image/jpeg", id="much longer"),
        pytest.param(BODY[:-1], "image/jpeg", id="shorter"),
        pytest.param(BODY, "text/html", id="another type"),
        pytest.param(BODY, None, id="no type"),
    ],
)
def test_another_length_or_type_is_refused(s3, body, content_type):
    key = keys.new_incoming("jpg")
    upload = s3.upload_address(key, content_type="image/jpeg", size=1000, expires_at=soon())
    headers = {"Content-Type": content_type} if content_type else {}
    assert requests.put(upload.url, body, headers=headers, timeout=30).status_code == 403
    assert s3.find(key) is None


def test_an_upload_is_for_one_key_and_one_method(s3):
    key, other = keys.new_incoming("jpg"), keys.new_incoming("jpg")
    upload = s3.upload_address(key, content_type="image/jpeg", size=1000, expires_at=soon())
    wrong = upload.url.replace(key, other)
    assert requests.put(wrong, BODY, headers=upload.headers, timeout=30).status_code == 403
    assert s3.find(other) is None
    assert requests.put(upload.url, BODY, headers=upload.headers, timeout=30).status_code == 200
    assert requests.get(upload.url, headers=upload.headers, timeout=30).status_code == 403
    assert requests.delete(upload.url, headers=upload.headers, timeout=30).status_code == 403


def test_a_repeated_upload_changes_only_bytes_that_are_never_served(s3, file):
    key, served = keys.new_incoming("jpg"), keys.new_prefix(public=True) + "/full.webp"
    upload = s3.upload_address(key, content_type="image/jpeg", size=1000, expires_at=soon())
    assert requests.put(upload.url, BODY, headers=upload.headers, timeout=30).status_code == 200
    s3.put(served, file, "image/webp")  # the worker
    s3.delete(key)
    assert requests.put(upload.url, b"y" * 1000, headers=upload.headers, timeout=30).status_code == 200
    assert s3.find(served).size == 5000
    assert [each.key for each in s3.listed(keys.INCOMING) if each.key == key] == [key]  # for reconcile


def test_wrong_credentials_are_technical_and_name_no_bucket(bucket, file):
    for wrong in ({"secret": "other"}, {"key_id": "other"}):
        store = S3(replace(bucket, **wrong))
        with pytest.raises(Technical) as caught:
            store.put("private/a/full.webp", file, "image/webp")
        assert str(caught.value).startswith("403")
        assert not any(each in str(caught.value) for each in (rclone.BUCKET, rclone.KEY_ID, "private/"))
        store.close()


def test_a_missing_bucket_is_no_missing_object(bucket, file):
    store = S3(replace(bucket, name="absent"))
    for call in (store.delete, lambda key: list(store.listed()), lambda key: store.fetch(key, file, limit=1)):
        with pytest.raises(Technical):
            call("private/a/full.webp")
    store.close()


def test_public_objects_have_the_address_of_the_cdn(bucket):
    store = S3(bucket, "https://cdn.example.com/")
    public = ReadAddress("public/aa/full.webp", "image/webp")
    assert store.read_address(public) == "https://cdn.example.com/public/aa/full.webp"
    for signed in (replace(public, key="private/aa/full.webp"), replace(public, expires_at=soon())):
        assert "X-Amz-Signature=" in store.read_address(signed)


def test_the_bucket_can_be_part_of_the_host(bucket):
    store = S3(replace(bucket, base_url="https://s3.example.com", name="media", path_style=False))
    url = store.upload_address("incoming/a.jpg", content_type="image/jpeg", size=1, expires_at=soon()).url
    assert url.startswith("https://media.s3.example.com/incoming/a.jpg?")
