"""Tokens of public tracking pages: the id of the shipment and an HMAC of it. They are stored nowhere."""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from flask import current_app

from metaia.core.access import secret_keys

ID_BYTES, MAC_BYTES = 16, 14
LENGTH = (ID_BYTES + MAC_BYTES) * 4 // 3


def url(shipment_id: str) -> str:
    """Return the address of the public page of a shipment."""
    return f"{current_app.config['PUBLIC_BASE_URL'].rstrip('/')}/api/track/{of(shipment_id)}"


def of(shipment_id: str) -> str:
    """Return the token of a shipment."""
    raw = UUID(shipment_id).bytes
    return urlsafe_b64encode(raw + _mac(secret_keys.current_key(), raw)).decode()


def read(token: str) -> str | None:
    """Return the id of the shipment of a token, None for a token that is not ours."""
    try:
        found = urlsafe_b64decode(token.encode()) if len(token) == LENGTH and token.isascii() else b""
    except (binascii.Error, ValueError):
        return None
    raw, mac = found[:ID_BYTES], found[ID_BYTES:]
    if len(found) != ID_BYTES + MAC_BYTES:
        return None
    known = [hmac.compare_digest(mac, _mac(key, raw)) for key in secret_keys.all_keys()]
    return str(UUID(bytes=raw)) if any(known) else None


def _mac(key: str, raw: bytes) -> bytes:
    return hmac.digest(key.encode(), b"tracking page " + raw, "sha256")[:MAC_BYTES]
