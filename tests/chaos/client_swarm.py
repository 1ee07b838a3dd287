"""Many clients in a process of their own: `python -m tests.chaos.client_swarm plan.json`.

They connect, and resume from their cursors whenever they are disconnected. The record has a line `in` when all are
connected, `back` when all have been disconnected and have caught up, and at the end the numbers that each received.
Half of them use Socket.IO, half plain WebSockets. They cost little CPU time, so that the server is what is tested: they
search events for the number and the cursor instead of parsing them, and with a `directory` in the plan they ask the
balancer for a backend's port instead of letting it copy each byte.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import re  # noqa: E402
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
NUMBER, CURSOR = re.compile(rb'"number":\s*(\d+)'), re.compile(rb'"cursor":\s*"([^"]+)"')
SYNCS = (b'{"type":"sync"', b'42["sync"')
PATIENCE = 60.0  # seconds for the next byte, and for all clients to receive the last event


def frame(text: str) -> bytes:
    """Return a text frame whose mask of zeros leaves the text as it is."""
    return struct.pack("!BBH4x", 0x81, 0x80 | 126, len(text)) + text.encode()


class SwarmClient:
    """One client: stores the numbers it received, how often it was disconnected, and whether it has caught up since."""

    def __init__(self, plan: dict[str, Any], number: int) -> None:
        tokens = plan["tokens"]
        self.port, self.last = urlsplit(plan["url"]).port or 80, plan["last"]
        self.directory: int | None = plan.get("directory")
        self.token, self.plain = tokens[number % len(tokens)], number % 2 == 0
        self.cursor: str | None = None
        self.numbers: list[int] = []
        self.cuts, self.resyncs, self.caught_up = 0, 0, False
        self.ends: list[float] = []  # when it was disconnected

    def run(self) -> None:
        """Listen until the last event, and reconnect as often as necessary."""
        while self.last not in self.numbers[-1:]:
            try:
                self.listen()
            except OSError:
                self.caught_up = False
                self.cuts += 1
                self.ends.append(round(time.time(), 2))
                gevent.sleep(0.05)

    def listen(self) -> None:
        """Connect, and handle messages until disconnected."""
        with socket.create_connection(("127.0.0.1", self._backend()), timeout=PATIENCE) as wire:
            resume = f"?cursor={self.cursor}" if self.cursor else ""
            path = f"/ws{resume}" if self.plain else "/socket.io/?EIO=4&transport=websocket"
            wire.sendall(HANDSHAKE.format(path=path, token=self.token).encode())
            _, got = self._more(wire, b"").split(b"\r\n\r\n", 1)
            while True:
                while (size := self._whole(got)) is not None:
                    start = 2 if got[1] < 126 else 4
                    if (
                        got[0] & 0x0F == TEXT
                    ):  # pings need no answer here, and a close frame is followed by the end
                        self.handle(wire, got[start:size])
                    got = got[size:]
                if self.last in self.numbers[-1:]:
                    return
                got = self._more(wire, got)

    def _backend(self) -> int:
        """Return the port to connect to."""
        if self.directory is None:
            return self.port
        with socket.create_connection(("127.0.0.1", self.directory), timeout=PATIENCE) as wire:
            return int(self._more(wire, b""))

    @staticmethod
    def _whole(got: bytes) -> int | None:
        """Return the size of the frame at the start, or None if it is incomplete. No frame is as large as 64 KiB."""
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

    def handle(self, wire: socket.socket, text: bytes) -> None:
        """Answer protocol messages, and receive events."""
        if self.plain or text.startswith(b"42"):
            self.receive(text)
        elif text.startswith(b"0{"):
            wire.sendall(frame("40" + json.dumps({"token": self.token, "cursor": self.cursor})))
        elif text == b"2":
            wire.sendall(frame("3"))

    def receive(self, text: bytes) -> None:
        """Store an event, then move the cursor."""
        if found := NUMBER.search(text):
            self.numbers.append(int(found[1]))
        elif text.startswith(SYNCS):
            message = json.loads(text if self.plain else text[2:])
            sync = message["data"] if self.plain else message[1]
            self.resyncs += sync["resync"]
            self.caught_up = sync["complete"]
        if found := CURSOR.search(text):
            self.cursor = found[1].decode()


def run_swarm(plan: dict[str, Any], record: Any) -> None:
    """Run all clients until they have received the last event; write progress and the result into the record."""
    begun = time.monotonic()
    clients = [SwarmClient(plan, number) for number in range(plan["size"])]
    running = [gevent.spawn(client.run) for client in clients]
    cuts = [-1] * len(clients)
    for word in ("in", "back"):
        while not all(
            client.caught_up and client.cuts > before for client, before in zip(clients, cuts, strict=True)
        ):
            gevent.sleep(0.05)
        cuts = [client.cuts for client in clients]
        record.write(f"{word} {time.monotonic() - begun:.1f}\n")
    gevent.joinall(running, timeout=PATIENCE, raise_error=True)
    received = Counter(json.dumps([client.numbers, client.resyncs]) for client in clients)
    record.write(f"ends {json.dumps(sorted(end for client in clients for end in client.ends))}\n")
    record.write(f"received {json.dumps(received)}\n")


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    planned = json.loads(Path(sys.argv[1]).read_text())
    with Path(planned["record"]).open("w", buffering=1) as written:
        run_swarm(planned, written)
