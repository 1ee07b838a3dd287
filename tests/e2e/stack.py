"""The web process and the worker as in production, on a database and a Redis of their own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import gevent
import psutil
import psycopg
import requests

from metaia.dev.process_registry import free_port
from metaia.dev.services import private_redis
from tests.e2e.databases import database, migrated
from tests.support import leaks
from tests.support.smtp_server import Mailbox, mailbox

ROOT = Path(__file__).parents[2]
SECONDS = 150.0


class Stack:
    """Starts and stops the two processes; at the end, running ones are killed by their ids."""

    def __init__(self, settings: dict[str, str], folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = settings | {"PORT": str(self.port), "PUBLIC_BASE_URL": self.url}
        self.folder = folder
        self.root = ROOT  # the checkout whose code runs
        self.processes: list[subprocess.Popen[bytes]] = []
        self._names: dict[int, str] = {}

    def _start(self, name: str, *command: str, **more: str) -> subprocess.Popen[bytes]:
        environment = os.environ | self.settings | more
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=self.root,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        self._names[process.pid] = name
        return process

    def named(self) -> dict[str, subprocess.Popen[bytes]]:
        """Return the running processes by their names."""
        return {self._names[one.pid]: one for one in self.processes if one.poll() is None}

    def web(self, **more: str) -> subprocess.Popen[bytes]:
        """Start the web process and wait until it is ready."""
        process = self._start("web", "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app", **more)
        with gevent.Timeout(SECONDS, AssertionError(f"not ready: {self.log('web')[-2000:]}")):
            while not self.ready():
                assert process.poll() is None, self.log("web")[-2000:]
                gevent.sleep(0.05)
        return process

    def worker(self, queue: str = "default", **more: str) -> subprocess.Popen[bytes]:
        """Start a worker."""
        return self._start(f"worker-{queue}" if queue != "default" else "worker", "worker.py", queue, **more)

    def flask(self, command: str, *arguments: str) -> int:
        """Run a command of Flask until it ends, and return its exit code."""
        return ended(self._start(command, "-m", "flask", "--app", "wsgi:app", command, *arguments))

    def program(self, module: str, name: str, plan: dict[str, Any]) -> subprocess.Popen[bytes]:
        """Start a program of tests/chaos, with its plan."""
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(plan))
        return self._start(name, "-m", f"tests.chaos.{module}", str(path))

    def ready(self) -> bool:
        """Return whether the web process is ready."""
        with contextlib.suppress(requests.ConnectionError, requests.Timeout):
            return requests.get(f"{self.url}/api/system/health/ready", timeout=SECONDS).ok
        return False

    def log(self, name: str) -> str:
        """Return the output of a process."""
        path = self.folder / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def rows(self, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement in the database, and return its rows if it has any."""
        with psycopg.connect(self.settings["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Kill the running processes, and check that none of them logged a secret."""
        for process in self.processes:
            kill(process)
        leaks.search_logs(self.folder)


def ended(process: subprocess.Popen[bytes]) -> int:
    """Wait until a process exits, and return its exit code."""
    with gevent.Timeout(SECONDS, AssertionError("the process does not end")):
        while process.poll() is None:
            gevent.sleep(0.02)
    return int(process.returncode)


def stop(process: subprocess.Popen[bytes]) -> int:
    """Send SIGTERM to a process, and return its exit code."""
    process.send_signal(signal.SIGTERM)
    return ended(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its children with SIGKILL."""
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()  # the parent first, so that it starts no other child
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(children, timeout=SECONDS)
    process.wait()


def only_child(process: subprocess.Popen[bytes]) -> psutil.Process:
    """Return gunicorn's one worker: the process that serves."""
    (child,) = psutil.Process(process.pid).children()
    return child


@contextlib.contextmanager
def stack(environment: dict[str, str], folder: Path) -> Iterator[tuple[Stack, Mailbox]]:
    """Give a stack on a migrated database, nothing started yet, and the mailbox for its e-mails."""
    server = environment["DATABASE_URL"]
    with database(server, migrated(server)) as url, private_redis(folder) as redis, mailbox() as mails:
        own = {"DATABASE_URL": url, "REDIS_URL": redis, "SMTP_URL": mails.url, "METAIA_HOME": str(folder)}
        running = Stack(environment | own, folder)
        try:
            yield running, mails
        finally:
            running.close()
            leaks.search_tables(url)
