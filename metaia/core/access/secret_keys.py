"""SECRET_KEY and those before it: the newest signs and seals, all of them read, so that one can be exchanged."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import current_app
from itsdangerous import URLSafeSerializer


def current_key() -> str:
    """Return the key that signs and seals."""
    key: str = current_app.config["SECRET_KEY"]
    return key


def all_keys() -> list[str]:
    """Return all keys whose signatures and seals hold, the newest first."""
    return [current_key(), *current_app.config["SECRET_KEY_PREVIOUS"]]


def signer(purpose: str, serializer: Any = None) -> URLSafeSerializer:
    """Return what signs texts for one purpose, and reads them again whichever of the keys has signed them."""
    keys = all_keys()[::-1]  # the library signs with the last one
    how = {"digest_method": hashlib.sha256}  # its own is SHA-1
    return URLSafeSerializer(keys, salt=purpose, serializer=serializer, signer_kwargs=how)
