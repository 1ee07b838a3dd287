"""How much of a processor each process of an installation uses, so that a slow run shows what limits it."""

from __future__ import annotations

import contextlib
import os
import time

import gevent
import psutil

from tests.e2e.stack import Stack

EVERY = 0.5  # seconds


class Usage:
    """Samples the processor time of all processes, and of this one, until `stop`."""

    def __init__(self, own: Stack) -> None:
        self._own, self._begun = own, time.monotonic()
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._sampling = gevent.spawn(self._sample)

    def stop(self) -> dict[str, float]:
        """Return parts of a core by the process's name, since the beginning."""
        self._sampling.kill()
        seconds = time.monotonic() - self._begun
        return {name: round((last - self._first[name]) / seconds, 2) for name, last in self._last.items()}

    def _sample(self) -> None:
        while True:
            for name, process in self._own.named().items():
                self._measure(name, process.pid)
            self._measure("this test", os.getpid(), children=False)
            gevent.sleep(EVERY)

    def _measure(self, name: str, pid: int, *, children: bool = True) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(pid)
            family = [found, *(found.children(recursive=True) if children else ())]
            used = sum(sum(one.cpu_times()[:2]) for one in family)
            self._first.setdefault(name, used)
            self._last[name] = max(used, self._last.get(name, 0.0))
