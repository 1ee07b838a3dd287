"""SECRET_KEY and those before it: the newest signs and seals, all of them read, so that one can be exchanged."""

from __future__ import annotations

from typing import Any

from flask import current_app
from itsdangerous import URLSafeSerializer


def newest() -> str:
    """Return the key that signs and seals."""
    key: str = current_app.config["SECRET_KEY"]
    return key


def every() -> list[str]:
    """Return all keys whose signatures and seals hold, the newest first."""
    return [newest(), *current_app.config["SECRET_KEY_PREVIOUS"]]


def signed(purpose: str, **options: Any) -> URLSafeSerializer:
    """Return what signs texts for one purpose, and reads them again whichever of the keys has signed them."""
    return URLSafeSerializer(every()[::-1], salt=purpose, **options)  # the library signs with the last one
