"""Addresses of files: what they serve, and what ends them, on every store."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
import requests
from flask import Flask

from metaia.core import db
from metaia.core.times import now
from metaia.dev.stubs.server import Stub
from metaia.media import renditions
from metaia.media import service as media_service
from metaia.media.cleaning import trash
from metaia.media.queries import Media
from metaia.media.renditions import FULL, ORIGINAL, THUMBNAILS
from metaia.media.serving import addresses
from metaia.providers.storage import cloudinary_names
from metaia.providers.storage.interface import Store
from tests.support.people import Person, World
from tests.support.stored_media import content, current, locked, stored

SIZE = 5_000
REFUSED = {400, 401, 403, 404}  # rclone answers 400 where S3 answers 403
SIGNATURES = re.compile(r"(?:signature|Signature)=([^&]+)")


@pytest.fixture
def tailor(world: World) -> Person:
    return world.person("tailor")


def read(address: str, **options: object) -> requests.Response:
    return requests.get(address, timeout=30, **options)  # type: ignore[arg-type]


def url(person: Person, media: Media, query: str = "") -> str:
    answer = person.get(f"/api/upload/{media.id}/url{query}")
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["data"]["url"]
    return found


def delete(media: Media) -> None:
    with db.transaction():
        media_service.delete(locked(media.id))


def test_a_public_picture_is_served_to_everybody(app: Flask, store: Store, tailor: Person) -> None:
    media = stored(app, tailor, folder="menu", size=SIZE)
    shown = tailor.get(f"/api/upload/{media.id}").json()["data"]["media"]
    answer = read(shown["url"])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.content == content(app, media, FULL)
    for name in THUMBNAILS:
        assert read(shown["thumbnails"][name]).content == content(app, media, name)


@pytest.mark.parametrize("kind", ["image", "document", "voice"])
def test_a_private_file_is_served_for_a_while(app: Flask, store: Store, tailor: Person, kind: str) -> None:
    media = stored(app, tailor, kind=kind, size=SIZE)
    found = tailor.get(f"/api/upload/{media.id}/url").json()["data"]
    assert found["expiresAt"] is not None
    answer = read(found["url"])
    assert answer.status_code == 200
    assert answer.content == content(app, media, FULL if kind == "image" else ORIGINAL)
    disposition = answer.headers.get("Content-Disposition", "inline")
    assert disposition.startswith("attachment" if kind == "document" else "inline")


def test_an_address_ends_with_its_time(
    app: Flask, store: Store, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = stored(app, tailor, size=SIZE)
    monkeypatch.setattr(addresses, "_end", lambda: now() - timedelta(seconds=1))
    address = url(tailor, media)
    if store.name == "s3":  # it signs for a second at least
        time.sleep(2.1)
    assert read(address).status_code in REFUSED


def test_an_address_that_was_changed_by_a_bit_is_refused(app: Flask, store: Store, tailor: Person) -> None:
    media, other = stored(app, tailor, size=SIZE), stored(app, tailor, size=SIZE)
    address = url(tailor, media)
    [signature] = SIGNATURES.findall(address)
    changed = {
        address.replace(str(media.key).rpartition("/")[2], str(other.key).rpartition("/")[2]),
        address.replace(signature, chr(ord(signature[0]) ^ 1) + signature[1:]),
        re.sub(r"(until|expires_at|X-Amz-Expires)=(\d)", r"\1=1\2", address),
        address.partition("?")[0],
    }
    assert address not in changed
    assert len(changed) == 4
    assert {read(each).status_code for each in changed} <= REFUSED


@pytest.mark.parametrize("folder", ["general", "menu"])
def test_no_address_ever_given_survives_a_deletion(
    app: Flask, store: Store, tailor: Person, stub: Stub, folder: str
) -> None:
    media = stored(app, tailor, folder=folder, size=SIZE)
    shown = tailor.get(f"/api/upload/{media.id}").json()["data"]["media"]
    given = [shown["url"], *shown["thumbnails"].values(), url(tailor, media, "?format=jpeg&download=true")]
    assert {read(each).status_code for each in given} == {200}
    keys = [rendition.key for rendition in renditions.load(media.renditions).values()]
    delete(media)
    while trash.purge_batch():
        pass
    assert not {read(each).status_code for each in given} - {*REFUSED, 410}
    assert [store.find(key) for key in keys] == [None] * 5
    assert current(media.id).purged_at is not None
    if store.name == "cloudinary":
        names = [cloudinary_names.of(key) for key in keys]
        expected = {(it.resource_type, it.delivery, it.public_id, True) for it in names}
        assert expected <= set(stub.world.destroyed)


def test_a_voice_message_is_read_in_parts(app: Flask, store: Store, tailor: Person) -> None:
    """The stub of Cloudinary has no ranges, and rclone answers 200 with the wanted part."""
    media = stored(app, tailor, kind="voice", size=SIZE)
    answer = read(url(tailor, media), headers={"Range": "bytes=100-199"})
    whole = content(app, media, ORIGINAL)
    assert answer.status_code == (206 if store.name == "local" else 200)
    assert answer.content == (whole if store.name == "cloudinary" else whole[100:200])
