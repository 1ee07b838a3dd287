"""A push service and its browser: `POST /push/{name}` accepts a message encrypted for the browser, and decrypts it."""

from __future__ import annotations

import hashlib
import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import uuid4

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from metaia.core.json import Json
from metaia.dev.stubs.vendor import Answer, Call, SentMessage, World

MAX_BYTES = 4096
DAY = 86_400
PATH = "/push/"


def subscription(origin: str, name: str) -> Json:
    """Return the PushSubscription of the browser `name`: an endpoint and keys, the same at each call."""
    keys = {"p256dh": _text(_point(_key(name).public_key())), "auth": _text(_auth(name))}
    return {"endpoint": f"{origin}{PATH}{name}", "keys": keys}


def push(call: Call, world: World) -> Answer:
    """Accept a push message (RFC 8291), and decrypt it."""
    name, headers = call.path.removeprefix(PATH), call.headers
    if f"{call.origin}{call.path}" in world.gone:
        return Answer(int(world.gone[f"{call.origin}{call.path}"] or 410))
    if not _signed(headers.get("Authorization", ""), call.origin, world):
        return Answer(403, {"reason": "the VAPID credentials are wrong"})
    if not headers.get("TTL", "").isdecimal() or headers.get("Content-Encoding") != "aes128gcm":
        return Answer(400, {"reason": "TTL and Content-Encoding are needed"})
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,32}", headers.get("Topic", "")):
        return Answer(400, {"reason": "Topic is not base64url of at most 32 characters"})
    if len(call.body) > MAX_BYTES:
        return Answer(413)
    try:
        shown = json.loads(http_ece.decrypt(call.body, private_key=_key(name), auth_secret=_auth(name)))
    except (ValueError, http_ece.ECEException):
        return Answer(400, {"reason": "the browser cannot decrypt it"})
    arrived = SentMessage(
        "webpush",
        "push",
        f"{call.origin}{call.path}",
        shown["title"],
        shown["body"],
        shown["tag"],
        "",
        raw=shown,
    )
    return Answer(201, headers={"Location": f"/message/{uuid4().hex}"}, arrived=arrived)


def _signed(authorization: str, origin: str, world: World) -> bool:
    """Return whether the VAPID token (RFC 8292) is signed by the named key, and it is the subscription's."""
    found = re.fullmatch(r"vapid t=([^,]+), ?k=([\w-]+)", authorization)
    ours = ec.derive_private_key(int.from_bytes(_raw(world.settings["VAPID_PRIVATE_KEY"])), ec.SECP256R1())
    if found is None or _raw(found[2]) != _point(ours.public_key()):
        return False
    try:
        claims = jwt.decode(
            found[1], ours.public_key(), algorithms=["ES256"], audience=origin, options={"require": ["exp"]}
        )
    except jwt.InvalidTokenError:
        return False
    return bool(claims["exp"] <= time.time() + DAY and str(claims.get("sub")).startswith("mailto:"))


def _key(name: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(hashlib.sha256(f"key of {name}".encode()).digest()[:31])
    return ec.derive_private_key(number, ec.SECP256R1())


def _auth(name: str) -> bytes:
    return hashlib.sha256(f"secret of {name}".encode()).digest()[:16]


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
