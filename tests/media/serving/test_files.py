"""Files of the local store: signatures, ranges, headers, and the end after a deletion."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
import requests
from flask import Flask

from metaia.core import db
from metaia.core.times import now
from metaia.media import renditions
from metaia.media import service as media_service
from metaia.media.renditions import FULL, ORIGINAL
from metaia.media.serving import addresses
from metaia.providers.storage import registry
from metaia.providers.storage.interface import ReadAddress
from tests.support.people import World
from tests.support.stored_media import content, fetch, locked, stored

PIECE = 256 * 1024


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield


def url_of(person, media, query=""):
    answer = person.get(f"/api/upload/{media.id}/url{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["url"]


def test_a_public_picture_is_kept_by_caches(app: Flask, world: World):
    tailor = world.person("tailor")
    media = stored(app, tailor, folder="menu")
    answer = fetch(world.url, url_of(tailor, media))
    assert answer.content == content(app, media, FULL)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS | {"X-Frame-Options": None}
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Disposition"] == "inline"


HEADERS = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": None,
    "Accept-Ranges": "bytes",
    "Set-Cookie": None,
}


def test_a_private_file_has_an_address_for_ten_minutes(app: Flask, world: World):
    owner = world.person()
    media = stored(app, owner)
    found = owner.get(f"/api/upload/{media.id}/url").json()["data"]
    answer = fetch(world.url, found["url"])
    kind, _, age = answer.headers["Cache-Control"].partition(", max-age=")
    assert (answer.status_code, kind) == (200, "private")
    assert 500 < int(age) <= 600
    assert found["expiresAt"] is not None


def test_an_address_ends_with_its_time(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch):
    owner = world.person()
    media = stored(app, owner)
    monkeypatch.setattr(addresses, "_end", lambda: now() - timedelta(seconds=1))
    answer = fetch(world.url, url_of(owner, media))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "address_expired")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("change", ["key", "until", "type", "signature", "none", "filename", "incoming"])
def test_a_changed_address_is_refused(app: Flask, world: World, change: str):
    owner = world.person()
    media, other = stored(app, owner), stored(app, owner)
    address = url_of(owner, media)
    changed = {
        "key": address.replace(str(media.key), str(other.key)),
        "until": address.replace("until=1", "until=2"),
        "type": address.replace("image%2Fwebp", "text%2Fhtml"),
        "signature": address[:-2],
        "none": address.partition("?")[0],
        "filename": address + "&filename=x.html",
        "incoming": registry.local(app).read_address(ReadAddress("incoming/x.jpg", "image/jpeg")),
    }[change]
    assert changed != address
    answer = fetch(world.url, changed)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "address_refused")


@pytest.mark.parametrize("wanted", ["bytes=0-0", "bytes=100-", "bytes=-7", f"bytes={PIECE - 1}-{2 * PIECE}"])
def test_a_range_of_a_voice_message_is_partial(app: Flask, world: World, wanted: str):
    owner = world.person()
    media = stored(app, owner, kind="voice")
    whole = content(app, media, ORIGINAL)
    answer = fetch(world.url, url_of(owner, media), headers={"Range": wanted})
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start = int(first) if first else len(whole) - int(last)
    end = int(last) if first and last else len(whole) - 1
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(whole)}"
    assert answer.content == whole[start : end + 1]
    assert answer.headers["Content-Disposition"] == "inline"


def test_a_range_behind_the_end_is_416(app: Flask, world: World):
    owner = world.person()
    media = stored(app, owner, kind="voice")
    answer = fetch(world.url, url_of(owner, media), headers={"Range": "bytes=5000000-"})
    assert answer.status_code == 416


def test_head_answers_like_get(app: Flask, world: World):
    owner = world.person()
    address = url_of(owner, stored(app, owner, kind="voice"))
    get, head = fetch(world.url, address), fetch(world.url, address, "HEAD")
    same = ("Content-Type", "Content-Length", "Accept-Ranges", "ETag", "Content-Disposition")
    assert [head.headers[name] for name in same] == [get.headers[name] for name in same]
    assert (head.status_code, head.content) == (200, b"")


def test_an_unchanged_file_is_304(app: Flask, world: World):
    owner = world.person()
    address = url_of(owner, stored(app, owner))
    etag = fetch(world.url, address).headers["ETag"]
    answer = fetch(world.url, address, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("name", ["बिल.pdf", 'a"b\\c.pdf', "plain.pdf", "çé 1%.html"])
def test_a_document_is_a_download_with_its_name(app: Flask, world: World, name: str):
    owner = world.person()
    media = stored(app, owner, kind="document", filename=name)
    answer = fetch(world.url, url_of(owner, media))
    disposition = answer.headers["Content-Disposition"]
    stem = name.rpartition(".")[0]
    assert disposition.startswith('attachment; filename="')
    assert answer.headers["Content-Type"] == "application/pdf"
    if stem.isascii() and '"' not in stem:
        assert disposition == f'attachment; filename="{stem}.pdf"'
    else:
        assert disposition.endswith(f"; filename*=UTF-8''{quote(stem, safe='')}.pdf")


def test_a_picture_is_a_download_if_asked_for(app: Flask, world: World):
    owner = world.person()
    address = url_of(owner, stored(app, owner, filename="IMG_1.JPG"), "?download=true")
    disposition = fetch(world.url, address).headers["Content-Disposition"]
    assert disposition == 'attachment; filename="IMG_1.webp"'


@pytest.mark.parametrize("folder", ["general", "menu"])
def test_an_address_of_a_deleted_file_answers_410(app: Flask, world: World, folder: str):
    tailor = world.person("tailor")
    media = stored(app, tailor, folder=folder)
    address = url_of(tailor, media)
    with db.transaction():
        media_service.delete(locked(media.id))
    assert fetch(world.url, address).status_code == 410
    assert tailor.get(f"/api/upload/{media.id}/url").status_code == 410


def test_a_hidden_picture_is_read_by_staff_only(app: Flask, world: World):
    tailor, admin = world.person("tailor"), world.staff("admin")
    media = stored(app, tailor, folder="menu")
    address = url_of(tailor, media)
    with db.transaction():
        media_service.change(locked(media.id), status="hidden")
    assert fetch(world.url, address).status_code == 410
    assert tailor.get(f"/api/upload/{media.id}/url").status_code == 410
    assert fetch(world.url, url_of(admin, media)).status_code == 200


def test_a_lost_file_is_404(app: Flask, world: World):
    owner = world.person()
    media = stored(app, owner)
    address = url_of(owner, media)
    for rendition in renditions.load(media.renditions).values():
        registry.local(app).delete(rendition.key)
    assert fetch(world.url, address).status_code == 404


@pytest.mark.parametrize(
    "path", ["/media/", "/media/..%2f..%2fetc/passwd?signature=x", "/media/%00?signature=x"]
)
def test_other_paths_serve_nothing(world: World, path: str):
    assert requests.get(world.url + path, timeout=30).status_code in {400, 403, 404}
