"""The interface of stores. Addresses are computed without a network call; everything else may wait for a vendor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from metaia.providers.storage.keys import INCOMING

__all__ = ["INCOMING", "ReadAddress", "Store", "Stored", "UploadAddress"]


@dataclass(frozen=True)
class Stored:
    """One object in a store. `size` is in bytes."""

    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True)
class ReadAddress:
    """What to serve: the object at `key`, as `content_type`, until `expires_at`; without it the address is public.

    `filename` makes the answer a download with that name. Only a key under `public/` has a public address.
    """

    key: str
    content_type: str
    expires_at: datetime | None = None
    filename: str | None = None


@dataclass(frozen=True)
class UploadAddress:
    """What a client must send to upload exactly `size` bytes of `content_type` to `key` itself.

    With PUT the body is the file, and `headers` are sent with it. With POST the body is multipart/form-data: `fields`,
    then the file in the part `file`.
    """

    method: str
    url: str
    headers: dict[str, str]
    expires_at: datetime
    fields: dict[str, str] = field(default_factory=dict)


class Store(Protocol):
    """One store. All methods but the two for addresses raise Temporary, Permanent or Technical of providers/errors.

    Keys are those of providers/storage/keys.py; their first part states whether an object is public.
    """

    name: str

    def put(self, key: str, file: Path, content_type: str) -> None:
        """Store the bytes of `file` at `key`; the object appears complete or not at all."""

    def fetch(self, key: str, file: Path, *, limit: int) -> bool:
        """Write the object's first `limit` + 1 bytes to `file`; return False if there is no object."""

    def find(self, key: str) -> Stored | None:
        """Return the object at `key`, or None."""

    def delete(self, key: str) -> None:
        """Delete the object and the copies in the vendor's caches; no object is success."""

    def listed(self, prefix: str = "") -> Iterator[Stored]:
        """Yield all objects with a key that begins with `prefix`, page by page."""

    def read_address(self, wanted: ReadAddress) -> str:
        """Return an address of the object."""

    def upload_address(
        self, key: str, *, content_type: str, size: int, expires_at: datetime
    ) -> UploadAddress:
        """Return what a client must send; the store refuses another type, and anything after `expires_at`.

        It refuses another size too; Cloudinary cannot, so `find` must be compared after every direct upload.
        """

    def close(self) -> None:
        """Close the kept connections."""
