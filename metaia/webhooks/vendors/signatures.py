"""Verifying the signatures of vendors: pure functions that raise only VerificationFailed, for any input."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import math
import re
import unicodedata
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

from metaia.webhooks.vendors.interface import VerificationFailed

SHA256_DIGITS = 64  # hexadecimal
DEFAULT_PORTS = {"http": 80, "https": 443}
_BEARER = re.compile(r"bearer +", re.IGNORECASE)  # schemes have no case (RFC 9110)
JWT_OPTIONS: Options = {
    "require": ["iat", "payload_hash"],
    "verify_iat": False,  # `require_fresh` checks it
    "verify_aud": False,
}


def twilio(
    token: str, url: str, fields: Iterable[tuple[str, str]] | None, body: bytes, signature: str
) -> None:
    """Verify `X-Twilio-Signature` (twilio.com/docs/usage/security): a base64 HMAC-SHA1.

    It signs our URL followed by the sorted form fields. For other bodies `fields` is None, and it signs the URL, which
    contains the hash of the body in `bodySHA256`. Twilio signs the URL either with or without its port.
    """
    hashes = parse_qs(urlsplit(url).query).get("bodySHA256")
    if hashes:
        if not is_equal(hashes[0], hashlib.sha256(body).hexdigest()):
            raise VerificationFailed("the body does not match bodySHA256")
        signed = ""
    elif fields is None:
        raise VerificationFailed("the body is not signed")
    else:
        signed = "".join(name + value for name, value in sorted(set(fields)))
    expected = [
        b64encode(hmac.digest(token.encode(), (address + signed).encode(), "sha1")).decode()
        for address in _with_and_without_port(url)
    ]
    if not any([is_equal(signature, each) for each in expected]):  # noqa: C419 - compare all, in constant time
        raise VerificationFailed("the signature is wrong")


def sendgrid(public_key: str, timestamp: str, body: bytes, signature: str) -> None:
    """Verify a signed event webhook: ECDSA (P-256, SHA-256) over the text of the timestamp and the body."""
    key = _public_key(public_key)
    try:
        key.verify(b64decode(signature, validate=True), timestamp.encode() + body, ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        raise VerificationFailed("the signature is wrong") from None


def vonage(
    secret: str, authorization: str, body: bytes, *, received_at: datetime, tolerance: timedelta
) -> None:
    """Verify a webhook of the Messages API: a bearer token (JWT, HS256) that contains the hash of the body."""
    token = _BEARER.sub("", authorization, count=1)
    claims: dict[str, object]
    try:
        claims = jwt.decode(token, secret, algorithms=["HS256"], options=JWT_OPTIONS)
    except (jwt.PyJWTError, ValueError):
        raise VerificationFailed("the token is wrong") from None
    issued = claims["iat"]  # a NumericDate (RFC 7519), which may have decimals
    whole = int(issued) if isinstance(issued, float) and math.isfinite(issued) else issued
    require_fresh(str(whole), received_at, tolerance)
    if not is_equal(str(claims["payload_hash"]).lower(), hashlib.sha256(body).hexdigest()):
        raise VerificationFailed("the body does not match the token")


def cloudinary(
    secret: str, timestamp: str, body: bytes, signature: str, *, received_at: datetime, tolerance: timedelta
) -> None:
    """Verify `X-Cld-Signature`: SHA-1 or SHA-256 of body, timestamp and secret (no HMAC), in hexadecimal."""
    algorithm = hashlib.sha256 if len(signature) == SHA256_DIGITS else hashlib.sha1
    if not is_equal(signature.lower(), algorithm(body + timestamp.encode() + secret.encode()).hexdigest()):
        raise VerificationFailed("the signature is wrong")
    require_fresh(timestamp, received_at, tolerance)


def easypost(secret: str, body: bytes, signature: str) -> None:
    """Verify `X-Hmac-Signature: hmac-sha256-hex=…`: an HMAC of the body. The secret is normalised (NFKD)."""
    key = unicodedata.normalize("NFKD", secret).encode()
    expected = f"hmac-sha256-hex={hmac.digest(key, body, 'sha256').hex()}"
    if not is_equal(signature.strip(), expected):
        raise VerificationFailed("the signature is wrong")


def standard(secret: str, id_: str, timestamp: str, body: bytes, signatures: str) -> None:
    """Verify `Webhook-Signature` (Standard Webhooks): base64 HMACs of `id.timestamp.body`, separated by spaces."""
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = secret.encode()
    signed = f"{id_}.{timestamp}.".encode(errors="replace") + body
    expected = f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
    given = signatures.split(" ")[:20]
    if not id_ or not any([is_equal(each, expected) for each in given]):  # noqa: C419 - in constant time
        raise VerificationFailed("the signature is wrong")


def require_fresh(timestamp: str, received_at: datetime, tolerance: timedelta) -> None:
    """Require that a timestamp, in seconds since the epoch, differs from `received_at` by at most `tolerance`."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise VerificationFailed("there is no timestamp")
    if abs(int(timestamp) - received_at.timestamp()) > tolerance.total_seconds():
        raise VerificationFailed("the timestamp is too old, or in the future", "time")


def is_equal(given: str, expected: str) -> bool:
    """Compare two texts in constant time."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def _with_and_without_port(url: str) -> list[str]:
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    port = parts.port or DEFAULT_PORTS.get(parts.scheme, 443)
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
        raise VerificationFailed("our setting is not a public key") from None
    if not isinstance(key, EllipticCurvePublicKey):
        raise VerificationFailed("our setting is not a public key for ECDSA")
    return key
