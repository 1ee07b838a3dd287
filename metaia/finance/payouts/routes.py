"""Routes of balances and payouts: partners and couriers request them, admins approve and confirm them."""

from __future__ import annotations

from functools import partial

from flask import Response

from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.finance.payouts import models, presenters, queries, schemas, service
from metaia.finance.payouts.queries import Payout
from metaia.finance.policy import FINANCE_MANAGE, FINANCE_READ, PAID_OUT, earning_account, require

__all__ = ["admin", "blp", "models"]
blp = Blueprint(
    "payouts", __name__, url_prefix="/api/finance", description="Payouts to partners and couriers"
)
admin = Blueprint(
    "admin_payouts", __name__, url_prefix="/api/admin/finance/payouts", description="Payouts, for staff"
)
ACTIONS = {
    "approve": (schemas.ApprovePayout, "Approve a payout: a job then sends it."),
    "paid": (schemas.PaidPayout, "Confirm that the bank has executed a payout."),
    "failed": (schemas.FailedPayout, "Record that a payout has failed, or came back after it was paid."),
}


@blp.endpoint("GET", "/balance", returns=schemas.Balances, limit=READ, fails=(Forbidden,))
def get_balance() -> Response:
    """The own money by currency: payable, held, available, and cash in hand."""
    actor = current()
    require(actor, PAID_OUT)
    return answer(
        balances=[
            presenters.balance(each) for each in queries.balances(actor.id, earning_account(actor.role))
        ]
    )


@blp.endpoint(
    "POST",
    "/payouts",
    body=schemas.RequestPayout,
    example={"currency": "INR"},
    returns=schemas.One,
    status=201,
    limit=WRITE,
    fails=(Conflict, Forbidden),
    key_required=True,
)
def create(body: Json) -> Response:
    """Request a payout of all that is available, or of a part. Cash in hand is set off first."""
    actor = current()
    require(actor, PAID_OUT)
    return _one(service.request(actor, body), status=201)


@blp.endpoint("GET", "/payouts", query=schemas.PayoutsQuery, returns=schemas.Many, limit=READ)
def get_many(query: Json) -> Response:
    """The own payouts; for staff those of everyone."""
    actor = current()
    if not actor.may(FINANCE_READ):
        query["user_id"] = actor.id
    return listing("payouts", query, queries.page, partial(presenters.payout, actor=actor))


@blp.endpoint("GET", "/payouts/<id:payout_id>", returns=schemas.One, limit=READ)
def get_one(payout_id: str) -> Response:
    """One payout."""
    return _one(service.read(current(), payout_id))


@admin.endpoint(
    "GET",
    "/<id:payout_id>/destination",
    returns=schemas.Destination,
    limit=READ,
    access=FINANCE_MANAGE,
    fails=(Conflict,),
    secret=True,
)
def get_destination(payout_id: str) -> Response:
    """The account to pay to, in full; reading it is in the audit log."""
    shown = service.destination(payout_id)
    names = {"account_number": "accountNumber", "bank_code": "bankCode"}
    return answer(destination={names.get(name, name): value for name, value in shown.items()})


def _act(payout_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    return _one(service.act(current(), payout_id, action, body, version))


register_actions(
    blp,
    "POST",
    "/payouts/<id:payout_id>",
    {"cancel": (schemas.CancelPayout, "Cancel a payout that was not sent.")},
    _act,
    returns=schemas.One,
    conflict=schemas.Conflict,
)
register_actions(
    admin,
    "POST",
    "/<id:payout_id>",
    ACTIONS,
    _act,
    returns=schemas.One,
    access=FINANCE_MANAGE,
    conflict=schemas.Conflict,
)


def _one(this: Payout, *, status: int = 200) -> Response:
    return answer_versioned(this.version, status=status, payout=presenters.payout(this, current()))
