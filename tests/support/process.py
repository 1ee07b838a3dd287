"""A server in a process of its own: with other settings than the tests' own one, and with rate limits."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

# The limiter, and the Socket.IO server, exist once per process.
SERVE = """
from gevent import monkey
monkey.patch_all()
import os, sys
import gevent
sys.stdout = open(f"{os.environ['METAIA_HOME']}/served-{os.getpid()}.log", "w")
from metaia.app import create_app
from tests.support.server import Server
counts = os.environ.get("COUNTS", str(os.getpid()))
with Server(create_app(RATELIMIT_ENABLED=True, RATELIMIT_KEY_PREFIX=counts)) as server:
    print("at", server.url, file=sys.__stdout__, flush=True)
    gevent.get_hub().join()
"""


@contextlib.contextmanager
def serving(**settings: str) -> Iterator[str]:
    """Give the URL of a server with these settings; servers with the same COUNTS share their rate limits."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True, env=os.environ | settings
    )
    assert process.stdout is not None
    with process:
        url = next(line.split()[1] for line in process.stdout if line.startswith("at"))
        try:
            yield url
        finally:
            process.kill()
