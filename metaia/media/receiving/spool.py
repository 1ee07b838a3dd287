"""The spool of one upload: its bytes in a temporary file without a name, so that a kill leaves nothing behind."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from metaia.core.errors import Invalid, UnsupportedMedia, declare
from metaia.core.http.bodies import file_too_large
from metaia.media.kinds import DOCUMENT, IMAGE, Kind
from metaia.media.models import PART_SIZE
from metaia.media.receiving import sniffing

HEIC = (
    "This is a HEIC picture, the iPhone's own format. Send JPEG: in the app's picker ask for compatible pictures"
    " (expo-image-picker: `preferredAssetRepresentationMode: Compatible`, or a `quality` below 1), or set the camera"
    " to Most Compatible in the iPhone's settings."
)
declare(
    {
        "empty": "The file has no bytes.",
        "unsupported_image": "The file is no picture of an accepted type; `details` has what was found and accepted.",
        "unsupported_document": "The file is no document of an accepted type; `details` has what was found.",
        "unsupported_audio": "The file is no voice message of an accepted type; `details` has what was found.",
    }
)


class Spool:
    """A file that grows while its body is read: counted, hashed, and refused as soon as it can be.

    Up to PART_SIZE bytes stay in memory. Writing raises TooLarge at the limit of `kind`, and UnsupportedMedia after
    the first bytes of another type.
    """

    def __init__(self, kind: Kind, *, declared: str, filename: str, folder: str | None) -> None:
        self.kind, self.declared, self.filename = kind, declared, filename
        self.content_type = ""
        self.size = 0
        self._hash = hashlib.sha256()
        self._head = b""
        # Not in memory: /tmp may be a tmpfs.
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(PART_SIZE, dir=folder)  # noqa: SIM115 - see close

    def write(self, data: bytes | bytearray) -> int:
        """Add bytes. Raises TooLarge and UnsupportedMedia."""
        self.size += len(data)
        if self.size > self.kind.max_size:
            raise file_too_large(self.kind.max_size)
        if len(self._head) < sniffing.HEAD:
            self._head += bytes(data[: sniffing.HEAD - len(self._head)])
            if len(self._head) == sniffing.HEAD:
                self._recognize()
        self._hash.update(data)
        return self._file.write(data)

    def finish(self) -> None:
        """Check the complete file. Raises Invalid (`empty`) and UnsupportedMedia."""
        if not self.size:
            raise Invalid("The file has no bytes.", code="empty")
        if not self.content_type:
            self._recognize(complete=True)

    def parts(self) -> Iterator[bytes]:
        """Yield the file in parts of PART_SIZE."""
        self._file.seek(0)
        while part := self._file.read(PART_SIZE):
            yield part

    @property
    def sha256(self) -> bytes:
        """The hash of the bytes."""
        return self._hash.digest()

    def close(self) -> None:
        """Delete the bytes."""
        self._file.close()

    def seek(self, position: int, whence: int = 0) -> int:
        """Move in the file; Werkzeug's parser rewinds it at its end."""
        return self._file.seek(position, whence)

    def __getattr__(self, name: str) -> Any:
        """Give Werkzeug the rest of a file's methods."""
        return getattr(self._file, name)

    def _recognize(self, *, complete: bool = False) -> None:
        found = sniffing.sniff(self.kind.name, self._head, declared=self.declared, filename=self.filename)
        if found == sniffing.ZIP and self.kind.name == DOCUMENT:
            if not complete:
                return  # an archive has its directory at its end
            found = sniffing.sniff_archive(self._tail())
        if found not in self.kind.types:
            raise unsupported(self.kind, found)
        self.content_type = found

    def _tail(self) -> bytes:
        self._file.seek(max(0, self.size - sniffing.TAIL))
        return self._file.read(sniffing.TAIL)


def unsupported(kind: Kind, found: str) -> UnsupportedMedia:
    """Return the error for a file of the type `found`, with what `kind` accepts."""
    details = {"found": found, "accepted": list(kind.types)}
    if kind.name == IMAGE:
        text = HEIC if found == "image/heic" else "Send a picture as JPEG, PNG or WebP."
        return UnsupportedMedia(text, code="unsupported_image", details=details)
    if kind.name == DOCUMENT:
        text = "Send a PDF, DOCX or XLSX without macros, a text or CSV in UTF-8."
        return UnsupportedMedia(text, code="unsupported_document", details=details)
    text = "Send a voice message as Ogg or WebM with Opus, M4A, 3GP, MP3, WAV or AMR."
    return UnsupportedMedia(text, code="unsupported_audio", details=details)
