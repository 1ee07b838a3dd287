"""SECRET_KEY and its predecessors: the current key signs and encrypts, all keys verify and decrypt (key rotation)."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import current_app
from itsdangerous import URLSafeSerializer


def current_key() -> str:
    """Return the key that signs and encrypts."""
    key: str = current_app.config["SECRET_KEY"]
    return key


def all_keys() -> list[str]:
    """Return all keys that verify and decrypt, the current one first."""
    return [current_key(), *current_app.config["SECRET_KEY_PREVIOUS"]]


def signer(purpose: str, serializer: Any = None) -> URLSafeSerializer:
    """Return a serializer that signs texts for one purpose with the current key, and verifies with all keys."""
    keys = all_keys()[::-1]  # itsdangerous signs with the last one
    how = {"digest_method": hashlib.sha256}  # its default is SHA-1
    return URLSafeSerializer(keys, salt=purpose, serializer=serializer, signer_kwargs=how)
