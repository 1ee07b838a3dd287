"""What every store does: the same calls on a local folder, a real S3 server, and Cloudinary's stub."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from metaia.providers.errors import Technical
from metaia.providers.storage import keys
from metaia.providers.storage.interface import Store


def stored_bytes(store: Store, key: str, file: Path, limit: int = 1_000_000) -> bytes | None:
    target = file.with_name("fetched")
    target.unlink(missing_ok=True)
    return target.read_bytes() if store.fetch(key, target, limit=limit) else None


def new_key(*, public: bool = False, extension: str = "webp") -> str:
    return f"{keys.new_prefix(public=public)}/full.{extension}"


@pytest.mark.parametrize("public", [True, False], ids=["public", "private"])
@pytest.mark.parametrize(
    ("extension", "content_type"), [("webp", "image/webp"), ("jpg", "image/jpeg"), ("pdf", "application/pdf")]
)
def test_an_object_is_stored_found_read_and_deleted(store, file, public, extension, content_type):
    key = new_key(public=public, extension=extension)
    assert store.find(key) is None
    assert stored_bytes(store, key, file) is None
    store.put(key, file, content_type)
    found = store.find(key)
    assert (found.key, found.size) == (key, 5000)
    assert abs(found.modified_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert stored_bytes(store, key, file) == file.read_bytes()
    store.delete(key)
    assert store.find(key) is None
    assert stored_bytes(store, key, file) is None


def test_a_second_deletion_is_a_success(store, file):
    key = new_key()
    store.put(key, file, "image/webp")
    store.delete(key)
    store.delete(key)
    store.delete(new_key(extension="pdf"))


@pytest.mark.parametrize("limit", [0, 1, 4998, 4999, 5000, 5001])
def test_a_fetch_reads_one_byte_more_than_its_limit(store, file, limit):
    key = new_key()
    store.put(key, file, "image/webp")
    assert stored_bytes(store, key, file, limit) == file.read_bytes()[: limit + 1]


def test_objects_are_listed_by_prefix(store, file):
    prefix, other = keys.new_prefix(public=False), keys.new_prefix(public=True)
    made = {f"{prefix}/full.webp", f"{prefix}/full_jpeg.jpg", f"{prefix}/original.pdf"}
    for key in (*made, f"{other}/full.webp"):
        store.put(key, file, "application/octet-stream")
    assert {each.key for each in store.listed(f"{prefix}/")} == made
    assert made | {f"{other}/full.webp"} <= {each.key for each in store.listed()}
    assert all(each.size == 5000 for each in store.listed(f"{prefix}/"))
    assert list(store.listed(f"{keys.new_prefix(public=True)}/")) == []


@pytest.mark.parametrize(
    "key", ["", "private/../public/x.webp", "private//x.webp", "private/a\nb.webp", "a" * 201]
)
def test_a_key_that_addresses_would_change_is_refused(store, file, key):
    for call in (store.find, store.delete, lambda key: store.put(key, file, "image/webp")):
        with pytest.raises(Technical):
            call(key)
