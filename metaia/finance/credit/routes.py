"""Routes of credit: customers read theirs, staff set limits."""

from __future__ import annotations

from flask import Response

from metaia.core import money, versions
from metaia.core.access.actor import current
from metaia.core.errors import NotFound
from metaia.core.http import etags
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.finance.credit import models, presenters, queries, schemas, service
from metaia.finance.credit.queries import CreditAccount
from metaia.finance.policy import FINANCE_MANAGE, FINANCE_READ

__all__ = ["admin", "blp", "models"]
blp = Blueprint("credit", __name__, url_prefix="/api/finance/credit", description="Credit of customers")
admin = Blueprint(
    "admin_credit", __name__, url_prefix="/api/admin/finance/credit", description="Credit, for staff"
)
ACTIONS = {
    "freeze": (
        schemas.Freeze,
        "Accept no new orders on this credit; orders that were accepted go on.",
    ),
    "unfreeze": (
        schemas.Freeze,
        "Accept orders on this credit again; not as long as a part is overdue.",
    ),
}


@blp.endpoint("GET", "", returns=schemas.Many, limit=READ)
def get_own() -> Response:
    """The own credit by currency, with what is used, held, overdue and due next."""
    return answer(credits=[presenters.credit(each) for each in queries.of_user(current().id)])


@admin.endpoint("GET", "/<id:user_id>", returns=schemas.Many, limit=READ, access=FINANCE_READ)
def get_of_user(user_id: str) -> Response:
    """The credit of a customer by currency."""
    return answer(credits=[presenters.credit(each) for each in queries.of_user(user_id)])


@admin.endpoint(
    "PUT",
    "/<id:user_id>/<word:currency>",
    body=schemas.PutCredit,
    returns=schemas.One,
    limit=WRITE,
    access=FINANCE_MANAGE,
    conflict=schemas.Conflict,
)
def put(body: Json, user_id: str, currency: str) -> Response:
    """Set the limit and term of a customer's credit; open it if there is none."""
    _require_currency(currency)
    limit = amounts.minor(body["limit"], currency, field="limit")
    version = etags.expected(body["expected_version"])
    return _one(service.put(user_id, currency, limit, body["term_days"], body["reason"], version))


def _act(user_id: str, currency: str, action: str, body: Json, version: versions.Expected) -> Response:
    _require_currency(currency)
    return _one(service.act(user_id, currency, action, body["reason"], version))


register_actions(
    admin, "POST", "/<id:user_id>/<word:currency>", ACTIONS, _act,
    returns=schemas.One, access=FINANCE_MANAGE, conflict=schemas.Conflict,
)  # fmt: skip


def _require_currency(currency: str) -> None:
    if currency not in money.currencies():
        raise NotFound("There is no such currency.")


def _one(this: CreditAccount) -> Response:
    return answer_versioned(this.version, credit=presenters.credit(this))
