"""The local store: a folder of this machine, for development and installations of one machine.

An object is written to a temporary name, synced and renamed, so it appears complete or not at all. Its temporary files
carry its name: `delete` of the key removes them too, and nothing stays behind after a kill. The file system is not
cooperative under gevent: a web process calls `put` and `fetch` in its thread pool.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote

from metaia.providers.errors import Technical, Temporary
from metaia.providers.storage import keys
from metaia.providers.storage.interface import ReadAddress, Stored, UploadAddress
from metaia.providers.storage.signed_addresses import AddressSigner, Upload

READ_PATH, UPLOAD_PATH = "/media/", "/media/incoming/"
UNFINISHED = ".part"
PIECE = 256 * 1024  # bytes
MAX_NAME_LENGTH = 230  # bytes; file systems allow 255
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")  # no capitals: some file systems fold them


class Local:
    """Files below `folder`, in two levels by the hash of the key. Addresses begin with `base_url`."""

    name = "local"

    def __init__(self, folder: Path, base_url: str, signer: AddressSigner) -> None:
        self.folder, self.signer = folder, signer
        self._base_url = base_url.rstrip("/")

    def put(self, key: str, file: Path, content_type: str) -> None:  # noqa: ARG002 - addresses state the type
        """Store a copy of `file`; it is on disk when this returns."""
        self._put(key, file, Path.rename)

    def put_once(self, key: str, file: Path) -> bool:
        """Store a copy of `file` unless there is an object, and return whether it was stored."""
        try:
            self._put(key, file, os.link)
        except FileExistsError:
            return False
        return True

    def _put(self, key: str, file: Path, place: Callable[[Path, Path], object]) -> None:
        """Copy `file` to an unfinished name, and let `place` give it the name of the object."""
        path = self._path(key)
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
        with _failures():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with file.open("rb") as source, unfinished.open("xb") as target:
                    shutil.copyfileobj(source, target, PIECE)
                    target.flush()
                    os.fsync(target.fileno())
                place(unfinished, path)
            finally:
                unfinished.unlink(missing_ok=True)
            for folder in (path.parent, path.parent.parent, self.folder):
                _sync(folder)

    def fetch(self, key: str, file: Path, *, limit: int) -> bool:
        """Copy the object's first `limit` + 1 bytes to `file`; return False if there is no object."""
        with _failures():
            try:
                source = self._path(key).open("rb")
            except FileNotFoundError:
                return False
            with source, file.open("wb") as target:
                _copy(source, target, limit + 1)
        return True

    def find(self, key: str) -> Stored | None:
        """Return the object at `key`, or None."""
        return _stored(key, self._path(key))

    def path(self, key: str) -> Path | None:
        """Return the file of an object, or None. It may be deleted at any time; an open file stays readable."""
        path = self._path(key)
        return path if path.is_file() else None

    def delete(self, key: str) -> None:
        """Delete the object and what unfinished calls of `put` have left of it."""
        path = self._path(key)
        with _failures():
            path.unlink(missing_ok=True)
            for unfinished in path.parent.glob(f".{path.name}.*{UNFINISHED}"):
                unfinished.unlink(missing_ok=True)

    def listed(self, prefix: str = "") -> Iterator[Stored]:
        """Yield all objects with a key that begins with `prefix`, in no order."""
        for path in self.folder.glob("??/??/[!.]*"):
            key = unquote(path.name)
            if key.startswith(prefix) and (found := _stored(key, path)):
                yield found

    def read_address(self, wanted: ReadAddress) -> str:
        """Return a signed address; `media/serving` verifies it."""
        query = self.signer.sign_read(wanted)
        return f"{self._base_url}{READ_PATH}{quote(keys.check(wanted.key))}?{query}"

    def upload_address(
        self, key: str, *, content_type: str, size: int, expires_at: datetime
    ) -> UploadAddress:
        """Return a signed address for one PUT; `media/direct` verifies it."""
        token = self.signer.sign_upload(Upload(keys.check(key), content_type, size, expires_at))
        url = f"{self._base_url}{UPLOAD_PATH}{token}"
        return UploadAddress("PUT", url, {"Content-Type": content_type}, expires_at)

    def close(self) -> None:
        """Do nothing: no connection is kept."""

    def _path(self, key: str) -> Path:
        """Return the file of a key: no key leads out of the folder, and no two keys share a file."""
        digest = hashlib.sha256(keys.check(key).encode()).hexdigest()
        name = "".join(each if each in PLAIN else _escaped(each) for each in key)
        if name.startswith("."):
            name = f"%2E{name[1:]}"
        if len(name) > MAX_NAME_LENGTH:
            raise Technical("the key is too long for a file name")
        return self.folder / digest[:2] / digest[2:4] / name


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _copy(source: BinaryIO, target: BinaryIO, left: int) -> None:
    while left > 0 and (piece := source.read(min(PIECE, left))):
        target.write(piece)
        left -= len(piece)


def _stored(key: str, path: Path) -> Stored | None:
    with _failures(), suppress(FileNotFoundError):
        state = path.stat()
        return Stored(key, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))
    return None


def _sync(folder: Path) -> None:
    """Write the entries of a folder to disk: a rename is not durable before."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _failures() -> Iterator[None]:
    """Raise Temporary for errors of the file system: a full disk, a missing mount. Staff see the text: no paths."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise Temporary(f"local store: {error.strerror or type(error).__name__}") from None
