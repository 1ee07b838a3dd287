"""Routes of bulk operations, for admins."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Flask, Response, stream_with_context

from metaia.auth.account import erasure, export
from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, TEXT, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.operations import create, events, jobs, presenters, privacy, queries, schemas, service, state
from metaia.operations.notifications import STAFF_MESSAGE
from metaia.operations.policy import BULK_ORDERS, BULK_READ, BULK_USERS
from metaia.operations.queries import Operation
from metaia.operations.results import schemas as result_schemas
from metaia.operations.results import service as results
from metaia.realtime import catalogue

CSV = "text/csv"
BULK = WRITE.limited_to("30 per minute").with_body(128 * 1024)  # with 1,000 ids
blp = Blueprint(
    "operations", __name__, url_prefix="/api/admin/operations", description="Bulk operations of admins"
)
bulk = Blueprint("bulk", __name__, url_prefix="/api/admin", description="Bulk operations of admins")
STARTED = (202, schemas.One, "The operation, with `dryRun: false`.")


@bulk.endpoint(
    "POST",
    "/orders/bulk",
    body=schemas.BulkOrders,
    example={"action": "cancel", "filter": {"status": ["pending"]}, "reason": "The shop is flooded."},
    returns=schemas.Trial,
    also_returns=STARTED,
    limit=BULK,
    access=BULK_ORDERS,
    conflict=schemas.Changed,
    idempotent=True,
)
def change_orders(body: Json) -> Response:
    """Do an action to many orders. By default a dry run, which shows what would happen and changes nothing."""
    return _ordered(state.ORDERS, body)


@bulk.endpoint(
    "POST",
    "/users/bulk",
    body=schemas.BulkUsers,
    example={"action": "end-sessions", "filter": {"role": "delivery"}, "reason": "A device was stolen."},
    returns=schemas.Trial,
    also_returns=STARTED,
    limit=BULK,
    access=BULK_USERS,
    conflict=schemas.Changed,
    idempotent=True,
)
def change_users(body: Json) -> Response:
    """Do an action to many users. By default a dry run, which shows what would happen and changes nothing."""
    return _ordered(state.USERS, body)


@blp.endpoint("GET", "", query=schemas.ListQuery, returns=schemas.Many, limit=READ, access=BULK_READ)
def get_many(query: Json) -> Response:
    """The bulk operations of all admins."""
    return listing("operations", query, queries.page, partial(presenters.operation, actor=current()))


@blp.endpoint("GET", "/<id:operation_id>", returns=schemas.One, limit=READ, access=BULK_READ)
def get_one(operation_id: str) -> Response:
    """One operation and its progress."""
    return _one(service.read(current(), operation_id))


@blp.endpoint(
    "GET",
    "/<id:operation_id>/results",
    query=result_schemas.ResultsQuery,
    returns=result_schemas.Many,
    limit=READ,
    access=BULK_READ,
)
def get_results(query: Json, operation_id: str) -> Response:
    """What became of each item."""
    return listing("results", query, partial(results.page, current(), operation_id), lambda shown: shown)


@blp.endpoint(
    "GET",
    "/<id:operation_id>/results.csv",
    query=result_schemas.FileQuery,
    returns=TEXT,
    content_type=CSV,
    limit=READ.limited_to("20 per minute"),
    access=BULK_READ,
)
def get_file(query: Json, operation_id: str) -> Response:
    """What became of each item as CSV; of an export, with the rows as they are now."""
    parts = results.file(current(), operation_id, query)
    response = Response(stream_with_context(parts), mimetype=CSV)
    response.headers["Content-Disposition"] = 'attachment; filename="operation.csv"'
    return response


@blp.endpoint(
    "POST",
    "/<id:operation_id>/cancel",
    returns=schemas.One,
    limit=WRITE,
    access=BULK_READ,
    fails=(Conflict,),
)
def cancel(operation_id: str) -> Response:
    """Begin no more items of an operation. What is done stays done."""
    return _one(service.cancel(current(), operation_id))


@blp.endpoint(
    "POST",
    "/<id:operation_id>/retry",
    returns=schemas.One,
    limit=WRITE,
    access=BULK_READ,
    fails=(Conflict,),
    idempotent=True,
)
def retry(operation_id: str) -> Response:
    """Do the failed items of your own operation again."""
    return _one(service.retry(current(), operation_id))


def _ordered(kind: str, body: Json) -> Response:
    if body["dry_run"]:
        return answer(operation=create.trial(current(), kind, body))
    return _one(create.create(current(), kind, body), status=202)


def _one(operation: Operation, *, status: int = 200) -> Response:
    return answer(status=status, operation=presenters.operation(operation, current()))


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
    notification_registry.register(app, STAFF_MESSAGE)
    templates.register(app, Path(__file__).parent / "templates")
    erasure.ERASERS.register(app, "operations", privacy.erase)
    export.EXPORTS.register(app, "operations", privacy.pages)
    for blueprint in (bulk, blp):
        api.register_blueprint(blueprint)
