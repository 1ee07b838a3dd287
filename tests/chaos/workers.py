"""The workers of a run of notifications, and the faults during it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import gevent

from tests.chaos.installation import Installation
from tests.e2e.stack import kill


class Workers:
    """One worker for each queue, and two for the busiest."""

    def __init__(self, own: Installation) -> None:
        self.own = own
        self.running = {name: self._start(name) for name in ("critical", "default", "default-2", "bulk")}

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return self.own._start(f"worker-{name}", "-m", "tests.chaos.fast_worker", name.partition("-")[0])

    def kill(self, name: str) -> None:
        """Kill one, and start another."""
        kill(self.running[name])
        self.running[name] = self._start(name)


def lose_redis(own: Installation) -> None:
    """Kill Redis, and start an empty one shortly after."""
    own.lose_redis()
    gevent.sleep(1.5)
    own.renew_redis()


def faults(own: Installation, workers: Workers) -> list[tuple[float, Callable[[], None]]]:
    """Return the faults, each with the share of messages that must have arrived before it."""
    return [
        (0.05, lambda: workers.kill("critical")),
        (0.2, lambda: workers.kill("default")),
        (0.4, lambda: lose_redis(own)),
        (0.6, lambda: workers.kill("default-2")),
    ]
