"""Routes of errors, for staff."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.system.errors import jobs, presenters, queries, schemas, service
from metaia.system.errors.notifications import NOTIFICATION_TYPES
from metaia.system.policy import SYSTEM_ERRORS, SYSTEM_READ

__all__ = ["NOTIFICATION_TYPES", "blp", "jobs", "service"]
blp = Blueprint("errors", __name__, url_prefix="/api/system/errors", description="Errors, for staff")


@blp.endpoint("GET", "", query=schemas.ErrorsQuery, returns=schemas.Many, limit=READ, access=SYSTEM_READ)
def get_many(query: dict[str, Any]) -> Response:
    """List the errors that all processes have logged, by fingerprint: type and innermost function of METAIA."""
    return listing("errors", query, queries.page, presenters.error)


@blp.endpoint("GET", "/<word:fingerprint>", returns=schemas.One, limit=READ, access=SYSTEM_READ)
def get_one(fingerprint: str) -> Response:
    """One error with the stack of its latest occurrence."""
    return answer(error=presenters.whole(service.read(fingerprint)))


@blp.endpoint(
    "PATCH",
    "/<word:fingerprint>",
    body=schemas.ChangeError,
    example={"state": "resolved"},
    returns=schemas.One,
    limit=WRITE,
    access=SYSTEM_ERRORS,
)
def change(body: dict[str, Any], fingerprint: str) -> Response:
    """Resolve, ignore or reopen an error. A resolved one reopens by itself if a newer release has it again."""
    return answer(error=presenters.whole(service.change(fingerprint, body["state"])))
