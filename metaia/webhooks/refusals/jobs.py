"""RQ job of refused calls."""

from __future__ import annotations

from datetime import timedelta

import structlog
from redis.exceptions import RedisError

from metaia.jobs.registry import job
from metaia.webhooks.refusals import service

EVERY = timedelta(minutes=5)
log = structlog.get_logger(__name__)


@job(every=int(EVERY.total_seconds()))
def watch() -> int:
    """Log an error for each source that refuses calls and accepts none; return how many there are."""
    try:
        found = service.alarming()
    except RedisError as error:
        log.warning("refusals not read", error=str(error))
        return 0
    for source, count in found.items():
        log.error(
            "webhooks are refused, and none is accepted: check the secret", source=source, refused=count
        )
    return len(found)
