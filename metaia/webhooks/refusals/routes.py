"""What staff see of refused calls."""

from __future__ import annotations

from flask import Response
from redis.exceptions import RedisError

from metaia.core.access.permissions import QUEUES_MANAGE
from metaia.core.errors import Unavailable
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.webhooks.refusals import jobs, presenters, schemas, service

__all__ = ["blp", "jobs"]
blp = Blueprint(
    "webhook_refusals", __name__, url_prefix="/api/admin/webhooks/refusals", description="Refused calls"
)


@blp.endpoint("GET", "", returns=schemas.Many, limit=READ, access=QUEUES_MANAGE, fails=(Unavailable,))
def get_refusals() -> Response:
    """The latest 1,000 refused calls of vendors, and the sources that accept none."""
    try:
        found, alarms = service.latest(), service.alarming()
    except RedisError:
        raise Unavailable("Redis, which keeps refused calls, cannot be reached.") from None
    shown = [{"source": source, "refused": count} for source, count in alarms.items()]
    return answer(refusals=[presenters.refusal(each) for each in found], alarms=shown)
