"""A Socket.IO client as JavaScript's library is since 4.6: it sends no cursor, but what it needs to be recovered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from metaia.realtime.clients.progress import Progress
from tests.support.people import WAIT, Person
from tests.support.raw_socket import TEXT, Raw, eio_of


class Stock(Raw):
    """A client that keeps what JavaScript's library since 4.6 keeps: `pid`, and the last argument that is a text."""

    def __init__(self, person: Person, **auth: Any) -> None:
        super().__init__(person.world.url)
        self.until("0{")
        self.send_text("40" + json.dumps({"token": person.token} | auth))
        self.answer: dict[str, Any] = json.loads(self.until("40")[2:])
        self.sent_pid = auth.get("pid")
        self.events: list[list[Any]] = []

    @property
    def pid(self) -> str:
        """Return the id that the server has given."""
        return str(self.answer["pid"])

    @property
    def recovered(self) -> bool:
        """Return whether the server has confirmed the id that was sent, as `socket.recovered`."""
        return self.sent_pid == self.pid

    def sync(self) -> dict[str, Any]:
        """Read events until `sync` is complete, and return its data."""
        while True:
            name, data, *_ = self.event()
            if name == "sync" and data["complete"]:
                return dict(data)

    def event(self) -> list[Any]:
        """Return the next event, and keep it."""
        event: list[Any] = json.loads(self.until("42")[2:])
        self.events.append(event)
        return event

    def numbers(self) -> list[int]:
        """Return the numbers of the events so far."""
        return [event[1]["data"]["number"] for event in self.events if "number" in event[1].get("data", ())]

    def receive(self, *numbers: int) -> list[int]:
        """Read events until those with `numbers` have come; return the numbers of all."""
        while not set(numbers) <= set(self.numbers()):
            self.event()
        return self.numbers()

    def prove(self) -> None:
        """Answer pings until the server knows that everything so far was received."""
        progress = eio_of(self.answer["sid"]).progress
        assert isinstance(progress, Progress)
        received = int(self.events[-1][1]["cursor"].rpartition(".")[2])
        deadline = time.monotonic() + WAIT
        self.wire.settimeout(0.02)
        while progress.proven is None or progress.proven.position < received:
            assert time.monotonic() < deadline, "the receipt is not proven"
            with suppress(TimeoutError):
                if self.next() == (TEXT, b"2"):
                    self.send_text("3")
        self.wire.settimeout(WAIT)

    def next_auth(self) -> dict[str, str]:
        """Lose the connection; return what the library sends when it comes back."""
        self.wire.close()
        offsets = [event[-1] for event in self.events if isinstance(event[-1], str)]
        return {"pid": self.pid} | ({"offset": offsets[-1]} if offsets else {})


Connect = Callable[..., Stock]  # what the fixture `open_client` gives
