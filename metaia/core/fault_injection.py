"""Fault points: tests kill the process between two lines and look at what the next start makes of it.

`after_commit` something waits in the outbox and nobody knows · `before_move` the relay was woken by a commit ·
`after_move` events are in the log and nobody was told · `in_campaign` a batch of people is written and not committed.
"""

from __future__ import annotations

import os
import signal

_armed = os.environ.get("METAIA_FAULT", "")


def point(name: str) -> None:
    """Kill this process, as `kill -9` would, if METAIA_FAULT names this point. Config refuses it in production."""
    if _armed == name:
        os.kill(os.getpid(), signal.SIGKILL)
