"""ClamAV's daemon over a socket: the command INSTREAM (https://docs.clamav.net/manual/Usage/Scanning.html#clamd)."""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

PORT = 3310
TIMEOUT = 30.0  # seconds, for each step
PIECE = 64 * 1024  # bytes
LONGEST_ANSWER = 1024  # bytes


class ScanUnavailable(Exception):
    """The daemon does not answer, or not with a verdict. The file stays `processing` until it does."""


def is_infected(url: str, file: Path) -> bool:
    """Return whether the daemon at tcp://host:port finds something in `file`. Raises ScanUnavailable."""
    address = urlsplit(url)
    try:
        with socket.create_connection(
            (address.hostname or "127.0.0.1", address.port or PORT), TIMEOUT
        ) as daemon:
            answer = _answer(daemon, file)
    except OSError as error:
        raise ScanUnavailable(f"ClamAV at CLAMD_URL: {error}") from error
    if answer.endswith(b" FOUND"):
        return True
    if answer.endswith(b": OK"):
        return False
    raise ScanUnavailable(f"ClamAV at CLAMD_URL: {answer.decode(errors='replace')[:100]!r}")


def _answer(daemon: socket.socket, file: Path) -> bytes:
    daemon.sendall(b"zINSTREAM\0")
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            daemon.sendall(struct.pack(">I", len(piece)) + piece)
    daemon.sendall(struct.pack(">I", 0))
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER and (more := daemon.recv(LONGEST_ANSWER)):
        answer += more
    return answer.partition(b"\0")[0]
