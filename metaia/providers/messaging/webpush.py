"""Web Push: encrypted for the browser (RFC 8291), signed with VAPID (RFC 8292), sent to its push service (RFC 8030).

Endpoints come from users, so the worker calls only known push services. This excludes plain HTTP and
servers that would keep the worker waiting. Their names must lead to public addresses.
"""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from requests import PreparedRequest
from requests.auth import AuthBase

from metaia.providers.errors import Permanent
from metaia.providers.http import HttpProvider, VendorClient, failure, succeeded
from metaia.providers.messaging.interface import Push, Sent
from metaia.providers.messaging.push_endpoints import is_known
from metaia.providers.public_only import restrict

CURVE = ec.SECP256R1()
TTL = 86_400  # seconds for which the push service keeps a message; 0 would lose it if the browser is offline
SIGNATURE_SECONDS = 3600  # at most 24 hours (RFC 8292)
EXPIRED = {404, 410}


class WebPush(HttpProvider):
    """`private_key` is the VAPID key, 32 bytes in base64url. `contact` is a mailto: address for the push services."""

    name, channel = "webpush", "push"
    kinds: tuple[str, ...] = ("webpush",)

    def __init__(self, private_key: str, contact: str, services: Sequence[str]) -> None:
        self._key, self._public = _key(private_key), public_key(private_key)
        self._contact, self._services = contact, services
        self.http = VendorClient("", Vapid(self), name="webpush")
        restrict(self.http.session, services)

    def send(self, message: Push) -> Sent:
        """Send a message. A subscription that has ended, or is invalid, raises Permanent."""
        if not is_known(message.token, self._services):
            raise Permanent("the endpoint does not belong to a known push service", gone=True)
        answer = self.http.post(message.token, data=_encrypted(message), headers=_headers(message))
        if succeeded(answer):
            return Sent(None, str(answer.status_code))
        if answer.status_code in EXPIRED or answer.status_code == 413:
            raise Permanent(str(answer.status_code), gone=answer.status_code in EXPIRED)
        raise failure(answer)

    def signature(self, endpoint: str) -> str:
        """Return the Authorization header for an endpoint (RFC 8292)."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + SIGNATURE_SECONDS,
            "sub": self._contact,
        }
        return f"vapid t={jwt.encode(claims, self._key, algorithm='ES256')}, k={self._public}"


class Vapid(AuthBase):
    """Signs each request for its push service."""

    def __init__(self, signer: WebPush) -> None:
        self._signer = signer

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._signer.signature(str(request.url))
        return request


@cache
def public_key(private_key: str) -> str:
    """Return the `applicationServerKey` that pages pass to the browser."""
    return _text(_point(_key(private_key).public_key()))


def _key(private_key: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode_base64url(private_key)), CURVE)


def decode_base64url(text: str) -> bytes:
    """Decode base64url without padding. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encrypted(message: Push) -> bytes:
    """Encrypt the content for the service worker of the page, with a new key for each message."""
    content = {"title": message.title, "body": message.body, "data": message.data, "tag": message.tag}
    try:
        encrypted: bytes = http_ece.encrypt(
            json.dumps(content, ensure_ascii=False).encode(),
            private_key=ec.generate_private_key(CURVE),
            dh=decode_base64url(message.keys["p256dh"]),
            auth_secret=decode_base64url(message.keys["auth"]),
        )
    except (KeyError, TypeError, ValueError, http_ece.ECEException):
        raise Permanent("the keys of the subscription are invalid", gone=True) from None
    return encrypted


def _headers(message: Push) -> dict[str, str]:
    """Return the headers. With the same `Topic`, a message replaces the earlier one while the browser is offline.

    RFC 8030 allows 32 characters: those of the UUID at the end of the tag.
    """
    return {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL),
        "Urgency": "high" if message.urgent else "normal",
        "Topic": message.tag.replace("-", "")[-32:],
    }


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
