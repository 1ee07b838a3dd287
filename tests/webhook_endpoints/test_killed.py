"""A worker that is killed after the receiver has answered: the message is sent again, with the same id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import pytest

from tests.support.waiting import send_numbered
from tests.webhook_endpoints.conftest import Hooks

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.e2e


@contextmanager
def worker(**settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Give a worker of the queue `hooks`, on the services of the tests."""
    command = [sys.executable, "worker.py", "hooks"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | settings) as process:
        try:
            yield process
        finally:
            process.kill()


def wait(process: subprocess.Popen[bytes]) -> int:
    """Return the exit code of a process, once it has ended."""
    with gevent.Timeout(100):
        while (code := process.poll()) is None:
            gevent.sleep(0.1)
    return code


def test_a_kill_between_the_answer_and_the_commit_loses_nothing(hooks: Hooks):
    receiver = hooks.receiver()
    endpoint = hooks.active(receiver)
    send_numbered(hooks.partner, 1)
    local = {"WEBHOOK_LOCAL_ORIGINS": receiver.origin}
    with worker(METAIA_FAULT="webhook_sent", **local) as killed:
        assert wait(killed) == -signal.SIGKILL
    assert [each["state"] for each in hooks.deliveries(endpoint)] == ["pending"]
    hooks.make_due()
    with worker(**local), gevent.Timeout(100):
        while hooks.deliveries(endpoint)[0]["state"] != "delivered":
            gevent.sleep(0.2)
    first, second = receiver.of("notification.created")
    assert (first.id, first.body) == (second.id, second.body)
    assert first.headers["webhook-signature"] != "" != second.headers["webhook-signature"]
