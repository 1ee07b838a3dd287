"""Secrets that the database keeps and must be able to say again: AES-256-GCM, with a key made from SECRET_KEY."""

from __future__ import annotations

import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from metaia.core.access import secret_keys

_NONCE = 12  # bytes


def seal(text: str, owner: str) -> bytes:
    """Return `text` encrypted for its row: it cannot be read in the row of another `owner`."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(secret_keys.current_key()).encrypt(nonce, text.encode(), owner.encode())


def unseal(data: bytes, owner: str) -> str | None:
    """Return what was sealed for `owner`, or None if it was not, or with a key that we no longer have."""
    opened = (_opened(secret, data, owner) for secret in secret_keys.all_keys())
    return next((text for text in opened if text is not None), None)


def outdated(data: bytes, owner: str) -> bool:
    """Return whether the newest key does not open this."""
    return _opened(secret_keys.current_key(), data, owner) is None


def _opened(secret: str, data: bytes, owner: str) -> str | None:
    try:
        return _cipher(secret).decrypt(data[:_NONCE], data[_NONCE:], owner.encode()).decode()
    except (InvalidTag, ValueError):
        return None


@cache
def _cipher(secret: str) -> AESGCM:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"metaia sealed").derive(secret.encode())
    return AESGCM(key)
