"""Routes of replays, for staff."""

from __future__ import annotations

from flask import Response

from metaia.core.access.actor import current
from metaia.core.access.permissions import QUEUES_MANAGE
from metaia.core.errors import Conflict, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.webhooks.policy import WEBHOOKS_REPLAY
from metaia.webhooks.replays import jobs, presenters, schemas, service

__all__ = ["blp", "jobs"]
blp = Blueprint("webhook_replays", __name__, url_prefix="/api/admin/webhooks", description="Replays")


@blp.endpoint(
    "POST",
    "/replay",
    body=schemas.Replay,
    example=schemas.EXAMPLE,
    returns=schemas.One,
    also_returns=(202, schemas.One, "A job replays more than 50 calls."),
    limit=WRITE,
    access=WEBHOOKS_REPLAY,
    fails=(NotFound, Conflict),
)
def replay(body: Json) -> Response:
    """Process stored calls again. A dry run changes nothing, and shows what a real one would."""
    dry_run = body.pop("dry_run")
    made = service.replay(current(), body, dry_run=dry_run)
    return answer(status=202 if made.done_at is None else 200, replay=presenters.replay(made))


@blp.endpoint("GET", "/replays/<id:replay_id>", returns=schemas.One, limit=READ, access=QUEUES_MANAGE)
def get_replay(replay_id: str) -> Response:
    """A replay that a job runs, or that was run for real."""
    return answer(replay=presenters.replay(service.read(replay_id)))
