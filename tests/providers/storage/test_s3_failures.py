"""What the S3 store sends to picky servers, and what it makes of their failures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from metaia.dev.process_registry import free_port
from metaia.providers import http
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.storage import download
from metaia.providers.storage.s3 import S3, Bucket
from tests.providers.storage import picky_server
from tests.providers.storage.picky_server import Picky

KEY = "private/aa/full.webp"


@pytest.fixture
def picky() -> Iterator[Picky]:
    with picky_server.serving() as running:
        yield running


@pytest.fixture
def store(picky: Picky) -> Iterator[S3]:
    made = S3(picky.bucket)
    yield made
    made.close()


def failed(store: S3, file: Path) -> list[Exception]:
    """Return the error of each method."""
    found: list[Exception] = []
    for call in (
        lambda: store.put(KEY, file, "image/webp"),
        lambda: store.fetch(KEY, file.with_name("x"), limit=9),
        lambda: store.find(KEY),
        lambda: store.delete(KEY),
        lambda: list(store.listed()),
    ):
        with pytest.raises((Temporary, Permanent, Technical)) as caught:
            call()
        found.append(caught.value)
    return found


def test_a_call_has_the_hash_of_its_body_and_no_checksum_of_sdks(store, picky, file):
    sent = hashlib.sha256(file.read_bytes()).hexdigest()
    store.put(KEY, file, "image/webp")
    picky.answers = [(200, b"")] * 2
    store.fetch(KEY, file.with_name("fetched"), limit=10)
    store.delete(KEY)
    file.write_bytes(b"")
    store.put(KEY, file, "image/webp")  # 501 if it were sent in chunks
    first, last = picky.calls[0][2], picky.calls[-1][2]
    assert first["x-amz-content-sha256"] == sent
    assert first["content-length"] == "5000"
    assert last["x-amz-content-sha256"] == hashlib.sha256().hexdigest()
    amz = {name for _, _, headers in picky.calls for name in headers if name.startswith("x-amz")}
    assert amz == {"x-amz-content-sha256", "x-amz-date"}


def test_a_deletion_is_repeated_after_500(store, picky):
    picky.answers = [(500, b"<Error><Code>InternalError</Code></Error>"), (204, b"")]
    with pytest.raises(Temporary, match="500 InternalError"):
        store.delete(KEY)
    store.delete(KEY)
    assert [(method, path) for method, path, _ in picky.calls] == [("DELETE", f"/media/{KEY}")] * 2


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "RequestTimeout", Temporary),
        (503, "SlowDown", Temporary),
        (429, "", Temporary),
        (403, "RequestTimeTooSkewed", Technical),
        (301, "PermanentRedirect", Technical),
        (400, "EntityTooLarge", Permanent),
        (404, "NoSuchBucket", Technical),
    ],
)
def test_a_failure_has_its_kind(store, picky, file, status, code, kind):
    picky.answers = [(status, f"<Error><Code>{code}</Code><BucketName>media</BucketName></Error>".encode())]
    with pytest.raises(kind, match=f"{status} {code}".strip()) as caught:
        store.put(KEY, file, "image/webp")
    assert "media" not in str(caught.value)


BILLION = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ListBucketResult><Contents><Key>&b;</Key></Contents>'
HOSTILE = [
    pytest.param(BILLION + b"</ListBucketResult>", id="entities"),
    pytest.param(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', id="external entity"),
    pytest.param(b"", id="empty"),
    pytest.param(b"\xff\xfe<html>", id="no XML"),
    pytest.param(b"<x><Contents><Key>a</Key></Contents></x>", id="no size"),
    pytest.param(
        b"<x><Contents><Size>1</Size><LastModified>soon</LastModified></Contents></x>", id="no time"
    ),
]


@pytest.mark.parametrize("body", HOSTILE)
def test_a_list_that_is_none_is_technical(store, picky, body):
    picky.answers = [(200, body)]
    with pytest.raises(Technical):
        list(store.listed())
    picky.answers = [(400, body)]
    with pytest.raises(Technical, match=r"^400$"):
        store.delete(KEY)


def test_a_list_follows_its_pages(store, picky):
    page = (
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Contents><Key>{0}</Key>'
        "<Size>7</Size><LastModified>2026-11-27T10:00:00.000Z</LastModified></Contents>{1}</ListBucketResult>"
    )
    token = "<NextContinuationToken>a+b/c= &amp;</NextContinuationToken>"
    picky.answers = [(200, page.format("é&amp;", token).encode()), (200, page.format("b", "").encode())]
    assert [each.key for each in store.listed("p/")] == ["é&", "b"]
    assert "continuation-token=a%2Bb%2Fc%3D%20%26" in picky.calls[1][1]
    assert all("prefix=p%2F" in path for _, path, _ in picky.calls)


def test_a_stalled_server_is_given_up(store, picky, file, monkeypatch):
    monkeypatch.setattr(http, "TIMEOUTS", (1.0, 0.2))
    picky.stalls = True
    assert {type(error) for error in failed(store, file)} == {Temporary}


def test_a_server_that_is_down_is_temporary(file):
    store = S3(Bucket(f"http://127.0.0.1:{free_port()}", "media", "auto", "id", "test-secret"))
    errors = failed(store, file)
    assert {type(error) for error in errors} == {Temporary}
    assert not any("127.0.0.1" in str(error) or "media" in str(error) for error in errors)
    address = store.upload_address(
        KEY, content_type="image/webp", size=1, expires_at=datetime.now(UTC) + timedelta(minutes=1)
    )
    assert address.url  # addresses need no call


def test_an_object_that_trickles_is_given_up(store, picky, file, monkeypatch):
    monkeypatch.setattr(download, "MAX_SECONDS", 0.0)
    picky.answers = [(200, b"x" * 100)]
    with pytest.raises(Temporary, match="in time"):
        store.fetch(KEY, file.with_name("x"), limit=1000)
