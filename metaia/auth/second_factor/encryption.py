"""Encryption of stored secrets with AES-256-GCM. The key is derived from SECRET_KEY by HKDF-SHA256."""

from __future__ import annotations

import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from metaia.core.access import secret_keys

_NONCE = 12  # bytes


def encrypt(text: str, owner: str) -> bytes:
    """Return the nonce and the ciphertext of `text`. It can only be decrypted with the same `owner`, its row's id."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(secret_keys.current_key()).encrypt(nonce, text.encode(), owner.encode())


def decrypt(data: bytes, owner: str) -> str | None:
    """Return the text of `data`; None if it was changed, has another `owner`, or was encrypted with an unknown key.

    The known keys are SECRET_KEY and those of SECRET_KEY_PREVIOUS.
    """
    texts = (_decrypt_with(secret, data, owner) for secret in secret_keys.all_keys())
    return next((text for text in texts if text is not None), None)


def is_outdated(data: bytes, owner: str) -> bool:
    """Return whether `data` cannot be decrypted with the current SECRET_KEY."""
    return _decrypt_with(secret_keys.current_key(), data, owner) is None


def _decrypt_with(secret: str, data: bytes, owner: str) -> str | None:
    try:
        return _cipher(secret).decrypt(data[:_NONCE], data[_NONCE:], owner.encode()).decode()
    except (InvalidTag, ValueError):
        return None


@cache
def _cipher(secret: str) -> AESGCM:
    # `info` is part of the key: with another one nothing that is stored could be decrypted.
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"metaia sealed").derive(secret.encode())
    return AESGCM(key)
