"""Notifying people, and what people do with their notifications."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import delete, update

from metaia.core import db, jobs
from metaia.core.actor import Actor
from metaia.core.errors import NotFound
from metaia.core.ids import new_id
from metaia.core.times import now, rfc3339
from metaia.notifications import queries
from metaia.notifications.catalogue import EMAIL, IN_APP, NOTICES
from metaia.notifications.models import Delivery, Notification
from metaia.realtime import events

SEND = "metaia.notifications.jobs.send"


def notify(
    user_id: str,
    kind: str,
    data: dict[str, Any],
    *,
    subject: str | None = None,
    email: str | None = None,
) -> None:
    """Tell a user something, in the running transaction: on their screens at once, on other channels by jobs.

    `kind` names a Notice; raises LookupError for one that is not declared. `email` is the address to use instead of
    the user's own. What must stay secret is no part of `data`: see `Notice.link`.
    """
    notice = NOTICES[kind]
    in_app = IN_APP in notice.channels
    moment, notification_id = now(), new_id()
    words = defaultdict(str, {key: str(value) for key, value in data.items()})
    words_out = {
        "id": notification_id,
        "type": kind,
        "title": notice.title.format_map(words),
        "message": notice.message.format_map(words),
        "data": data,
        "actions": list(notice.actions),
    }
    db.append(
        Notification,
        **words_out,
        user_id=user_id,
        category=notice.category,
        shown=in_app,
        read_at=None,
        created_at=moment,
    )
    for channel in notice.channels:
        if channel != IN_APP:
            _deliver(notification_id, channel, email if channel == EMAIL else None)
    if in_app:
        payload = {**words_out, "createdAt": rfc3339(moment)}
        events.record("notification.created", payload, audience=[f"user-{user_id}"], subject=subject)


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


def _deliver(notification_id: str, channel: str, address: str | None) -> None:
    moment, delivery_id = now(), new_id()
    db.append(
        Delivery,
        id=delivery_id,
        notification_id=notification_id,
        channel=channel,
        address=address,
        status="queued",
        attempts=0,
        error=None,
        created_at=moment,
        updated_at=moment,
    )
    jobs.later(SEND, delivery_id=delivery_id)


def _mark_read(actor: Actor, *conditions: Any) -> int:
    mine = (Notification.user_id == actor.id, Notification.shown)
    unread = (*mine, Notification.read_at.is_(None), *conditions)
    return db.execute(update(Notification).where(*unread).values(read_at=now())).rowcount
