"""How vendors sign what they send: pure functions, which raise Refused, and nothing else, whatever they are given."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit, urlunsplit

import jwt
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt.types import Options
from werkzeug.datastructures import Headers

from metaia.webhooks.vendors.interface import Refused

PORTS = {"http": 80, "https": 443}
LONGEST_ID = 100
UNTIMED: Options = {
    "require": ["iat", "payload_hash"],
    "verify_iat": False,
    "verify_aud": False,
}  # `fresh` asks
MOST_SIGNATURES = 20  # in one header; keys are not rotated more often than that


def twilio(
    token: str, url: str, fields: Iterable[tuple[str, str]] | None, body: bytes, signature: str
) -> None:
    """Check `X-Twilio-Signature`: HMAC-SHA1 of our URL and all form fields, sorted; or of a URL with the body's hash.

    `fields` is None for a body that is no form. Twilio signs the URL with a port or without one, as it likes.
    """
    hashes = parse_qs(urlsplit(url).query).get("bodySHA256")
    if hashes:
        if not same(hashes[0], hashlib.sha256(body).hexdigest()):
            raise Refused("the body is not the one of bodySHA256")
        signed = ""
    elif fields is None:
        raise Refused("nothing signs the body")
    else:
        signed = "".join(name + value for name, value in sorted(set(fields)))
    wanted = [
        b64encode(hmac.digest(token.encode(), (address + signed).encode(), "sha1")).decode()
        for address in _with_and_without_port(url)
    ]
    if not any([same(signature, each) for each in wanted]):  # noqa: C419 - all of them, so that time tells nothing
        raise Refused("the signature is wrong")


def sendgrid(public_key: str, timestamp: str, body: bytes, signature: str) -> None:
    """Check a signed event webhook: ECDSA (P-256, SHA-256) over the timestamp's text and the body."""
    key = _public_key(public_key)
    try:
        key.verify(b64decode(signature, validate=True), timestamp.encode() + body, ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        raise Refused("the signature is wrong") from None


def vonage(secret: str, authorization: str, body: bytes, *, moment: datetime, tolerance: timedelta) -> None:
    """Check a signed webhook of the Messages API: a bearer token (JWT, HS256) that has the hash of the body in it."""
    token = authorization.removeprefix("Bearer ")
    claims: dict[str, object]
    try:
        claims = jwt.decode(token, secret, algorithms=["HS256"], options=UNTIMED)
    except (jwt.PyJWTError, ValueError):
        raise Refused("the token is wrong") from None
    fresh(str(claims["iat"]), moment, tolerance)
    if not same(str(claims["payload_hash"]).lower(), hashlib.sha256(body).hexdigest()):
        raise Refused("the body is not the one that was signed")


def standard(secret: str, headers: Headers, body: bytes, *, moment: datetime, tolerance: timedelta) -> str:
    """Check a call by Standard Webhooks 1.0.0 with a symmetric key (`whsec_…`); return its id."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    call_id, timestamp, signatures = (headers.get(name, "") for name in names)
    if not call_id.isascii() or "." in call_id or not 1 <= len(call_id) <= LONGEST_ID:
        raise Refused("there is no webhook-id")
    fresh(timestamp, moment, tolerance)
    signed = f"{call_id}.{timestamp}.".encode() + body
    wanted = b64encode(hmac.digest(_bytes_of(secret), signed, "sha256")).decode()
    given = [each.partition(",") for each in signatures.split(" ")[:MOST_SIGNATURES]]
    if not any([version == "v1" and same(text, wanted) for version, _, text in given]):  # noqa: C419
        raise Refused("no signature is right")
    return call_id


def fresh(timestamp: str, moment: datetime, tolerance: timedelta) -> None:
    """Check that seconds since 1970, as text, are not further from `moment` than `tolerance`, before or after it."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Refused("there is no timestamp")
    if abs(int(timestamp) - moment.timestamp()) > tolerance.total_seconds():
        raise Refused("the timestamp is too old, or in the future")


def same(given: str, wanted: str) -> bool:
    """Compare two texts in a time that says nothing of where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def _with_and_without_port(url: str) -> list[str]:
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    port = parts.port or PORTS.get(parts.scheme, 443)
    return list(
        dict.fromkeys(
            [
                url,
                urlunsplit(parts._replace(netloc=host)),
                urlunsplit(parts._replace(netloc=f"{host}:{port}")),
            ]
        )
    )


@lru_cache(maxsize=8)
def _public_key(text: str) -> EllipticCurvePublicKey:
    try:
        key = load_der_public_key(b64decode(text, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        raise Refused("our own setting is no public key") from None
    if not isinstance(key, EllipticCurvePublicKey):
        raise Refused("our own setting is no public key for ECDSA")
    return key


def _bytes_of(secret: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:
        raise Refused("our own setting is no whsec_ secret")
    return key
