"""`python -m benchmarks.uploading PORT RATE FILE`: clients that upload one file after the other, until they are killed.

Reads the tokens as JSON; each upload is by the next one, so that no quota ends. RATE is in bytes per second and client.
"""

from __future__ import annotations

import http.client
import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

CLIENTS = 8
PIECE = 64 * 1024  # bytes


def main(port: int, rate: float, file: Path) -> None:
    """Upload, and print one letter for each file that was accepted."""
    body, tokens = file.read_bytes(), itertools.cycle(json.load(sys.stdin))
    clients = [threading.Thread(target=_upload, args=(port, rate, body, tokens)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def _upload(port: int, rate: float, body: bytes, tokens: Iterator[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "image/jpeg", "Content-Length": str(len(body))}
    while True:
        named = headers | {"Authorization": f"Bearer {next(tokens)}"}
        connection.request("POST", "/api/upload/image?wait=0", _pieces(body, rate), named)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            sys.exit(f"an upload is answered {answer.status}")
        sys.stdout.write(".")
        sys.stdout.flush()


def _pieces(body: bytes, rate: float) -> Iterator[bytes]:
    begun = time.monotonic()
    for start in range(0, len(body), PIECE):
        time.sleep(max(0.0, begun + start / rate - time.monotonic()))
        yield body[start : start + PIECE]


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
