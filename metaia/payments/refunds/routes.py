"""Routes of refunds."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response

from metaia.auth.account import export
from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.payments import service as payment_service
from metaia.payments.refunds import actions, events, jobs, models, presenters, privacy, queries, rows, schemas
from metaia.payments.refunds.notifications import NOTIFICATION_TYPES
from metaia.payments.refunds.policy import REFUNDS_READ
from metaia.payments.refunds.queries import ShownRefund
from metaia.payments.refunds.state import CANCEL, RETRY
from metaia.realtime import catalogue

__all__ = ["models", "register"]
blp = Blueprint("refunds", __name__, url_prefix="/api", description="Refunds of payments")
ACTIONS = {
    RETRY: (schemas.ChangeRefund, "Request a failed refund again: the answer has the new one."),
    CANCEL: (schemas.ChangeRefund, "Cancel a refund that was not sent to the provider yet."),
}


@blp.endpoint(
    "POST",
    "/payments/<id:payment_id>/refunds",
    body=schemas.RequestRefund,
    example=schemas.EXAMPLE,
    returns=schemas.Requested,
    status=202,
    limit=WRITE,
    fails=(Conflict,),
    key_required=True,
)
def create(body: Json, payment_id: str) -> Response:
    """Request a refund: by an admin, or by the partner up to what is theirs to give back.

    What no single attempt has left is refunded in parts, of this payment first, then of others for the same purpose.
    """
    actor = current()
    parts = [presenters.refund(each, actor) for each in actions.request(actor, payment_id, body)]
    return answer(status=202, refund=parts[0], parts=parts)


@blp.endpoint("GET", "/refunds", query=schemas.RefundsQuery, returns=schemas.Many, limit=READ)
def get_many(query: Json) -> Response:
    """The refunds of payments that one has made or received; staff see all."""
    actor = current()
    party = None if actor.may(REFUNDS_READ) else actor.id
    return listing("refunds", query, partial(queries.page, party), partial(presenters.refund, actor=actor))


@blp.endpoint("GET", "/refunds/<id:refund_id>", returns=schemas.One, limit=READ)
def get_one(refund_id: str) -> Response:
    """One refund."""
    return _one(actions.read(current(), refund_id))


def _act(refund_id: str, action: str, _: Json, version: versions.Expected) -> Response:
    return _one(actions.act(current(), refund_id, action, version))


register_actions(
    blp, "POST", "/refunds/<id:refund_id>", ACTIONS, _act, returns=schemas.One, fails=(Conflict,)
)


def _one(this: ShownRefund) -> Response:
    return answer_versioned(this.version, refund=presenters.refund(this, current()))


def register(app: Flask, api: Api) -> None:
    """Register this feature with the application."""
    payment_service.FOLLOWERS.register(app, "refunds", rows.follow)
    job_registry.register(app, jobs)
    catalogue.register(app, *events.EVENTS)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    export.EXPORTS.register(app, "refunds", privacy.pages)
    api.register_blueprint(blp)
