"""No answer, event, log line or error of media names a credential, a bucket or a key of the store.

Addresses of files are left out: an address names its object, that of S3 also its bucket and the id of the credentials.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now
from metaia.media import renditions
from metaia.media.cleaning import jobs as cleaning_jobs
from metaia.media.cleaning import reconcile, trash
from metaia.media.cleaning import service as cleaning_service
from metaia.media.queries import Media
from metaia.providers.storage import registry
from metaia.providers.storage.interface import Store
from tests.media.sandbox import documents, pictures, sounds
from tests.support.people import Person, World
from tests.support.stored_media import at, current, put, stored

ADDRESSES = {"url", "thumbnails", "upload"}
UNKNOWN = "00000000-0000-4000-8000-000000000000"
MARK = "marked-secret-of-this-test"
SETTINGS = (
    "SECRET_KEY", "S3_SECRET_ACCESS_KEY", "S3_ACCESS_KEY_ID", "S3_BUCKET", "CLOUDINARY_URL", "METAIA_HOME",
)  # fmt: skip
PARTS = ("test-api-key", "test-api-secret", MARK)  # of CLOUDINARY_URL, and of a wrong one
BROKEN = {
    "local": {"STORAGE_PATH": f"/dev/null/{MARK}"},
    "s3": {"S3_SECRET_ACCESS_KEY": MARK},
    "cloudinary": {"CLOUDINARY_URL": f"cloudinary://test-api-key:{MARK}@demo"},
}


class Seen:
    """What clients and operators have seen, and the routes that were called."""

    def __init__(self, app: Flask) -> None:
        self._adapter = app.url_map.bind("localhost")
        self.texts: list[str] = []
        self.rules: set[tuple[str, str]] = set()
        self.statuses: set[int] = set()

    def add(self, answer: requests.Response) -> requests.Response:
        """Remember an answer without the addresses in it."""
        request = answer.request
        path = str(request.path_url).partition("?")[0]
        rule, _ = self._adapter.match(path, method=str(request.method), return_rule=True)
        self.rules.add((str(request.method), rule.rule))
        self.statuses.add(answer.status_code)
        if answer.headers.get("Content-Type") == "application/json":
            self.texts.append(json.dumps(_without_addresses(answer.json())))
        self.texts.append(str({name: value for name, value in answer.headers.items() if name != "ETag"}))
        return answer


def _without_addresses(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_addresses(each) for name, each in value.items() if name not in ADDRESSES}
    return [_without_addresses(each) for each in value] if isinstance(value, list) else value


def _media_rules(app: Flask) -> set[tuple[str, str]]:
    prefixes = ("/api/upload", "/media/", "/api/admin/users/<id:user_id>/upload-limits")
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(prefixes)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture
def seen(app: Flask) -> Seen:
    return Seen(app)


@pytest.fixture
def tailor(world: World) -> Person:
    return world.person("tailor")


def keys_of(*media: Media) -> set[str]:
    """Return the random parts of all keys of media objects."""
    found = [rendition.key for each in media for rendition in renditions.load(each.renditions).values()]
    found += [str(each.incoming_key) for each in media if each.incoming_key]
    return {key.split("/")[1].partition(".")[0] for key in found}


def call_all(app: Flask, world: World, tailor: Person, seen: Seen) -> list[Media]:
    """Call each route of media, with success and with errors; return the media objects."""
    admin, stranger, url = world.staff("admin"), world.person(), "/api/upload"
    public, private = stored(app, tailor, folder="menu", size=1_000), stored(app, tailor, size=1_000)
    for kind, body in (
        ("image", pictures.encoded(pictures.photo())),
        ("document", documents.pdf()),
        ("voice", sounds.amr()),
    ):
        seen.add(
            tailor.post(
                f"{url}/{kind}?wait=0", data=body, headers={"Content-Type": "application/octet-stream"}
            )
        )
        seen.add(
            tailor.post(
                f"{url}/{kind}?wait=0", data=b"MZ no such file", headers={"Content-Type": "image/heic"}
            )
        )
    signed = {"kind": "image", "filename": "a.jpg", "contentType": "image/jpeg", "size": 1_000}
    pending = seen.add(tailor.post(f"{url}/sign", signed)).json()["data"]["media"]["id"]
    seen.add(tailor.post(f"{url}/sign", signed | {"size": 0}))
    for person in (tailor, stranger, admin):
        for media_id in (public.id, private.id, pending, UNKNOWN):
            seen.add(person.get(f"{url}/{media_id}"))
            seen.add(person.get(f"{url}/{media_id}/url"))
            seen.add(person.patch(f"{url}/{media_id}", {"alt": "A shirt", "expectedVersion": 7}))
            seen.add(person.post(f"{url}/{media_id}/complete"))
        seen.add(person.get(url))
        seen.add(person.get(f"{url}/usage"))
        seen.add(person.get(f"{url}/urls?ids={public.id},{private.id},{UNKNOWN}"))
        seen.add(person.get(f"/api/admin/users/{tailor.id}/upload-limits"))
        seen.add(
            person.put(f"/api/admin/users/{tailor.id}/upload-limits", {"limit": None, "filesLimit": None})
        )
    for action in ("hide", "hide", "show"):
        seen.add(admin.patch(f"{url}/{public.id}/{action}"))
    for path in (f"/media/{public.key}/full.webp", f"/media/{UNKNOWN}"):
        seen.add(requests.get(f"{world.url}{path}?signature=x", timeout=30))
    seen.add(requests.put(f"{world.url}/media/incoming/{MARK}", data=b"x", timeout=30))
    if app.config["STORAGE"] == "local":
        address = tailor.get(f"{url}/{private.id}/url").json()["data"]["url"]
        requests.get(at(world.url, address), timeout=30)
    seen.add(stranger.delete(f"{url}/{private.id}"))
    seen.add(tailor.delete(f"{url}/{private.id}"))
    seen.add(tailor.get(f"{url}/{private.id}"))
    return [public, private, current(pending)]


def break_store(app: Flask, patch: pytest.MonkeyPatch) -> None:
    """Let the store refuse or fail from now on: its errors are logged and shown to staff."""
    for name, value in BROKEN[app.config["STORAGE"]].items():
        patch.setitem(app.config, name, value)
    patch.setitem(app.extensions, registry.EXTENSION, {})


def fail_everywhere(app: Flask, tailor: Person, seen: Seen, media: list[Media]) -> None:
    """Complete, sweep, purge and store with a store that fails."""
    seen.add(tailor.post(f"/api/upload/{media[2].id}/complete"))
    with db.transaction():
        db.execute(text("UPDATE media SET due_at = :at WHERE id = :id"), {"at": now(), "id": media[2].id})
        db.execute(text("UPDATE media_trash SET due_at = now() WHERE media_id = :id"), {"id": media[1].id})
    cleaning_service.sweep_batch()
    trash.purge_batch()
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of any class: its text is what matters
        put(app, "public/x/full.webp", b"RIFF")
    seen.texts.append(f"{caught.value!r} {caught.value}")
    rows = db.fetch_all(text("SELECT error FROM media_trash WHERE error IS NOT NULL"))
    seen.texts.extend(row.error for row in rows)


def test_nothing_that_is_shown_or_logged_names_a_secret(
    app: Flask,
    store: Store,
    world: World,
    tailor: Person,
    seen: Seen,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    socket = tailor.socket()
    media = call_all(app, world, tailor, seen)
    put(app, f"public/{os.urandom(16).hex()}/full.webp", b"RIFF")
    lost = stored(app, tailor, size=1_000)
    for rendition in renditions.load(lost.renditions).values():
        store.delete(rendition.key)
    monkeypatch.setattr(reconcile, "UNKNOWN_KEPT", timedelta(minutes=-1))
    cleaning_jobs.reconcile_from(0, [0, 0, 0])
    with monkeypatch.context() as patch:
        break_store(app, patch)
        fail_everywhere(app, tailor, seen, media)
    seen.texts += [json.dumps(data) for data in socket.wait("upload:updated")]
    # The log of the server began before this test: pytest's own capture has its lines.
    printed = "\n".join(request.config.pluginmanager.getplugin("capturemanager").read_global_capture())
    assert "a stored file is missing" in printed
    assert seen.rules == _media_rules(app)
    assert {200, 201, 202, 403, 404, 409, 410, 415, 422, 503} <= seen.statuses
    secrets = {str(app.config[name]) for name in SETTINGS if app.config.get(name)} | set(PARTS)
    shown = "\n".join([*seen.texts, printed])
    assert [secret for secret in (secrets | keys_of(*media, lost)) if secret in shown] == []
