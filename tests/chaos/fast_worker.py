"""A worker like that of worker.py, with much shorter pauses and timeouts: `python -m tests.chaos.fast_worker QUEUE`.

These times are not settings, because they depend on each other.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from metaia.app import create_app
from metaia.jobs.worker import run
from metaia.notifications.delivery import claims, sending
from metaia.providers import http
from metaia.providers.messaging import failover, smtp

ANSWER = 3.0  # seconds; a busy stub answers sooner, a hanging one does not
LEASE = timedelta(seconds=3 * ANSWER)  # two providers in a row may hang

if __name__ == "__main__":
    http.TIMEOUTS, smtp.TIMEOUT = (ANSWER, ANSWER), ANSWER
    claims.LEASE = LEASE
    failover.OPEN_SECONDS = 1.0
    sending.RETRY_PAUSES = (1, 1, 1, 1, 1)
    run(create_app(), sys.argv[1])
