"""Reads the file of an upload: the one file of a multipart form, or the bytes of the body."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import gevent
from flask import current_app, request
from gevent.lock import BoundedSemaphore
from marshmallow import ValidationError
from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

from metaia.core import json
from metaia.core.errors import Invalid, Unavailable, Unreadable, declare, flatten
from metaia.core.http import bodies
from metaia.core.json import Json
from metaia.core.text import filenames
from metaia.media.kinds import Kind
from metaia.media.models import PART_SIZE
from metaia.media.receiving.schemas import Fields
from metaia.media.receiving.spool import Spool

UNDER_WAY = BoundedSemaphore(64)  # uploads that this process reads: a slow one may take minutes
PIECE = 32 * 1024  # bytes of one read
MAX_FIELD = 64 * 1024  # bytes of a field, and of the headers of a part
MAX_PARTS = 10
FILE = "file"
declare({"one_file": "The form must have exactly one file, with the name `file`."})


@dataclass(frozen=True)
class Upload:
    """A received file, and the other fields of its request."""

    spool: Spool
    filename: str
    folder: str
    alt: str | None
    visibility: str | None

    @property
    def identity(self) -> bytes:
        """What makes a repeated request the same one: the bytes of the file and its fields."""
        fields = {
            "folder": self.folder,
            "alt": self.alt,
            "filename": self.filename,
            "visibility": self.visibility,
        }
        return self.spool.sha256 + json.canonical(fields)


class Source:
    """The request's body, read in pieces; after each part of the file other greenlets have a turn."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._read = 0

    def read(self, size: int = PIECE) -> bytes:
        """Return the next bytes, none at the end. Raises TooSlow."""
        data: bytes = self._stream.read(size)
        before, self._read = self._read, self._read + len(data)
        if before // PART_SIZE != self._read // PART_SIZE:
            gevent.sleep(0)
        return data


@contextmanager
def received(kind: Kind, query: Json) -> Iterator[Upload]:
    """Read the upload of the current request; its bytes are deleted at the end of the block.

    Raises Unavailable (too many uploads are under way), Unreadable (a broken form), TooLarge, UnsupportedMedia,
    TooSlow, and Invalid (`empty`, `one_file`, fields).
    """
    with under_way():
        bodies.require_uncompressed(request)
        mimetype, options = parse_options_header(request.headers.get("Content-Type"))
        with _Spools(kind, declared=mimetype, filename=query["filename"]) as spools:
            if mimetype == "multipart/form-data":
                yield _form(spools, options.get("boundary", ""), query)
            else:
                yield _bytes(spools, query)


@contextmanager
def under_way() -> Iterator[None]:
    """Count an upload while its body is read. Raises Unavailable if too many are."""
    if not UNDER_WAY.acquire(blocking=False):
        raise Unavailable("Too many uploads are under way; try again in a moment.", retry_after=2)
    try:
        yield
    finally:
        UNDER_WAY.release()


class _Spools:
    """Opens the spools of one upload: exactly one."""

    def __init__(self, kind: Kind, *, declared: str, filename: str) -> None:
        self._kind, self._declared, self._filename = kind, declared, filename
        self._opened: list[Spool] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for spool in self._opened:
            spool.close()

    def open(
        self,
        total_content_length: int | None = None,  # noqa: ARG002 - Werkzeug's protocol
        content_type: str | None = None,
        filename: str | None = None,
        content_length: int | None = None,  # noqa: ARG002
    ) -> Any:
        """Return a new spool, as a stream factory of Werkzeug. Raises Invalid for a second file."""
        if self._opened:
            raise _one_file()
        declared = self._declared if content_type is None else content_type.partition(";")[0].strip()
        spool = Spool(
            self._kind,
            declared=declared.lower(),
            filename=self._filename if filename is None else filename,
            folder=_folder(),
        )
        self._opened.append(spool)
        return spool

    def finished(self) -> Spool:
        """Return the one spool, which is complete. Raises Invalid and UnsupportedMedia."""
        if not self._opened:
            raise _one_file()
        [spool] = self._opened
        spool.finish()
        return spool


def _form(spools: _Spools, boundary: str, query: Json) -> Upload:
    parser = MultiPartParser(
        stream_factory=spools.open,
        max_form_memory_size=MAX_FIELD,
        max_form_parts=MAX_PARTS,
        buffer_size=PIECE,
    )
    try:
        if not boundary:
            raise ValueError("no boundary")
        fields, files = parser.parse(Source(request.stream), boundary.encode("ascii"), None)  # type: ignore[arg-type]
    except ValueError as error:
        raise Unreadable(f"The form cannot be read: {error}.", code="unreadable_upload") from None
    spool = spools.finished()
    if [*files] != [FILE]:
        raise _one_file()
    repeated = [name for name, values in fields.lists() if len(values) > 1]
    if repeated:
        raise Invalid(details={name: ["Given more than once."] for name in repeated})
    return _upload(spool, _folder_of(query) | {name: text for name, text in fields.items() if text.strip()})


def _bytes(spools: _Spools, query: Json) -> Upload:
    source, spool = Source(request.stream), spools.open()
    while data := source.read():
        spool.write(data)
    return _upload(spools.finished(), _folder_of(query))


def _folder_of(query: Json) -> Json:
    return {"folder": query["folder"]} if "folder" in query else {}


def _upload(spool: Spool, given: Json) -> Upload:
    try:
        fields = Fields().load(given)
    except ValidationError as error:
        raise Invalid(details=flatten(error.messages)) from None
    extensions = spool.kind.extensions(spool.content_type)
    name = filenames.safe(spool.filename, default=spool.kind.name, extensions=extensions)
    return Upload(spool, name, fields["folder"], fields["alt"], fields["visibility"])


def _one_file() -> Invalid:
    return Invalid("Send exactly one file, as `file`; several files are several requests.", code="one_file")


def _folder() -> str | None:
    """Return where spooled files are: in METAIA_HOME if there is one, else in the system's temporary folder."""
    home = Path(current_app.config["METAIA_HOME"])
    return str(home) if home.is_dir() else None
