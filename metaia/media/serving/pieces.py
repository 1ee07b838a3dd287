"""A file that threads read, because the file system would block the event loop."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from metaia.core import threads


class ThreadedFile:
    """The part of a binary file that `werkzeug.wsgi.FileWrapper` needs. It opens with the first read: HEAD has none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._position = 0

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes from the position on; the event loop goes on while a thread reads."""
        piece: bytes = threads.call(self._read, size)
        self._position += len(piece)
        return piece

    def seekable(self) -> bool:
        """Return that `seek` works."""
        return True

    def seek(self, position: int) -> int:
        """Set the position of the next read."""
        self._position = position
        return position

    def tell(self) -> int:
        """Return the position of the next read."""
        return self._position

    def close(self) -> None:
        """Close the file, if it is open."""
        if self._file is not None:
            self._file.close()

    def _read(self, size: int) -> bytes:
        if self._file is None:
            self._file = self._path.open("rb")
        self._file.seek(self._position)
        return self._file.read(size)
