"""The bytes of a file before its processing: from `media_parts`, or from the store if the client sent them there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from metaia.media.kinds import DOCUMENT, KINDS
from metaia.media.processing import queries
from metaia.media.queries import Media
from metaia.media.receiving import sniffing
from metaia.media.sandbox.refusal import Refused
from metaia.providers.storage.interface import Store

PIECE = 1024 * 1024  # bytes


class Missing(Exception):
    """The bytes are not there, or not all of them. Another job may have finished, or the store may be late."""


@dataclass(frozen=True)
class Source:
    """A file with its size in bytes and its SHA-256."""

    path: Path
    size: int
    sha256: bytes


def read(media: Media, store: Store, path: Path) -> Source:
    """Write the bytes to `path`. Raises Refused (size_mismatch, hash_mismatch), Missing, errors of the store."""
    if media.incoming_key:
        if not store.fetch(media.incoming_key, path, limit=KINDS[media.kind].max_size):
            raise Missing("the store has no such object")
    else:
        with path.open("wb") as file:
            for part in queries.parts(media.id):
                file.write(part)
    found = _measured(path)
    if media.size is not None and found.size != media.size:
        raise _mismatch(media, "size_mismatch")
    if media.sha256 is not None and found.sha256 != media.sha256:
        raise _mismatch(media, "hash_mismatch")
    return found


def recognized(media: Media, source: Source) -> str:
    """Return the type of bytes that the client has sent to the store, which did not look into them. Raises Refused."""
    with source.path.open("rb") as file:
        head = file.read(sniffing.HEAD)
        found = sniffing.sniff(media.kind, head, declared=media.content_type, filename=media.filename)
        if found == sniffing.ZIP and media.kind == DOCUMENT:
            file.seek(max(0, source.size - sniffing.TAIL))
            found = sniffing.sniff_archive(file.read())
    if found not in KINDS[media.kind].types:
        raise Refused(KINDS[media.kind].unsupported)
    return found


def _mismatch(media: Media, code: str) -> Exception:
    """Return the refusal of what a client has sent to the store. Parts are complete as long as no job has finished."""
    return Refused(code) if media.incoming_key else Missing(code)


def _measured(path: Path) -> Source:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return Source(path, path.stat().st_size, digest.digest())
