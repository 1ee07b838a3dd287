"""A server in a process of its own: with other settings than the tests' own one, and with rate limits."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from threading import Lock

import psutil

from tests.support.waiting import until

_asking = Lock()


@cache
def _parent() -> subprocess.Popen[str]:
    """Return the process that forks the servers, started at first use."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.forking_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.wait)
    atexit.register(process.kill)  # called first
    return process


@contextlib.contextmanager
def serving(**settings: str) -> Iterator[str]:
    """Give the URL of a server with these settings; servers with the same COUNTS share their rate limits."""
    process = _parent()
    assert process.stdin is not None
    assert process.stdout is not None
    with _asking:
        print(json.dumps(dict(os.environ | settings)), file=process.stdin, flush=True)
        said, *found = process.stdout.readline().split() or ["ended"]
    assert said == "at", f"the server has {said}: its output is above"
    url, pid = found
    try:
        yield url
    finally:
        os.kill(int(pid), signal.SIGKILL)
        until(lambda: not psutil.pid_exists(int(pid)), "the server has ended")
