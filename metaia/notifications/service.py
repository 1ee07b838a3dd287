"""Notifying users."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from structlog.contextvars import get_contextvars

from metaia.core import db, outbox
from metaia.core.ids import new_id
from metaia.core.times import now, rfc3339
from metaia.jobs import registry as job_registry
from metaia.notifications import presenters
from metaia.notifications.content import templates
from metaia.notifications.content.templates import NotificationText
from metaia.notifications.models import NotificationRow
from metaia.notifications.registry import IN_APP, NOTIFICATION_TYPES, SECOND_EVENTS, NotificationType
from metaia.realtime import events
from metaia.users import queries as user_queries


def notify(
    user_id: str,
    type_name: str,
    data: dict[str, Any],
    *,
    subject: str | None = None,
    email: str | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Notify a user in the running transaction: in the app at the commit, on other channels by jobs.

    Raises LookupError for a type that is not registered. `subject` names what the notification is about (`order-…`),
    `email` replaces the user's own address. No message leaves at `expires_at` or later. `data` is stored, so it must
    contain no secret: see NotificationType.link.
    """
    type_ = NOTIFICATION_TYPES.current()[type_name]
    locale = user_queries.locale(user_id)
    text = templates.render(type_name, locale, data)
    insert(type_, user_id, text, data, locale=locale, subject=subject, email=email, expires_at=expires_at)


def insert(
    type_: NotificationType,
    user_id: str,
    text: NotificationText,
    data: dict[str, Any],
    *,
    locale: str = templates.ENGLISH,
    subject: str | None = None,
    email: str | None = None,
    channels: Collection[str] | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Add a notification and the event for its user's clients; return its id. A job plans the other channels.

    `channels` is a subset of the channels of the type, `locale` the language of the buttons.
    """
    moment = now()
    used = [channel for channel in type_.channels if channels is None or channel in channels]
    payload = created_payload(new_id(), type_, text, data, moment, locale=locale)
    db.append(
        NotificationRow,
        **{name: value for name, value in payload.items() if name not in {"createdAt", "relatedOrder"}},
        user_id=user_id,
        category=type_.category,
        channels=None if channels is None else used,
        shown=IN_APP in used,
        queue=type_.queue,
        email=email,
        subject=subject,
        actor_id=outbox.actor_id(),
        request_id=get_contextvars().get("request_id"),
        expires_at=expires_at,
        planned_at=moment if used == [IN_APP] else None,
        created_at=moment,
    )
    if IN_APP in used:
        events.record("notification.created", payload, audience=[f"user-{user_id}"], subject=subject)
        if record_second := SECOND_EVENTS.current().get(type_.category):
            record_second(payload, user_id, subject)
    if used != [IN_APP]:
        job_registry.wake_on_commit()
    return str(payload["id"])


def created_payload(
    notification_id: str,
    type_: NotificationType,
    text: NotificationText,
    data: dict[str, Any],
    moment: datetime,
    *,
    locale: str = templates.ENGLISH,
) -> dict[str, Any]:
    """Return the payload of the event `new_notification`, as NotificationEvent describes it."""
    return {
        "id": notification_id,
        "type": type_.name,
        "title": text.title,
        "message": text.message,
        "data": data,
        "relatedOrder": presenters.related_order(data),
        "actions": [{"action": name, "label": templates.button(name, locale)} for name in type_.actions],
        "createdAt": rfc3339(moment),
    }
