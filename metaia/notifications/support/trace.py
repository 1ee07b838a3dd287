"""The trace of a notification: from its cause to the eye of its user."""

from __future__ import annotations

from typing import Any

from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.notifications.support import presenters, queries
from metaia.realtime.log import store as log_store
from metaia.users import queries as user_queries

Json = dict[str, Any]


def trace(notification_id: str) -> Json:
    """Return why somebody was told something, on which channels and why, each attempt, and what came of it.

    Raises NotFound.
    """
    row = queries.notification(notification_id)
    if row is None:
        raise NotFound("There is no such notification.")
    deliveries = queries.deliveries([row.id]).get(row.id, [])
    ids = [each.id for each in deliveries]
    attempts, receipts = queries.attempts(ids), queries.receipts(ids)
    return {
        "notification": presenters.notification(row),
        "cause": presenters.cause(row, _role(row), _events(row)),
        "audience": presenters.audience(row),
        "deliveries": [
            presenters.traced(each, attempts.get(each.id, []), receipts.get(each.id, []))
            for each in deliveries
        ],
    }


def _role(row: AnyRow) -> str | None:
    actor = user_queries.by_id(row.actor_id) if row.actor_id else None
    return actor.role if actor else None


def _events(row: AnyRow) -> list[AnyRow]:
    """Return what the same request has put into the log, the event for the user's own screens among it."""
    return (
        log_store.events_of_request(f"user-{row.user_id}", row.id, row.created_at, row.request_id)
        if row.shown
        else []
    )
