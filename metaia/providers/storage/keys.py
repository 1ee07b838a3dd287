"""Keys of stored objects: random, made here, and with a first part that states which clients may read or write them."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath

from metaia.providers.errors import Technical

PUBLIC = "public/"  # a bucket's policy or a CDN may serve these without a signature
PRIVATE = "private/"
INCOMING = "incoming/"  # clients write these with a signed address; nothing under it is ever served
MAX_LENGTH = 200  # characters


def new_prefix(*, public: bool) -> str:
    """Return the prefix of the keys of one media object. It contains 128 random bits, so an address is unguessable."""
    return f"{PUBLIC if public else PRIVATE}{secrets.token_hex(16)}"


def new_incoming(extension: str) -> str:
    """Return a key for bytes that a client sends to the store itself. `extension` is without a dot, as in `jpg`."""
    return f"{INCOMING}{secrets.token_hex(16)}.{extension}"


def is_public(key: str) -> bool:
    """Return whether the object may be read without a signature."""
    return key.startswith(PUBLIC)


def moved(key: str, area: str) -> str:
    """Return the key with another first part, which is PUBLIC or PRIVATE. Raises ValueError for keys of other parts."""
    former, _, rest = key.partition("/")
    if f"{former}/" not in {PUBLIC, PRIVATE}:
        raise ValueError("only public and private keys are moved")
    return f"{area}{rest}"


def prefix(key: str) -> str:
    """Return the prefix that the keys of one media object have in common."""
    return key.rpartition("/")[0]


def extension(key: str) -> str:
    """Return the extension of a key without its dot, in lower case; an empty text if there is none."""
    return PurePosixPath(key).suffix.removeprefix(".").lower()


def check(key: str) -> str:
    """Return `key`. Raises Technical for a key that stores or HTTP clients would change or misread.

    HTTP clients resolve the segments `.` and `..`, and the signature is then of another path.
    """
    segments = key.split("/")
    if len(key) > MAX_LENGTH or not key.isprintable() or {"", ".", ".."} & set(segments):
        raise Technical("the key is empty, too long, or has a segment or character that a path may not have")
    return key
