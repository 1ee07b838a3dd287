"""Secrets of endpoints: made here, encrypted as second factors are, and encrypted again with a new SECRET_KEY."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from typing import Any

from sqlalchemy import update

from metaia.auth.second_factor import encryption
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.webhook_endpoints import queries
from metaia.webhook_endpoints.models import EndpointRow

PREFIX = "whsec_"
BYTES = 32
COLUMNS = ("secret", "previous_secret")


def new_secret() -> str:
    """Return a new secret in the form of Standard Webhooks."""
    return PREFIX + b64encode(os.urandom(BYTES)).decode()


def encrypt(secret: str, endpoint_id: str) -> bytes:
    """Return a secret encrypted; it can only be decrypted for the same endpoint."""
    return encryption.encrypt(secret, _owner(endpoint_id))


def key(data: bytes, endpoint_id: str) -> bytes | None:
    """Return the bytes of an encrypted secret, with which bodies are signed; None if no known key decrypts it."""
    secret = encryption.decrypt(data, _owner(endpoint_id))
    return None if secret is None else b64decode(secret.removeprefix(PREFIX))


def reencrypt_all() -> tuple[int, int]:
    """Encrypt all outdated secrets with the current key; return how many, and how many no known key decrypts."""
    after, done, lost = None, 0, 0
    while page := queries.secrets(after):
        with db.transaction():
            counts = [_reencrypt(row, name) for row in page for name in COLUMNS if _is_outdated(row, name)]
        done, lost, after = done + sum(counts), lost + len(counts) - sum(counts), page[-1].id
    return done, lost


def _is_outdated(row: AnyRow, name: str) -> bool:
    data = getattr(row, name)
    return data is not None and encryption.is_outdated(data, _owner(row.id))


def _reencrypt(row: AnyRow, name: str) -> bool:
    """Encrypt a secret again, unless it was replaced since it was read."""
    data = getattr(row, name)
    secret = encryption.decrypt(data, _owner(row.id))
    if secret is None:
        return False
    column: Any = getattr(EndpointRow, name)
    unchanged = (EndpointRow.id == row.id, column == data)
    db.execute(update(EndpointRow).where(*unchanged).values({name: encrypt(secret, row.id)}))
    return True


def _owner(endpoint_id: str) -> str:
    return f"webhook-endpoint-{endpoint_id}"
