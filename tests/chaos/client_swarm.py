"""Many clients in a process of their own: `python -m tests.chaos.client_swarm plan.json`.

They connect, and resume from their cursors whenever they are disconnected. The record has a line `in` when all are
connected, `back` when all have been disconnected and have caught up, and at the end the numbers that each received.
Half of them use Socket.IO, half plain WebSockets. They cost little CPU time, so that the server is what is tested.
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
PATIENCE = 60.0  # seconds for the next byte, and for all clients to receive the last event


def frame(text: str) -> bytes:
    """Return a text frame whose mask of zeros leaves the text as it is."""
    return struct.pack("!BBH4x", 0x81, 0x80 | 126, len(text)) + text.encode()


class SwarmClient:
    """One client: stores the numbers it received, how often it was disconnected, and whether it has caught up since."""

    def __init__(self, plan: dict[str, Any], number: int) -> None:
        tokens = plan["tokens"]
        self.port, self.last = urlsplit(plan["url"]).port or 80, plan["last"]
        self.token, self.plain = tokens[number % len(tokens)], number % 2 == 0
        self.cursor: str | None = None
        self.numbers: list[int] = []
        self.cuts, self.resyncs, self.caught_up = 0, 0, False
        self.ends: list[float] = []  # when it was disconnected

    def run(self) -> None:
        """Listen until the last event, and reconnect as often as necessary."""
        while self.last not in self.numbers:
            try:
                self.listen()
            except OSError:
                self.caught_up = False
                self.cuts += 1
                self.ends.append(round(time.time(), 2))
                gevent.sleep(0.05)

    def listen(self) -> None:
        """Connect, and handle messages until disconnected."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as wire:
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
                        self.handle(wire, got[start:size].decode())
                    got = got[size:]
                if self.last in self.numbers:
                    return
                got = self._more(wire, got)

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

    def handle(self, wire: socket.socket, text: str) -> None:
        """Answer protocol messages, and receive events."""
        if self.plain:
            message = json.loads(text)
            self.receive(message["type"], message["data"])
        elif text.startswith("0{"):
            wire.sendall(frame("40" + json.dumps({"token": self.token, "cursor": self.cursor})))
        elif text == "2":
            wire.sendall(frame("3"))
        elif text.startswith("42"):
            self.receive(*json.loads(text[2:]))

    def receive(self, name: str, data: dict[str, Any]) -> None:
        """Store an event, then move the cursor."""
        if name == "sync":
            self.resyncs += data["resync"]
            self.caught_up = data["complete"]
        elif "number" in data.get("data", ()):
            self.numbers.append(data["data"]["number"])
        self.cursor = data.get("cursor", self.cursor)


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
