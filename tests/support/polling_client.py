"""A client of Engine.IO that only polls."""

from __future__ import annotations

import json
from collections.abc import Iterable

import requests

from tests.support.people import WAIT, Person, World


class Polling:
    """A client that only polls."""

    def __init__(self, world: World) -> None:
        self.url = world.url + "/socket.io/?EIO=4&transport=polling"
        opened = json.loads(requests.get(self.url, timeout=WAIT).text[1:])
        self.sid: str = opened["sid"]
        self.upgrades: list[str] = opened["upgrades"]
        self.url += f"&sid={self.sid}"
        self.heard: list[str] = []

    def post(self, *packets: str) -> int:
        """Post packets in one request; return the status of its answer."""
        return self.post_body("\x1e".join(packets).encode())

    def post_body(self, body: bytes | Iterable[bytes]) -> int:
        """Post a body as it is, chunked if it is not bytes; return the status."""
        return requests.post(self.url, data=body, timeout=WAIT).status_code

    def poll(self) -> int:
        """Poll once; return the status."""
        answer = requests.get(self.url, timeout=WAIT)
        if answer.ok and answer.text:
            self.heard += answer.text.split("\x1e")
        return answer.status_code

    def until(self, start: str) -> str:
        """Poll until a packet begins with `start`, and return it."""
        while not (found := [text for text in self.heard if text.startswith(start)]):
            assert self.poll() == 200
        return found[0]

    def login(self, person: Person) -> None:
        """Complete the Socket.IO handshake."""
        assert self.post("40" + json.dumps({"token": person.token})) == 200
        self.until('42["sync"')
