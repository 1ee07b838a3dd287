"""Profile pictures. `users.avatar` has an address elsewhere, or names a stored file: the store, a colon and its key.

The address of a stored file is computed for each answer, so it follows the settings of the store.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import current_app

from metaia.providers.errors import Technical
from metaia.providers.storage import registry
from metaia.providers.storage.interface import ReadAddress

CONTENT_TYPE = "image/webp"  # of the rendition that is shown


def stored(store: str, key: str) -> str:
    """Return the value of `users.avatar` for a public file in a store."""
    return f"{store}:{key}"


def address(avatar: str | None) -> str | None:
    """Return where a profile picture is read; None without one, and for a store without settings."""
    if avatar is None or _is_elsewhere(avatar):
        return avatar
    store, _, key = avatar.partition(":")
    try:
        return registry.store(current_app, store).read_address(ReadAddress(key, CONTENT_TYPE))
    except Technical:
        return None


def shows(avatar: str | None, given: str | None) -> bool:
    """Return whether `given` is an address of the profile picture, also one of earlier settings or an earlier answer.

    Each address of a stored file has the 128 random bits of its key.
    """
    if avatar is None or given is None or _is_elsewhere(avatar):
        return avatar == given
    return PurePosixPath(avatar.partition(":")[2]).parent.name in given


def _is_elsewhere(avatar: str) -> bool:
    return "://" in avatar
