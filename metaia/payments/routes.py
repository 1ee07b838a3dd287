"""Routes of payments, for customers, partners and staff."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Flask, Response

from metaia.auth.account import export
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound, Unavailable
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_if_changed, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.payments import (
    audit_rules,
    events,
    history,
    jobs,
    models,
    presenters,
    privacy,
    schemas,
)
from metaia.payments import create as creation
from metaia.payments.asking import models as asking_models
from metaia.payments.disputes import routes as dispute_routes
from metaia.payments.managing import queries, service
from metaia.payments.notifications import NOTIFICATION_TYPES
from metaia.payments.policy import PAYMENTS_MANAGE
from metaia.payments.queries import Payment
from metaia.payments.reconciliation import routes as reconciliation_routes
from metaia.payments.refunds import routes as refund_routes
from metaia.payments.returning import routes as returning_routes
from metaia.realtime import catalogue

__all__ = ["asking_models", "models", "register"]
blp = Blueprint("payments", __name__, url_prefix="/api/payments", description="Payments")
admin = Blueprint(
    "admin_payments", __name__, url_prefix="/api/admin/payments", description="Payments, for staff"
)
BY_ADMINS = (Conflict, Unavailable)


@blp.endpoint(
    "POST",
    "",
    body=schemas.OpenPayment,
    example=schemas.EXAMPLE,
    returns=schemas.Opened,
    status=201,
    also_returns=(200, schemas.Opened, "The open payment of this order at this provider."),
    limit=WRITE,
    fails=(NotFound, Forbidden, Conflict, Unavailable),
    secret=True,
)
def create(body: Json) -> Response:
    """Open a payment of an order or a booking, or get the open one again, with what the client needs to pay."""
    payment, to_pay, new = creation.create(current(), body)
    status = 201 if new else 200
    shown = presenters.payment(payment, current())
    return answer_versioned(payment.version, status=status, payment=shown, to_pay=to_pay)


@blp.endpoint("GET", "", query=schemas.PaymentsQuery, returns=schemas.Many, limit=READ)
def get_many(query: Json) -> Response:
    """The payments one takes part in; staff see all."""
    actor = current()
    return listing("payments", query, partial(queries.page, actor), partial(presenters.payment, actor=actor))


@blp.endpoint(
    "GET",
    "/methods",
    query=schemas.PaymentMethodsQuery,
    returns=schemas.Methods,
    limit=READ,
    fails=(NotFound, Forbidden, Conflict),
)
def get_methods(query: Json) -> Response:
    """How an order or a booking can be paid, and why not."""
    return answer(methods=creation.methods(current(), query))


@blp.endpoint("GET", "/<id:payment_id>", returns=schemas.One, also_returns=UNCHANGED, limit=READ)
def get_one(payment_id: str) -> Response:
    """One payment."""
    payment = service.read(current(), payment_id)
    return answer_if_changed(payment.version, payment=presenters.payment(payment, current()))


@blp.endpoint(
    "GET", "/<id:payment_id>/timeline", query=schemas.PaymentAsOf, returns=schemas.Timeline, limit=READ
)
def get_timeline(query: Json, payment_id: str) -> Response:
    """What was stated about a payment; with `asOf`, up to then. Staff see what was booked for it."""
    actor = current()
    payment, rows, booked = history.timeline(actor, payment_id, query["as_of"])
    return answer(
        payment=presenters.payment(payment, actor),
        timeline=[presenters.fact(row, payment, actor) for row in rows],
        postings=[presenters.posting(each) for each in booked],
    )


@blp.endpoint(
    "POST",
    "/verify",
    body=schemas.VerifyPayment,
    returns=schemas.One,
    limit=WRITE,
    fails=(NotFound, Forbidden),
)
def verify(body: Json) -> Response:
    """Check a payment at its provider after the checkout; the status may still be pending."""
    return _one(service.verify(current(), body))


@blp.endpoint(
    "POST",
    "/<id:payment_id>/cancel",
    body=schemas.ChangePayment,
    returns=schemas.One,
    limit=WRITE,
    conflict=schemas.Conflict,
    fails=(Unavailable,),
)
def cancel(body: Json, payment_id: str) -> Response:
    """Cancel a payment that is not captured."""
    version = etags.expected(body["expected_version"])
    return _one(service.cancel(current(), payment_id, version))


@blp.endpoint(
    "POST",
    "/<id:payment_id>/capture",
    body=schemas.CapturePayment,
    returns=schemas.One,
    limit=WRITE,
    access=PAYMENTS_MANAGE,
    conflict=schemas.Conflict,
    fails=(Unavailable,),
)
def capture(body: Json, payment_id: str) -> Response:
    """Capture what is authorized, or a part of it."""
    version = etags.expected(body["expected_version"])
    return _one(service.capture(current(), payment_id, body["amount"], version))


@admin.endpoint(
    "POST",
    "/<id:payment_id>/ask",
    returns=schemas.One,
    limit=WRITE,
    access=PAYMENTS_MANAGE,
    fails=BY_ADMINS,
)
def ask(payment_id: str) -> Response:
    """Ask the provider for a payment now."""
    return _one(service.ask(current(), payment_id))


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    audit_rules.register(app)
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    api.register_blueprint(reconciliation_routes.blp)
    templates.register(app, Path(__file__).parent / "templates")
    refund_routes.register(app, api)
    dispute_routes.register(app, api)
    export.EXPORTS.register(app, "payments", privacy.pages)
    for blueprint in (blp, admin, returning_routes.blp):
        api.register_blueprint(blueprint)


def _one(payment: Payment) -> Response:
    return answer_versioned(payment.version, payment=presenters.payment(payment, current()))
