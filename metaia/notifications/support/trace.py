"""The trace of a notification: its cause, its recipient, and each step of its deliveries."""

from __future__ import annotations

from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.core.json import Json
from metaia.notifications.support import presenters, queries
from metaia.realtime.log import store as log_store
from metaia.users import queries as user_queries
from metaia.users.queries import Person


def trace(notification_id: str) -> Json:
    """Return a notification with its cause, its user, and its deliveries with their attempts and receipts.

    Raises NotFound.
    """
    row = queries.get(notification_id)
    if row is None:
        raise NotFound("There is no such notification.")
    deliveries = queries.deliveries([row.id]).get(row.id, [])
    ids = [each.id for each in deliveries]
    attempts, receipts = queries.attempts(ids), queries.receipts(ids)
    return {
        "notification": presenters.notification(row),
        "cause": presenters.cause(row, _actor(row), _events(row)),
        "audience": presenters.recipient(row),
        "deliveries": [
            presenters.traced_delivery(each, attempts.get(each.id, []), receipts.get(each.id, []))
            for each in deliveries
        ],
    }


def _actor(row: AnyRow) -> Person | None:
    return user_queries.by_id(row.actor_id) if row.actor_id else None


def _events(row: AnyRow) -> list[AnyRow]:
    """Return the events in the log of the request that caused a notification, as long as the log keeps them."""
    return (
        log_store.events_of_request(f"user-{row.user_id}", row.id, row.created_at, row.request_id)
        if row.shown
        else []
    )
