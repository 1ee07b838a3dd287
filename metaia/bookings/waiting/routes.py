"""Routes of the waiting list."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from metaia.bookings.publish import FOLLOWERS
from metaia.bookings.waiting import jobs, models, presenters, queries, schemas, service
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound, TooMany
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.jobs import registry as job_registry

__all__ = ["models", "register"]
blp = Blueprint("booking_waits", __name__, url_prefix="/api/bookings/waitlist", description="Waiting list")
EXAMPLE = {
    "serviceId": "01a1f86b-752e-753f-ab3a-936f1e472420",
    "from": "2026-10-10T07:00:00Z",
    "to": "2026-10-17T17:00:00Z",
}


@blp.endpoint(
    "POST",
    "",
    body=schemas.WaitIn,
    example=EXAMPLE,
    returns=schemas.One,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(Forbidden, Conflict, TooMany),
)
def create(body: Json) -> Response:
    """Wait for a time of a service: the oldest entry is offered a free one for 15 minutes, then the next."""
    return answer(status=201, wait=presenters.wait(service.create(current(), body)))


@blp.endpoint("GET", "", returns=schemas.Many, limit=READ)
def get_many() -> Response:
    """My entries, the newest first."""
    return answer(waits=[presenters.wait(each) for each in queries.of_customer(current().id)])


@blp.endpoint("DELETE", "/<id:wait_id>", returns=schemas.Ended, limit=WRITE, fails=(NotFound,))
def remove(wait_id: str) -> Response:
    """Wait no longer."""
    service.end(current(), wait_id)
    return answer()


def register(app: Flask, api: Any) -> None:
    """Register these routes, and what follows changes of bookings."""
    FOLLOWERS.register(app, "waiting", service.follow)
    job_registry.register(app, jobs)
    api.register_blueprint(blp)
