"""The local store's side of a direct upload: bytes arrive in pieces, under a temporary name, and are stored once."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from flask import Request, current_app

from metaia.core import threads
from metaia.core.errors import Conflict, Forbidden, Gone, TooLarge, Unavailable, Unreadable, declare
from metaia.core.times import now
from metaia.media.direct import queries
from metaia.media.receiving.reading import under_way
from metaia.media.state import PENDING
from metaia.providers.errors import Temporary
from metaia.providers.storage import registry
from metaia.providers.storage.local import Local
from metaia.providers.storage.signed_addresses import Expired, Refused, Upload

PIECE = 256 * 1024  # bytes
FOLDER = "unfinished"  # in the folder of the store
ABANDONED_SECONDS = 86_400.0  # after which what a killed process left is deleted
declare(
    {
        "upload_refused": "The address of the upload is not valid, has expired, or is for another content type.",
        "size_mismatch": "The body has another size than the one that was signed.",
        "already_uploaded": "The file was sent already: complete the upload.",
    }
)


def receive(request: Request, token: str) -> None:
    """Store the body of a request at the key that `token` grants.

    Raises problems with status 400, 403, 409, 410, 413 and 503.
    """
    store = registry.local(current_app)
    upload = _granted(store, token)
    if request.mimetype != upload.content_type:
        raise Forbidden(f"Send Content-Type: {upload.content_type}.", code="upload_refused")
    _check_length(request.content_length, upload.size)
    _require_expected(store, upload)
    with under_way(), _unfinished(store.folder / FOLDER) as path:
        _write(request.stream, path, upload.size)
        _require_expected(store, upload)
        try:
            stored = _in_thread(store.put_once, upload.key, path)
        except Temporary:
            raise Unavailable(
                "The store of files does not answer.", code="storage_unavailable", retry_after=5
            ) from None
    if not stored:  # another request with this address was faster
        raise _sent_already()


def remove_abandoned() -> int:
    """Delete temporary files that killed processes have left; return how many."""
    removed = 0
    for path in (registry.local(current_app).folder / FOLDER).glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                path.unlink()
                removed += 1
    return removed


def _granted(store: Local, token: str) -> Upload:
    try:
        return store.signer.verify_upload(token, at=now())
    except Expired:
        raise Forbidden("The address of the upload has expired.", code="upload_refused") from None
    except Refused:
        raise Forbidden("The address of the upload is not valid.", code="upload_refused") from None


def _check_length(given: int | None, size: int) -> None:
    """Refuse another length before a byte is read. Old phones send none."""
    if given is not None and given > size:
        raise TooLarge(f"The address is for {size} bytes.", details={"limit": size})
    if given is not None and given < size:
        raise _other_size(size)


def _require_expected(store: Local, upload: Upload) -> None:
    """Raise a 410 unless a media object expects the file, and a 409 if the store has it."""
    status = queries.status(upload.key)
    if status is None:
        raise Gone("The upload has expired or was deleted.")
    if status != PENDING or store.path(upload.key) is not None:
        raise _sent_already()


def _sent_already() -> Conflict:
    return Conflict("The file was sent already.", code="already_uploaded")


def _write(stream: IO[bytes], path: Path, size: int) -> None:
    """Write exactly `size` bytes of a stream to `path`."""
    written = 0
    with path.open("xb") as file:
        while piece := stream.read(min(PIECE, size + 1 - written)):
            written += len(piece)
            if written > size:
                raise TooLarge(f"The address is for {size} bytes.", details={"limit": size})
            _in_thread(file.write, piece)
    if written < size:
        raise _other_size(size)


def _other_size(size: int) -> Unreadable:
    return Unreadable(f"The address is for {size} bytes.", code="size_mismatch", details={"expected": size})


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """Yield a temporary name, and delete its file at the end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _in_thread(call: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function of the file system in a thread, because it would block the event loop."""
    return threads.call(call, *arguments)
