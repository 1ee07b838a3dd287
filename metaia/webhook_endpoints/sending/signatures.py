"""Signatures of Standard Webhooks: HMAC-SHA256 of `id.timestamp.body` with each valid secret. Pure."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable

VERSION = "v1"


def headers(message_id: str, timestamp: int, body: bytes, keys: Iterable[bytes]) -> dict[str, str]:
    """Return the headers of a call. `timestamp` is of the attempt, in seconds since the epoch."""
    content = f"{message_id}.{timestamp}.".encode() + body
    signed = (b64encode(hmac.digest(key, content, hashlib.sha256)).decode() for key in keys)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"{VERSION},{signature}" for signature in signed),
    }
