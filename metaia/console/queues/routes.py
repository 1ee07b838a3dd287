"""Routes for staff on the queues. Deleting whole queues is left to rq-dashboard, which asks first."""

from __future__ import annotations

from typing import Any

from flask import Response
from redis.exceptions import RedisError

from metaia.console.queues import presenters, queries, schemas, service
from metaia.core.access.permissions import QUEUES_MANAGE
from metaia.core.errors import Conflict, NotFound, Unavailable
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.error_handlers import respond
from metaia.core.http.views import answer

blp = Blueprint("staff_queues", __name__, url_prefix="/api/admin", description="For staff")


@blp.errorhandler(RedisError)
def _without_redis(_: RedisError) -> Response:
    return respond(Unavailable("Redis does not answer.", retry_after=1))


@blp.endpoint("GET", "/queues", returns=schemas.Queues, limit=READ, access=QUEUES_MANAGE)
def get_queues() -> Response:
    """All queues with the number of their jobs in each state, and all workers."""
    queues = [presenters.queue(found) for found in queries.overviews()]
    return answer(queues=queues, workers=[presenters.worker(found) for found in queries.workers()])


@blp.endpoint(
    "GET",
    "/queues/<word:queue_name>/jobs",
    query=schemas.JobsQuery,
    returns=schemas.Jobs,
    limit=READ,
    access=QUEUES_MANAGE,
    fails=(NotFound,),
)
def get_jobs(query: dict[str, Any], queue_name: str) -> Response:
    """The jobs of a queue in one state: waiting ones first to last, all others last to first."""
    found, following = queries.jobs(queue_name, **query)
    return answer(jobs=[presenters.job(job) for job in found], meta={"next_cursor": following})


@blp.endpoint(
    "POST",
    "/queues/<word:queue_name>/retry",
    returns=schemas.Counted,
    limit=WRITE,
    access=QUEUES_MANAGE,
    fails=(NotFound,),
)
def retry_all(queue_name: str) -> Response:
    """Retry all failed jobs of a queue."""
    return answer(count=service.requeue_all(queries.existing(queue_name).name))


@blp.endpoint(
    "GET",
    "/jobs/<word:job_id>",
    returns=schemas.OneJob,
    limit=READ,
    access=QUEUES_MANAGE,
    fails=(NotFound,),
)
def get_job(job_id: str) -> Response:
    """A job with its arguments, and the traceback of its last run if that failed."""
    return answer(job=presenters.job(queries.job(job_id)))


@blp.endpoint(
    "POST",
    "/jobs/<word:job_id>/retry",
    returns=schemas.Counted,
    limit=WRITE,
    access=QUEUES_MANAGE,
    fails=(NotFound, Conflict),
)
def retry(job_id: str) -> Response:
    """Retry a failed job. Jobs act once, so that a retry is always safe."""
    return answer(count=service.requeue(job_id))


@blp.endpoint(
    "DELETE",
    "/jobs/<word:job_id>",
    returns=schemas.Counted,
    limit=WRITE,
    access=QUEUES_MANAGE,
    fails=(NotFound,),
)
def delete(job_id: str) -> Response:
    """Delete a job."""
    return answer(count=service.delete(job_id))
