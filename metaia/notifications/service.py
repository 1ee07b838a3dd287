"""Notifying people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from structlog.contextvars import get_contextvars

from metaia.core import db, outbox
from metaia.core.ids import new_id
from metaia.core.times import now, rfc3339
from metaia.jobs import registry as job_registry
from metaia.notifications.content import templates
from metaia.notifications.content.templates import Words
from metaia.notifications.models import Notification
from metaia.notifications.registry import IN_APP, NOTICES, Notice
from metaia.realtime import events
from metaia.users import queries as user_queries


def notify(
    user_id: str,
    kind: str,
    data: dict[str, Any],
    *,
    subject: str | None = None,
    email: str | None = None,
) -> None:
    """Tell a user something, in the running transaction: on their screens at once, on other channels by jobs.

    `kind` names a Notice; raises LookupError for one that is not declared. `subject` is what it is about (`order-…`),
    `email` the address to use instead of the user's own. What must stay secret is no part of `data`: see `Notice.link`.
    """
    notice = NOTICES[kind]
    locale = user_queries.locale(user_id)
    words = templates.words(kind, locale, data)
    write(notice, user_id, words, data, locale=locale, subject=subject, email=email)


def write(
    notice: Notice,
    user_id: str,
    words: Words,
    data: dict[str, Any],
    *,
    locale: str = templates.ENGLISH,
    subject: str | None = None,
    email: str | None = None,
    channels: Collection[str] | None = None,
) -> str:
    """Add the row of a notification, and the event for its user's screens; the worker plans the other channels.

    `channels` are fewer than the notice's, `locale` is that of its buttons. Returns the id.
    """
    moment, used = now(), [each for each in notice.channels if channels is None or each in channels]
    shown = on_screen(new_id(), notice, words, data, moment, locale=locale)
    db.append(
        Notification,
        **{name: value for name, value in shown.items() if name != "createdAt"},
        user_id=user_id,
        category=notice.category,
        channels=None if channels is None else used,
        shown=IN_APP in used,
        queue=notice.queue,
        email=email,
        subject=subject,
        actor_id=outbox.actor_id(),
        request_id=get_contextvars().get("request_id"),
        planned_at=moment if used == [IN_APP] else None,
        created_at=moment,
    )
    if IN_APP in used:
        events.record("notification.created", shown, audience=[f"user-{user_id}"], subject=subject)
    if used != [IN_APP]:
        job_registry.wake_on_commit()
    return str(shown["id"])


def on_screen(
    notification_id: str,
    notice: Notice,
    words: Words,
    data: dict[str, Any],
    moment: datetime,
    *,
    locale: str = templates.ENGLISH,
) -> dict[str, Any]:
    """Return what a notification's user sees of it at once: the payload of `new_notification`."""
    return {
        "id": notification_id,
        "type": notice.name,
        "title": words.title,
        "message": words.message,
        "data": data,
        "actions": [{"action": name, "label": templates.button(name, locale)} for name in notice.actions],
        "createdAt": rfc3339(moment),
    }
