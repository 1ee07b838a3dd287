"""kill -9 of web processes and of workers of the queue `media`, at random moments and at the steps of a job."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable

import gevent
import psutil

from tests.chaos.installation import Installation, statistics
from tests.e2e.stack import kill
from tests.support.people import Person

# A worker kills itself at the first of these that it reaches (core/fault_injection.py).
POINTS = frozenset({"media_claimed", "media_checked", "media_announced", "media_stored", "media_deleted"})
WEB, BOTH_WEBS, WORKER = "web", "both webs", "worker"
ORDER = (
    *("media_stored", WEB, "media_announced", WORKER, "media_deleted", BOTH_WEBS),
    *("media_checked", WORKER, "media_claimed", WEB, WORKER),
)


class Kills:
    """Two workers, and their kills. gunicorn starts killed web processes again, this class the workers."""

    def __init__(self, own: Installation, admin: Person, seed: str) -> None:
        self.own, self.admin, self.random = own, admin, random.Random(seed)
        self.workers = [own.worker("media"), own.worker("media")]
        self.done: Counter[str] = Counter()

    def play(self, are_done: Callable[[], bool], until: float) -> None:
        """Kill one process after the other, until a monotonic time or the end of all uploads; each twice at most."""
        planned = [*reversed(ORDER * 2)]
        while not are_done():
            gevent.sleep(self.random.uniform(0.3, 2))
            self._start_ended()
            if planned and time.monotonic() < until and self._kill(planned[-1]):
                self.done[planned.pop()] += 1

    def leave_one_worker(self) -> None:
        """Kill both workers, and start one: it deletes what they have left in its folder."""
        for worker in self.workers:
            kill(worker)
        self.workers = [self.own.worker("media")]

    def _kill(self, what: str) -> bool:
        """Kill what a name means; return False if it cannot be done yet."""
        if what in POINTS:
            kill(self.workers.pop(0))
            self.workers.append(self.own.worker("media", METAIA_FAULT=what))
        elif what == WORKER:
            kill(self.workers.pop(0))
            self.workers.append(self.own.worker("media"))
        else:
            webs = psutil.Process(self.own.processes[0].pid).children()
            if len(statistics(self.admin)) < len(webs):
                return False  # one is still starting, and nobody would serve
            for web in webs if what == BOTH_WEBS else [self.random.choice(webs)]:
                web.kill()
        return True

    def _start_ended(self) -> None:
        """Start another worker for each that has killed itself."""
        self.workers = [self.own.worker("media") if one.poll() is not None else one for one in self.workers]
