"""Routes of suppressions: my own, and all of them for staff."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.notifications.suppressions import presenters, queries, schemas, service
from metaia.notifications.suppressions.policy import SUPPRESSIONS_LIFT, SUPPRESSIONS_READ
from metaia.users import queries as user_queries

blp = Blueprint(
    "suppressions", __name__, url_prefix="/api/notifications/suppressions", description="Notifications"
)
staff = Blueprint(
    "staff_suppressions", __name__, url_prefix="/api/admin/suppressions", description="For staff"
)


@blp.endpoint("GET", "", returns=schemas.Mine, limit=READ)
def get_own() -> Response:
    """Why messages do not reach my e-mail address or telephone, and what ends that."""
    locale = user_queries.locale(current().id)
    return answer(suppressions=[presenters.own(row, locale) for row in service.own(current())])


@blp.endpoint("POST", "/<id:suppression_id>/lift", returns=schemas.MineLifted, limit=WRITE, fails=(Conflict,))
def lift_own(suppression_id: str) -> Response:
    """End an unsubscription or a complaint of mine."""
    service.lift_own(current(), suppression_id)
    return answer()


@staff.endpoint(
    "GET", "", query=schemas.SearchQuery, returns=schemas.Many, limit=READ, access=SUPPRESSIONS_READ
)
def get_many(query: dict[str, Any]) -> Response:
    """All suppressions: by channel, address, reason, and whether they are in force."""
    return listing("suppressions", query, queries.page, presenters.for_staff)


@staff.endpoint(
    "POST",
    "/<id:suppression_id>/lift",
    body=schemas.Lift,
    example={"reason": "The mailbox was repaired, ticket 4711."},
    returns=schemas.One,
    limit=WRITE,
    access=SUPPRESSIONS_LIFT,
    fails=(Conflict,),
)
def lift(body: dict[str, Any], suppression_id: str) -> Response:
    """End a suppression, except one by STOP, which only the owner of the telephone can end."""
    return answer(suppression=presenters.for_staff(service.lift(suppression_id, body["reason"])))
