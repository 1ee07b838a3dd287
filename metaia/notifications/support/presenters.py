"""Notifications as JSON, for staff."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.times import rfc3339
from metaia.notifications.support.schemas import DeliveryOut, StaffNotification
from metaia.notifications.support.trace_schemas import (
    AttemptOut,
    CausingEvent,
    NotificationAudience,
    ReceiptOut,
)
from metaia.users.queries import Person

Json = dict[str, Any]
_attempt, _receipt = presenter(AttemptOut), presenter(ReceiptOut)
_event = presenter(CausingEvent, rename={"actor_id": "actor", "at": "created_at"})


notification = presenter(StaffNotification, rename={"in_app": "shown"})


def found_notification(row: AnyRow, deliveries: Iterable[AnyRow]) -> Json:
    """Return a notification with its deliveries, as FoundNotification describes it."""
    return notification(row) | {
        "userName": row.user_name,
        "deliveries": [delivery(each) for each in deliveries],
    }


def cause(row: AnyRow, actor: Person | None, events: Iterable[AnyRow]) -> Json:
    """Return the cause of a notification, as NotificationCause describes it."""
    return {
        "subject": row.subject,
        "subjectName": row.data.get("orderNumber"),
        "requestId": row.request_id,
        "actorId": row.actor_id,
        "actorName": actor.name if actor else None,
        "actorRole": actor.role if actor else None,
        "campaignId": row.campaign_id,
        "campaign": row.campaign,
        "events": [_event(event) for event in events],
    }


recipient = presenter(NotificationAudience)


delivery = presenter(DeliveryOut, rename={"fallback": "unless_seen"})


def traced_delivery(row: AnyRow, attempts: Iterable[AnyRow], receipts: Iterable[AnyRow]) -> Json:
    """Return a delivery with its steps, attempts and receipts, as TracedDelivery describes it."""
    return delivery(row) | {
        "steps": [step | {name: _rfc3339(step[name]) for name in ("dueAt", "at")} for step in row.steps],
        "attempts": [_attempt(attempt) for attempt in attempts],
        "receipts": [_receipt(receipt) for receipt in receipts],
    }


def _rfc3339(text: str) -> str | None:
    """Return a time in RFC 3339: steps that SQL wrote have the format of PostgreSQL."""
    return rfc3339(datetime.fromisoformat(text))
