"""A customer and a tailor on a stack whose processes kill themselves at fault points."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gevent
import psutil
import pytest
import requests

from tests.e2e.stack import Stack, ended, kill, only_child
from tests.support.people import Person, World
from tests.support.waiting import until

CALLS = ("payment_before_call", "payment_after_call")
COMMITS = ("payment_before_commit", "payment_after_commit")
PATIENCE = 120.0  # seconds


@dataclass
class Shop:
    """An installation whose processes die. The books of its providers of payments stay."""

    own: Stack
    customer: Person
    tailor: Person

    def ask(
        self, person: Person, method: str, path: str, body: Any = None, **options: Any
    ) -> requests.Response:
        """Call a path on a new connection: the one before may be that of a killed process."""
        with World(self.own.url) as world:
            person.world = world
            return person.call(method, path, body, **options)

    def waiting(self) -> dict[str, Any]:
        """Return the work that waits, which explains a wait in vain."""
        return {}

    def wait(self, true: Callable[[], Any], what: str) -> None:
        """Wait until `true()`. It asks rarely, as the processes need the machine."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, (
                f"not {what}: {self.waiting()} {self.own.log('worker')[-3000:]}"
            )
            gevent.sleep(0.5)

    def questions_are_due(self) -> None:
        """Let what a killed process has claimed be due again, as it is after its pause."""
        self.own.rows("UPDATE payment_questions SET due_at = now() WHERE answered_at IS NULL")
        self.own.rows("UPDATE refunds SET due_at = now() WHERE settled_at IS NULL")
        self.own.rows("UPDATE webhook_inbox SET due_at = now() WHERE digested_at IS NULL")

    def dies(self, point: str) -> None:
        """Start a worker, and wait until it has killed itself."""
        worker = self.own.worker(METAIA_FAULT=point)
        assert ended(worker) == -signal.SIGKILL
        kill(worker)


def dies_in(web: subprocess.Popen[bytes], request: Callable[[], Any]) -> None:
    """Send a request in which the web process kills itself, and kill its parent before that starts another one."""
    server = only_child(web)
    web.send_signal(signal.SIGSTOP)
    with pytest.raises(requests.ConnectionError):
        request()
    until(lambda: server.status() == psutil.STATUS_ZOMBIE, "the process has killed itself")
    kill(web)
