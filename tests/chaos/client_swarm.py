"""Many clients in a process of their own: `python -m tests.chaos.crowd plan.json`.

They connect, come back with their cursors whenever they are cut, and tell how far they all are: `in` when all of them
listen, `back` when all have been cut and have caught up, then what each of them heard. Half of them speak Socket.IO,
half do not; all are as light as can be, so that the server is what is tested.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import resource  # noqa: E402
import socket  # noqa: E402
import struct  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections import Counter  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402

import gevent  # noqa: E402

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Authorization: Bearer {token}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bWV0YWlhLWNoYW9zIHRlcw==\r\n\r\n"
)
TEXT = 1
PATIENCE = 60.0  # seconds for the next byte, and for all to hear the last event


def frame(text: str) -> bytes:
    """Return a text frame whose mask of zeros leaves the text as it is."""
    return struct.pack("!BBH4x", 0x81, 0x80 | 126, len(text)) + text.encode()


class Guest:
    """One of them: remembers the numbers it heard, how often it was cut, and whether it has caught up since."""

    def __init__(self, crowd: dict[str, Any], number: int) -> None:
        people = crowd["tokens"]
        self.port, self.last = urlsplit(crowd["url"]).port or 80, crowd["last"]
        self.token, self.plain = people[number % len(people)], number % 2 == 0
        self.cursor: str | None = None
        self.numbers: list[int] = []
        self.cuts, self.resyncs, self.caught_up = 0, 0, False

    def run(self) -> None:
        """Listen until the last event, however often one has to come back."""
        while self.last not in self.numbers:
            try:
                self.listen()
            except OSError:
                self.caught_up = False
                self.cuts += 1
                gevent.sleep(0.05)

    def listen(self) -> None:
        """Connect and hear everything until cut."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as wire:
            resume = f"?cursor={self.cursor}" if self.cursor else ""
            path = f"/ws{resume}" if self.plain else "/socket.io/?EIO=4&transport=websocket"
            wire.sendall(HANDSHAKE.format(path=path, token=self.token).encode())
            _, got = self._more(wire, b"").split(b"\r\n\r\n", 1)
            while True:
                while (size := self._whole(got)) is not None:
                    start = 2 if got[1] < 126 else 4
                    if got[0] & 0x0F == TEXT:  # pings need no answer here, and after a close comes the end
                        self.take(wire, got[start:size].decode())
                    got = got[size:]
                if self.last in self.numbers:
                    return
                got = self._more(wire, got)

    @staticmethod
    def _whole(got: bytes) -> int | None:
        """Return the size of the frame at the start, None while it is not all there. None has 64 KiB."""
        if len(got) < 4:
            return None
        size = 2 + got[1] if got[1] < 126 else 4 + int.from_bytes(got[2:4])
        return size if len(got) >= size else None

    @staticmethod
    def _more(wire: socket.socket, got: bytes) -> bytes:
        more = wire.recv(65_536)
        if not more:
            raise ConnectionResetError
        return got + more

    def take(self, wire: socket.socket, text: str) -> None:
        """Answer what must be answered, and hear the rest."""
        if self.plain:
            message = json.loads(text)
            self.hear(message["type"], message["data"])
        elif text.startswith("0{"):
            wire.sendall(frame("40" + json.dumps({"token": self.token, "cursor": self.cursor})))
        elif text == "2":
            wire.sendall(frame("3"))
        elif text.startswith("42"):
            self.hear(*json.loads(text[2:]))

    def hear(self, name: str, data: dict[str, Any]) -> None:
        """Write down what was heard, then move the cursor."""
        if name == "sync":
            self.resyncs += data["resync"]
            self.caught_up = data["complete"]
        elif "number" in data.get("data", ()):
            self.numbers.append(data["data"]["number"])
        self.cursor = data.get("cursor", self.cursor)


def gather(crowd: dict[str, Any], record: Any) -> None:
    """Let them all come, be cut, come back, and hear the last event; write down when, and what they heard."""
    begun = time.monotonic()
    guests = [Guest(crowd, number) for number in range(crowd["size"])]
    running = [gevent.spawn(guest.run) for guest in guests]
    cuts = [-1] * len(guests)
    for word in ("in", "back"):
        while not all(
            guest.caught_up and guest.cuts > before for guest, before in zip(guests, cuts, strict=True)
        ):
            gevent.sleep(0.05)
        cuts = [guest.cuts for guest in guests]
        record.write(f"{word} {time.monotonic() - begun:.1f}\n")
    gevent.joinall(running, timeout=PATIENCE, raise_error=True)
    heard = Counter(json.dumps([guest.numbers, guest.resyncs]) for guest in guests)
    record.write(f"heard {json.dumps(heard)}\n")


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    planned = json.loads(Path(sys.argv[1]).read_text())
    with Path(planned["record"]).open("w", buffering=1) as written:
        gather(planned, written)
