"""Notifications as JSON, for staff."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.core.times import rfc3339


def notification(row: AnyRow) -> Json:
    """Return a row as StaffNotification describes it."""
    return {
        "id": row.id,
        "userId": row.user_id,
        "type": row.type,
        "category": row.category,
        "title": row.title,
        "inApp": row.shown,
        "queue": row.queue,
        "subject": row.subject,
        "campaignId": row.campaign_id,
        "createdAt": rfc3339(row.created_at),
        "plannedAt": rfc3339(row.planned_at),
        "readAt": rfc3339(row.read_at),
        "clickedAt": rfc3339(row.clicked_at),
        "deletedAt": rfc3339(row.deleted_at),
    }


def found_notification(row: AnyRow, deliveries: Iterable[AnyRow]) -> Json:
    """Return a notification with its deliveries, as FoundNotification describes it."""
    return notification(row) | {"deliveries": [delivery(each) for each in deliveries]}


def cause(row: AnyRow, actor_role: str | None, events: Iterable[AnyRow]) -> Json:
    """Return the cause of a notification, as NotificationCause describes it."""
    return {
        "subject": row.subject,
        "requestId": row.request_id,
        "actorId": row.actor_id,
        "actorRole": actor_role,
        "campaignId": row.campaign_id,
        "campaign": row.campaign,
        "events": [
            {
                "position": event.position,
                "type": event.type,
                "subject": event.subject,
                "actorId": event.actor,
                "at": rfc3339(event.created_at),
            }
            for event in events
        ],
    }


def recipient(row: AnyRow) -> Json:
    """Return the user of a notification, as NotificationAudience describes it."""
    return {
        "userId": row.user_id,
        "role": row.role,
        "locale": row.locale,
        "timeZone": row.time_zone,
        "active": row.active,
    }


def delivery(row: AnyRow) -> Json:
    """Return a row as DeliveryOut describes it."""
    return {
        "id": row.id,
        "channel": row.channel,
        "address": row.address,
        "status": row.status,
        "reason": row.reason,
        "digest": row.digest,
        "fallback": row.unless_seen,
        "dueAt": rfc3339(row.due_at),
        "provider": row.provider,
        "reference": row.reference,
        "error": row.error,
        "createdAt": rfc3339(row.created_at),
        "updatedAt": rfc3339(row.updated_at),
    }


def traced_delivery(row: AnyRow, attempts: Iterable[AnyRow], receipts: Iterable[AnyRow]) -> Json:
    """Return a delivery with its steps, attempts and receipts, as TracedDelivery describes it."""
    return delivery(row) | {
        "steps": [step | {name: _rfc3339(step[name]) for name in ("dueAt", "at")} for step in row.steps],
        "attempts": [
            {
                "number": attempt.number,
                "provider": attempt.provider,
                "startedAt": rfc3339(attempt.started_at),
                "milliseconds": attempt.milliseconds,
                "outcome": attempt.outcome,
                "answer": attempt.answer,
            }
            for attempt in attempts
        ],
        "receipts": [
            {"status": receipt.status, "detail": receipt.detail, "at": rfc3339(receipt.at)}
            for receipt in receipts
        ],
    }


def _rfc3339(text: str) -> str | None:
    """Return a time in RFC 3339: steps that SQL wrote have the format of PostgreSQL."""
    return rfc3339(datetime.fromisoformat(text))
