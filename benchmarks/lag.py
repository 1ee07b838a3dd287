"""`benchmarks.lag:app`: METAIA's web process, which writes how late its event loop runs.

A greenlet sleeps for PERIOD again and again. Each line of `METAIA_HOME/lag` is the monotonic time, by how many seconds
it was late, and the CPU seconds that this thread has used meanwhile: the rest of the delay is the machine's.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import gevent

from wsgi import app

__all__ = ["app"]
PERIOD = 0.002
FILE = "lag"


def _write() -> None:
    with Path(os.environ["METAIA_HOME"], FILE).open("a", buffering=1) as file:
        while True:
            due, before = time.monotonic() + PERIOD, time.thread_time()
            gevent.sleep(PERIOD)
            moment = time.monotonic()
            file.write(f"{moment} {moment - due} {time.thread_time() - before}\n")


gevent.spawn(_write)
