"""Routes of disputes."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response

from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.media.uses import registry as media_subjects
from metaia.notifications import registry as notification_registry
from metaia.payments import service as payment_service
from metaia.payments.disputes import actions, events, jobs, models, presenters, queries, rows, schemas
from metaia.payments.disputes.notifications import NOTIFICATION_TYPES
from metaia.payments.disputes.policy import DISPUTES_MANAGE, DISPUTES_READ
from metaia.payments.disputes.queries import ShownDispute
from metaia.payments.disputes.state import ACCEPT, CONTEST
from metaia.realtime import catalogue

__all__ = ["models", "register"]
blp = Blueprint("disputes", __name__, url_prefix="/api/disputes", description="Disputes (chargebacks)")
ACTIONS = {
    ACCEPT: (schemas.AcceptDispute, "Give a dispute up: a job accepts it at the provider."),
    CONTEST: (schemas.ContestDispute, "Contest a dispute: a job submits the evidence to the provider, once."),
}


@blp.endpoint("GET", "", query=schemas.DisputesQuery, returns=schemas.Many, limit=READ)
def get_many(query: Json) -> Response:
    """The disputes about payments to oneself; staff see all."""
    actor = current()
    partner = None if actor.may(DISPUTES_READ) else actor.id
    return listing(
        "disputes", query, partial(queries.page, partner), partial(presenters.dispute, actor=actor)
    )


@blp.endpoint("GET", "/<id:dispute_id>", returns=schemas.One, limit=READ)
def get_one(dispute_id: str) -> Response:
    """One dispute."""
    return _one(actions.read(current(), dispute_id))


def _act(dispute_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    return _one(actions.act(current(), dispute_id, action, body, version))


register_actions(
    blp,
    "POST",
    "/<id:dispute_id>",
    ACTIONS,
    _act,
    returns=schemas.One,
    access=DISPUTES_MANAGE,
    fails=(Conflict,),
)


def _one(this: ShownDispute) -> Response:
    return answer_versioned(this.version, dispute=presenters.dispute(this, current()))


def register(app: Flask, api: Api) -> None:
    """Register this feature with the application."""
    payment_service.FOLLOWERS.register(app, "disputes", rows.follow)
    job_registry.register(app, jobs)
    catalogue.register(app, *events.EVENTS)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    media_subjects.SUBJECTS.register(app, "dispute", actions.EVIDENCE_SUBJECT)
    api.register_blueprint(blp)
