"""Web Push: encrypted for the browser (RFC 8291), signed by us (VAPID, RFC 8292), sent to its push service (RFC 8030).

The address comes from the user, so only push services that we know are called: no private address, no http, nobody
who would keep a worker waiting.
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
from metaia.providers.http import Http, OverHttp, failure, taken
from metaia.providers.messaging.interface import Push, Sent
from metaia.providers.messaging.push_endpoints import known

CURVE = ec.SECP256R1()
LIFE = 86_400  # seconds for which a message waits for its browser; the default of many libraries, 0, loses it
SIGNED_FOR = 3600  # seconds; 24 hours at most
GONE = {404, 410}


class WebPush(OverHttp):
    """`private_key` is the VAPID key, 32 bytes in base64url; `contact` is a mailto: address for the push services."""

    name, channel = "webpush", "push"
    kinds: tuple[str, ...] = ("webpush",)

    def __init__(self, private_key: str, contact: str, services: Sequence[str]) -> None:
        self._key, self._public = _key(private_key), public_key(private_key)
        self._contact, self._services = contact, services
        self.http = Http("", Vapid(self))

    def send(self, message: Push) -> Sent:
        """Send; a subscription that has ended, or never was one, is Permanent."""
        if not known(message.token, self._services):
            raise Permanent("its address is not that of a push service we know", gone=True)
        answer = self.http.post(message.token, data=_encrypted(message), headers=_headers(message))
        if taken(answer):
            return Sent(None, str(answer.status_code))
        if answer.status_code in GONE or answer.status_code == 413:
            raise Permanent(str(answer.status_code), gone=answer.status_code in GONE)
        raise failure(answer)

    def signature(self, endpoint: str) -> str:
        """Return the Authorization header for an endpoint."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + SIGNED_FOR,
            "sub": self._contact,
        }
        return f"vapid t={jwt.encode(claims, self._key, algorithm='ES256')}, k={self._public}"


class Vapid(AuthBase):
    """Signs each request for the push service that it goes to."""

    def __init__(self, signer: WebPush) -> None:
        self._signer = signer

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._signer.signature(str(request.url))
        return request


@cache
def public_key(private_key: str) -> str:
    """Return what a page gives to its browser as `applicationServerKey`."""
    return _text(_point(_key(private_key).public_key()))


def _key(private_key: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unpadded(private_key)), CURVE)


def unpadded(text: str) -> bytes:
    """Decode base64url, which these standards write without padding. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encrypted(message: Push) -> bytes:
    """Encrypt what the service worker of the page gets, with a key of this message's own."""
    content = {"title": message.title, "body": message.body, "data": message.data, "tag": message.key}
    try:
        sealed: bytes = http_ece.encrypt(
            json.dumps(content, ensure_ascii=False).encode(),
            private_key=ec.generate_private_key(CURVE),
            dh=unpadded(message.keys["p256dh"]),
            auth_secret=unpadded(message.keys["auth"]),
        )
    except (KeyError, TypeError, ValueError, http_ece.ECEException):
        raise Permanent("the keys of the subscription are not keys", gone=True) from None
    return sealed


def _headers(message: Push) -> dict[str, str]:
    """Topic lets a second copy of a message replace the first while the browser is away."""
    return {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LIFE),
        "Urgency": "high" if message.urgent else "normal",
        "Topic": message.key.replace("-", ""),
    }


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
