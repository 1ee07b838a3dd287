"""Cloudinary: uploads, deletion, the admin API, downloads and delivery of assets, kept in memory, and notifications."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from werkzeug.formparser import parse_form_data

from metaia.core.json import Json
from metaia.dev.stubs import cloudinary_account as account
from metaia.dev.stubs.vendor import Answer, Call, World

SIGNATURE_SECONDS = 3600
RESOURCE_TYPES, TYPES = ("image", "raw", "video"), ("upload", "private", "authenticated")
MAGIC = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG", "webp": b"RIFF"}
CONTENT_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf"}
API = re.compile(r"/v1_1/(?P<cloud>[\w-]+)/(?P<resource_type>\w+)/(?P<action>upload|destroy|download)")
ADMIN = re.compile(r"/v1_1/(?P<cloud>[\w-]+)/resources/(?P<resource_type>\w+)/(?P<type>\w+)(/(?P<id>.+))?")
DELIVERY = re.compile(
    r"(/(?P<cloud>[\w-]+))?/image/upload/s--(?P<signature>[\w-]{8})--/(v\d+/)?(?P<source>.+)"
)
Fields = dict[str, str]


def answer(call: Call, world: World) -> Answer:
    """Answer one call of any API."""
    path, ours = unquote(urlsplit(call.path).path), account.of(world.settings)
    if found := ADMIN.fullmatch(path):
        return _admin(call, world, found) if found["cloud"] == ours.cloud else _refused(404, "unknown cloud")
    if found := API.fullmatch(path):
        fields, file = _fields(call)
        if wrong := _wrong_signature(fields, ours, found["cloud"]):
            return wrong
        if found["resource_type"] not in RESOURCE_TYPES or fields.get("type", "upload") not in TYPES:
            return _refused(400, "Invalid type")
        return ACTIONS[found["action"]](found["resource_type"], fields, file, world)
    return _deliver(path, world, ours)


def _upload(resource_type: str, fields: Fields, file: bytes | None, world: World) -> Answer:
    public_id, delivery = fields.get("public_id", ""), fields.get("type", "upload")
    if file is None or not public_id:
        return _refused(400, "Missing required parameter - file")
    found = next((name for name, magic in MAGIC.items() if file.startswith(magic)), "")
    if resource_type == "image" and not found:
        return _refused(400, "Invalid image file")
    allowed = fields.get("allowed_formats", "").split(",")
    extension = found if resource_type == "image" else public_id.rpartition(".")[2]
    if allowed != [""] and extension not in allowed:
        return _refused(400, f"Image file format {extension} not allowed")
    name, existing = (resource_type, delivery, public_id), False
    if name in world.assets and fields.get("overwrite") == "0":
        existing = True
    else:
        world.assets[name] = (file, account.now())
    about: Json = {**_about(name, world), "existing": existing}
    if url := fields.get("notification_url"):
        content = {"notification_type": "upload", **about}
        threading.Thread(target=_notify_later, args=(world.settings, url, content), daemon=True).start()
    return Answer(200, about)


def _destroy(resource_type: str, fields: Fields, _: bytes | None, world: World) -> Answer:
    name = (resource_type, fields.get("type", "upload"), fields.get("public_id", ""))
    world.destroyed.append((*name, fields.get("invalidate") in {"1", "true"}))
    found = world.assets.pop(name, None)
    if fields.get("invalidate") in {"1", "true"}:
        world.cached.pop(name[2], None)
    return Answer(200, {"result": "ok" if found else "not found"})


def _download(resource_type: str, fields: Fields, _: bytes | None, world: World) -> Answer:
    found = world.assets.get((resource_type, fields.get("type", "upload"), fields.get("public_id", "")))
    if int(fields.get("expires_at") or 2**40) <= time.time():
        return _refused(401, "the address has expired")
    if found is None:
        return _refused(404, "Resource not found")
    disposition = {"Content-Disposition": "attachment"} if fields.get("attachment") else {}
    extension = fields.get("format") or fields["public_id"].rpartition(".")[2]
    return Answer(
        200,
        found[0],
        {"Content-Type": CONTENT_TYPES.get(extension, "application/octet-stream"), **disposition},
    )


ACTIONS = {"upload": _upload, "destroy": _destroy, "download": _download}


def _admin(call: Call, world: World, found: re.Match[str]) -> Answer:
    ours, query = account.of(world.settings), dict(parse_qsl(urlsplit(call.path).query))
    if call.basic() != f"{ours.key}:{ours.secret}":
        return _refused(401, "Invalid credentials")
    if found["id"]:
        name = (found["resource_type"], found["type"], found["id"])
        return (
            Answer(200, _about(name, world))
            if name in world.assets
            else _refused(404, f"Resource not found - {found['id']}")
        )
    names = sorted(
        name
        for name in world.assets
        if name[:2] == (found["resource_type"], found["type"]) and name[2].startswith(query.get("prefix", ""))
    )
    size, first = int(query.get("max_results", "10")), int(query.get("next_cursor", "0"))
    page: Json = {"resources": [_about(name, world) for name in names[first : first + size]]}
    return Answer(200, page | ({"next_cursor": str(first + size)} if len(names) > first + size else {}))


def _deliver(path: str, world: World, ours: account.Account) -> Answer:
    """Serve a public image as the CDN does: its copy stays until a deletion invalidates it."""
    found = DELIVERY.fullmatch(path)
    if found is None or found["cloud"] not in {None, ours.cloud}:
        return _refused(404, "no such address")
    digest = hashlib.sha1((found["source"] + ours.secret).encode()).digest()  # noqa: S324 - Cloudinary's
    if not compare_digest(urlsafe_b64encode(digest).decode()[:8], found["signature"]):
        return _refused(401, "the signature is wrong")
    public_id, _, extension = found["source"].rpartition(".")
    stored = world.assets.get(("image", "upload", public_id))
    if stored:
        world.cached[public_id] = stored[0]
    if public_id not in world.cached:
        return _refused(404, "Resource not found")
    return Answer(200, world.cached[public_id], {"Content-Type": CONTENT_TYPES.get(extension, "image/webp")})


def _fields(call: Call) -> tuple[Fields, bytes | None]:
    """Return the parameters and the file of a call."""
    environ = {
        "REQUEST_METHOD": call.method,
        "CONTENT_TYPE": call.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(call.body)),
        "wsgi.input": io.BytesIO(call.body),
    }
    _, form, files = parse_form_data(environ, stream_factory=_in_memory)
    query = dict(parse_qsl(urlsplit(call.path).query, keep_blank_values=True))
    return query | form.to_dict(), files["file"].read() if "file" in files else None


def _in_memory(
    total_content_length: int | None,  # noqa: ARG001 - the form of werkzeug's factories
    content_type: str | None,  # noqa: ARG001
    filename: str | None,  # noqa: ARG001
    content_length: int | None = None,  # noqa: ARG001
) -> io.BytesIO:
    return io.BytesIO()


def _wrong_signature(fields: Fields, ours: account.Account, cloud: str) -> Answer | None:
    if (cloud, fields.get("api_key")) != (ours.cloud, ours.key):
        return _refused(401, "Invalid api_key")
    given, moment = fields.get("signature", ""), fields.get("timestamp", "")
    algorithm = "sha256" if len(given) == 64 else "sha1"
    if not compare_digest(given.encode(), account.signature(fields, ours.secret, algorithm).encode()):
        return _refused(401, "Invalid Signature. String to sign differs")
    if not moment.isdecimal() or not -60 < time.time() - int(moment) < SIGNATURE_SECONDS:
        return _refused(400, "Stale request")
    return None


def _about(name: tuple[str, str, str], world: World) -> Json:
    content, created_at = world.assets[name]
    found = {"public_id": name[2], "resource_type": name[0], "type": name[1]}
    return {**found, "bytes": len(content), "created_at": created_at, "version": 1}


def _notify_later(settings: Mapping[str, str], url: str, content: Json) -> None:
    try:
        account.notify(settings, url, content)
    except requests.RequestException:
        return  # Cloudinary would retry


def _refused(status: int, message: str) -> Answer:
    return Answer(status, {"error": {"message": message}})
