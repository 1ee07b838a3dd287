"""Two other clients in a process of Node, for comparison: socket.io-client, and the hook of Timing's guide."""

from __future__ import annotations

import json
import subprocess
import time
from typing import Self

import gevent

from metaia.core.json import Json
from tests.clients.proxy import Proxy
from tests.support.people import WAIT, Person
from tools import build_client


class Plain:
    """The process that runs `plain.mjs`, and the lines that it has printed."""

    def __init__(self, proxy: Proxy, person: Person, admin: Person) -> None:
        modules = build_client.packages()
        command = [str(build_client.NODE), "tests/clients/plain.mjs", str(modules), proxy.url, person.token]
        command += [proxy.url.replace("http", "ws"), admin.token]
        self.lines: list[Json] = []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=build_client.ROOT
        )
        self._reader = gevent.spawn(self._read)

    def _read(self) -> None:
        assert self.process.stdout
        for text in self.process.stdout:
            self.lines.append(json.loads(text))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def until(self, state: str, seconds: float = WAIT) -> float:
        """Wait until socket.io-client is `live` or `waiting`; return when it changed, in seconds."""
        deadline = time.monotonic() + seconds
        while (last := self._last()) is None or last["state"] != state:
            assert time.monotonic() < deadline, self.lines[-8:]
            gevent.sleep(0.01)
        return float(last["at"]) / 1000

    def _last(self) -> Json | None:
        return next((line for line in reversed(self.lines) if "state" in line), None)

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()
