"""Clients of the TypeScript package in a process of Node, driven from Python."""

from __future__ import annotations

import contextlib
import itertools
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Self

import gevent

from metaia.core.json import Json
from tests.support.people import PASSWORD, WAIT, Person
from tools import build_client

FOLDER = Path(__file__).parent


@cache
def dist() -> Path:
    """Return the compiled package, compiled once a run."""
    build_client.build()
    return build_client.CLIENT / "dist"


class Failed(AssertionError):
    """A command was answered with an error."""


class Client:
    """One client in the process: its events, its states, and its functions."""

    def __init__(self, process: Process, name: str, options: Json) -> None:
        self.process, self.name = process, name
        self.lines: list[Json] = []
        process.clients[name] = self
        process.ask(client=name, make=options)

    def call(self, path: str, *given: Any) -> Any:
        """Call a function of the client and return what it resolves to. Raises Failed."""
        return self.process.ask(client=self.name, call=[path, *given])

    def read(self, path: str) -> Any:
        """Return a value of the client."""
        return self.process.ask(client=self.name, read=path)

    def events(self, name: str) -> list[Json]:
        """Return the data of the events that were delivered under `name`."""
        return [line["data"] for line in self.lines if line.get("name") == name]

    @property
    def state(self) -> str:
        return next((line["state"] for line in reversed(self.lines) if "state" in line), "idle")

    def until(self, what: Callable[[Self], Any], seconds: float = WAIT) -> None:
        """Wait until `what` holds."""
        deadline = time.monotonic() + seconds
        while not what(self):
            assert time.monotonic() < deadline, f"{self.name} is {self.state}; {self.lines[-8:]}"
            gevent.sleep(0.01)

    def live(self, person: Person) -> Self:
        """Log in as `person`, connect, and wait until live."""
        self.call("auth.login", {"email": person.user["email"], "password": PASSWORD})
        self.call("connection.start")
        self.until(lambda it: it.state == "live")
        return self


class Process:
    """A process that runs `driver.mjs`."""

    def __init__(self, *arguments: str) -> None:
        command = [str(build_client.NODE), str(FOLDER / "driver.mjs"), str(dist()), *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.clients: dict[str, Client] = {}
        self.answers: dict[int, Json] = {}
        self._numbers = itertools.count()
        self._reader = gevent.spawn(self._read)

    def client(self, url: str, **options: Any) -> Client:
        """Make a client of the server at `url`."""
        return Client(self, f"c{len(self.clients)}", {"baseUrl": url} | options)

    def ask(self, **command: Any) -> Any:
        """Run a command and return its value. Raises Failed."""
        number = next(self._numbers)
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"n": number} | command) + "\n")
        self.process.stdin.flush()
        with gevent.Timeout(40, AssertionError(f"no answer to {command}")):
            while number not in self.answers:
                gevent.sleep(0.003)
        answer = self.answers.pop(number)
        if "failed" in answer:
            raise Failed(answer["failed"])
        return answer["value"]

    def _read(self) -> None:
        assert self.process.stdout
        for text in self.process.stdout:
            line = json.loads(text)
            if "client" in line:
                self.clients[line["client"]].lines.append(line)
            else:
                self.answers[line["n"]] = line

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                if pipe:
                    pipe.close()


@contextlib.contextmanager
def process(*arguments: str) -> Iterator[Process]:
    """Run a process for clients."""
    running = Process(*arguments)
    try:
        yield running
    finally:
        running.close()
