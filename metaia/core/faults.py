"""Fault points: tests kill the process between two lines and look at what the next start makes of it."""

from __future__ import annotations

import os
import signal

_armed = os.environ.get("METAIA_FAULT", "")


def point(name: str) -> None:
    """Kill this process, as `kill -9` would, if METAIA_FAULT names this point. Config refuses it in production."""
    if _armed == name:
        os.kill(os.getpid(), signal.SIGKILL)
