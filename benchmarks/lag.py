"""`benchmarks.lag:app`: METAIA's web process, which writes how late its event loop runs.

A greenlet sleeps for PERIOD again and again. Each line of `METAIA_HOME/lag` is the monotonic time and the delay in
seconds, which also has what the machine takes from the process.
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
            due = time.monotonic() + PERIOD
            gevent.sleep(PERIOD)
            moment = time.monotonic()
            file.write(f"{moment} {moment - due}\n")


gevent.spawn(_write)
