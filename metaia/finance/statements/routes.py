"""Routes of statements."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flask import Flask, Response, request, stream_with_context

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, TEXT
from metaia.core.http.pagination import listing
from metaia.core.json import Json
from metaia.finance.statements import (
    audit_rules,
    jobs,
    models,
    pdf,
    presenters,
    queries,
    schemas,
    service,
    spreadsheet,
)
from metaia.finance.statements.notifications import NOTIFICATION_TYPES
from metaia.finance.statements.queries import Statement
from metaia.finance.transactions import service as transaction_service
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.users import queries as user_queries

__all__ = ["blp", "models", "register"]
blp = Blueprint(
    "statements", __name__, url_prefix="/api/finance/statements", description="Statements of months"
)
TYPES = {"json": "application/json", "csv": "text/csv", "pdf": "application/pdf"}


@blp.endpoint("GET", "", query=schemas.StatementsQuery, returns=schemas.Many, limit=READ)
def get_many(query: Json) -> Response:
    """The issued statements of one's account."""
    owner_id = transaction_service.owner(current(), query)
    return listing("statements", query, partial(queries.page, owner_id), presenters.statement)


@blp.endpoint(
    "GET",
    "/<string:period>",
    query=schemas.StatementQuery,
    returns=schemas.One,
    limit=READ.limited_to("30 per minute"),
)
@blp.doc(responses={200: {"content": {TYPES[name]: {"schema": TEXT} for name in ("csv", "pdf")}}})
def get_one(query: Json, period: str) -> Response:
    """A month of one's account, issued or preliminary: as JSON, CSV or PDF, by `format` or `Accept`."""
    owner_id = transaction_service.owner(current(), query)
    found = service.read(owner_id, query["currency"], period)
    format_ = query.get("format") or _accepted()
    response = Response(_content(found, format_), mimetype=TYPES[format_])
    if format_ != "json":
        name = f"metaia-statement-{found.period}-{found.currency}.{format_}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.vary.add("Accept")
    return response


def register(app: Flask) -> None:
    """Register the job, the notification and the rules of statements."""
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    job_registry.register(app, jobs)
    audit_rules.register(app)


def _accepted() -> str:
    best = request.accept_mimetypes.best_match(list(TYPES.values()), default=TYPES["json"])
    return next(name for name, type_ in TYPES.items() if type_ == best)


def _content(this: Statement, format_: str) -> Iterator[bytes] | bytes:
    if format_ == "json":
        return stream_with_context(presenters.document(this))
    lines = presenters.of_statement(this)
    if format_ == "csv":
        return stream_with_context(spreadsheet.write(this, lines))
    person = user_queries.by_id(this.owner_id)
    return pdf.write(this, lines, name=person.name if person else "")
