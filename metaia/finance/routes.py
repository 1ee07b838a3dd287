"""Routes of the books, for staff; adjustments are in adjustments/routes.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response

from metaia.auth.account import erasure, export
from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import Page, listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.finance import audit_rules, presenters, privacy, schemas, service
from metaia.finance.adjustments import routes as adjustment_routes
from metaia.finance.cash import jobs as cash_jobs
from metaia.finance.cash import routes as cash_routes
from metaia.finance.commission import routes as commission_routes
from metaia.finance.credit import events as credit_events
from metaia.finance.credit import jobs as credit_jobs
from metaia.finance.credit import routes as credit_routes
from metaia.finance.credit import service as credit_service
from metaia.finance.credit_requests import routes as request_routes
from metaia.finance.notifications import NOTIFICATION_TYPES
from metaia.finance.payout_accounts import routes as payout_account_routes
from metaia.finance.payouts import events as payout_events
from metaia.finance.payouts import jobs as payout_jobs
from metaia.finance.payouts import routes as payout_routes
from metaia.finance.policy import FINANCE_MANAGE, FINANCE_READ
from metaia.finance.settlements import jobs as settlement_jobs
from metaia.finance.settlements.service import Settlements
from metaia.finance.statements import routes as statement_routes
from metaia.finance.summaries import routes as summary_routes
from metaia.finance.transactions import privacy as transaction_privacy
from metaia.finance.transactions import routes as transaction_routes
from metaia.jobs import registry as job_registry
from metaia.ledger import queries as ledger_queries
from metaia.ledger.audit import queries as audit_queries
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.payments.purposes import registry as purposes
from metaia.realtime import catalogue

blp = Blueprint("finance", __name__, url_prefix="/api/finance", description="Money")
admin = Blueprint(
    "admin_finance", __name__, url_prefix="/api/admin/finance", description="The books, for staff"
)


@admin.endpoint(
    "GET",
    "/accounts",
    query=schemas.AccountsQuery,
    returns=schemas.ManyAccounts,
    limit=READ,
    access=FINANCE_READ,
)
def get_accounts(query: Json) -> Response:
    """Accounts of the ledger with their balances."""
    return listing("accounts", query, ledger_queries.accounts_page, presenters.account)


@admin.endpoint(
    "GET",
    "/postings",
    query=schemas.PostingsQuery,
    returns=schemas.ManyPostings,
    limit=READ,
    access=FINANCE_READ,
)
def get_postings(query: Json) -> Response:
    """What was booked, with its cause: by account, subject, key, kind and time of booking."""

    def page(*, filters: Json, sort: str, limit: int, cursor: str | None) -> Page:
        rows, following = ledger_queries.postings_page(filters=filters, sort=sort, limit=limit, cursor=cursor)
        return presenters.postings(rows), following

    return listing("postings", query, page, lambda shown: shown)


@admin.endpoint(
    "GET", "/postings/<id:posting_id>", returns=schemas.OnePosting, limit=READ, access=FINANCE_READ
)
def get_posting(posting_id: str) -> Response:
    """One posting, with its cause, what reverses it, and the chain to its origin."""
    return answer(posting=presenters.posting(service.posting(posting_id)))


@admin.endpoint(
    "POST",
    "/postings/<id:posting_id>/reverse",
    body=schemas.Reverse,
    returns=schemas.OnePosting,
    status=201,
    limit=WRITE,
    access=FINANCE_MANAGE,
    fails=(Conflict,),
    idempotent=True,
)
def reverse(body: Json, posting_id: str) -> Response:
    """Book the opposite of a posting: once, and only while the money is there."""
    return answer(status=201, posting=presenters.posting(service.reverse(posting_id, body["reason"])))


@blp.endpoint("GET", "/audit", returns=schemas.Audit, limit=READ, access=FINANCE_READ)
def get_audit() -> Response:
    """What the latest run of the auditor has found."""
    return answer(**presenters.audit(audit_queries.latest(), running=service.running_audit() is not None))


@blp.endpoint(
    "POST",
    "/audit/run",
    body=schemas.RunAudit,
    example={"full": False},
    returns=schemas.AuditRequested,
    status=202,
    limit=WRITE.limited_to("10 per minute"),
    access=FINANCE_MANAGE,
)
def run_audit(body: Json) -> Response:
    """Let a worker check the books now; a run that waits already is not repeated."""
    return answer(status=202, audit_id=service.request_audit(current(), full=body["full"]))


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    catalogue.register(app, *credit_events.EVENTS, *payout_events.EVENTS)
    purposes.register(app, Settlements())
    purposes.METHODS.register(app, "credit", credit_service.refusal_code)
    for jobs in (credit_jobs, payout_jobs, cash_jobs, settlement_jobs):
        job_registry.register(app, jobs)
    erasure.ERASERS.register(app, "finance", privacy.erase)
    for name, pages in privacy.EXPORTS.items():
        export.EXPORTS.register(app, name, pages)
    for blueprint in (blp, admin, *_blueprints()):
        api.register_blueprint(blueprint)
    statement_routes.register(app)
    audit_rules.register(app)
    export.EXPORTS.register(app, "transactions", transaction_privacy.pages)


def _blueprints() -> Iterator[Blueprint]:
    """Yield the blueprints of the parts of finance."""
    yield from (adjustment_routes.blp, commission_routes.blp, request_routes.blp, payout_account_routes.blp)
    yield from (transaction_routes.blp, summary_routes.blp, statement_routes.blp)
    for part in (credit_routes, payout_routes, cash_routes):
        yield from (part.blp, part.admin)
