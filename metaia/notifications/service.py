"""Notifying people, and what people do with their notifications."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, update
from structlog.contextvars import get_contextvars

from metaia.core import db, jobs, outbox
from metaia.core.actor import Actor
from metaia.core.errors import NotFound
from metaia.core.ids import new_id
from metaia.core.times import now, rfc3339
from metaia.notifications import queries, wording
from metaia.notifications.catalogue import IN_APP, NOTICES, Notice
from metaia.notifications.models import Notification
from metaia.notifications.wording import Words
from metaia.realtime import events
from metaia.users import queries as users


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
    words = wording.words(kind, users.locale(user_id), data)
    write(notice, user_id, words, data, subject=subject, email=email)


def write(
    notice: Notice,
    user_id: str,
    words: Words,
    data: dict[str, Any],
    *,
    subject: str | None = None,
    email: str | None = None,
    campaign_id: str | None = None,
) -> None:
    """Add the row of a notification, and the event for its user's screens; the worker plans the other channels."""
    moment = now()
    shown = {
        "id": new_id(),
        "type": notice.name,
        "title": words.title[:200],
        "message": words.message,
        "data": data,
        "actions": list(notice.actions),
    }
    db.append(
        Notification,
        **shown,
        user_id=user_id,
        category=notice.category,
        shown=IN_APP in notice.channels,
        queue=notice.queue,
        email=email,
        subject=subject,
        actor_id=outbox.actor_id(),
        request_id=get_contextvars().get("request_id"),
        campaign_id=campaign_id,
        planned_at=None if notice.outside else moment,
        created_at=moment,
    )
    if IN_APP in notice.channels:
        payload = {**shown, "createdAt": rfc3339(moment)}
        events.record("notification.created", payload, audience=[f"user-{user_id}"], subject=subject)
    if notice.outside:
        jobs.wake()


def read(actor: Actor, notification_id: str) -> Any:
    """Mark one notification as read, and return it. Raises NotFound."""
    with db.transaction():
        _mark_read(actor, Notification.id == notification_id)
        row = queries.own(actor.id, notification_id)
    if row is None:
        raise NotFound("There is no such notification.")
    return row


def read_all(actor: Actor) -> int:
    """Mark all of a user's notifications as read; return how many were not."""
    with db.transaction():
        return _mark_read(actor)


def remove(actor: Actor, notification_id: str) -> None:
    """Delete one notification. Raises NotFound."""
    with db.transaction():
        gone = delete(Notification).where(
            Notification.id == notification_id, Notification.user_id == actor.id
        )
        if not db.execute(gone).rowcount:
            raise NotFound("There is no such notification.")


def _mark_read(actor: Actor, *conditions: Any) -> int:
    unread = (Notification.user_id == actor.id, Notification.read_at.is_(None), *conditions)
    return db.execute(update(Notification).where(*unread).values(read_at=now())).rowcount
