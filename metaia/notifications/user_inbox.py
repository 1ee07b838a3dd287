"""Changes that users make to their notifications. All clients of the user get the event `notifications:unread`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, text, update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.errors import NotFound
from metaia.core.times import now, rfc3339
from metaia.notifications import queries
from metaia.notifications.models import NotificationRow
from metaia.realtime import events
from metaia.realtime.log.store import Act
from metaia.users import queries as user_queries

MAX_EVENT_IDS = 500  # ids in one event
# Both lock rows in the order of their ids, so they cannot deadlock.
MOMENTS = """
    (
        SELECT notifications.id, moment
        FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS timestamptz[])) AS receipt (id, moment)
        JOIN notifications USING (id) ORDER BY id FOR NO KEY UPDATE OF notifications
    ) AS seen
"""
MARK_SEEN = text(
    f"UPDATE notifications AS own SET read_at = moment FROM {MOMENTS} WHERE own.id = seen.id AND read_at IS NULL"  # noqa: S608 - only constants
    " RETURNING own.id, user_id, read_at, shown AND deleted_at IS NULL AS listed"
)
MARK_CLICKED = text(
    f"UPDATE notifications AS own SET clicked_at = moment FROM {MOMENTS} WHERE own.id = seen.id AND clicked_at IS NULL"  # noqa: S608 - only constants
)
# A request does not mark the notifications that it causes. Row-locked ones are being read or deleted at this moment.
MARK_ACTED = text(
    """
    UPDATE notifications SET read_at = :now WHERE read_at IS NULL AND id IN (
        SELECT own.id FROM unnest(
            CAST(:users AS uuid[]), CAST(:subjects AS text[]), CAST(:requests AS text[]),
            CAST(:moments AS timestamptz[])
        ) AS act (user_id, subject, request_id, at) JOIN notifications AS own USING (user_id, subject)
        WHERE own.read_at IS NULL AND own.shown AND own.deleted_at IS NULL AND own.created_at < act.at
            AND (own.request_id IS NULL OR own.request_id IS DISTINCT FROM act.request_id)
        FOR NO KEY UPDATE OF own SKIP LOCKED
    ) RETURNING id, user_id
    """
)


def mark_read(actor: Actor, notification_id: str) -> AnyRow:
    """Mark one notification as read, and return it. Raises NotFound."""
    with db.transaction():
        _mark_read(actor, NotificationRow.id == notification_id)
        return _own(actor, notification_id)


def mark_clicked(actor: Actor, notification_id: str) -> AnyRow:
    """Mark one notification as clicked and read, and return it. Raises NotFound."""
    with db.transaction():
        _mark_read(actor, NotificationRow.id == notification_id)
        own = update(NotificationRow).where(*queries.listed(actor.id), NotificationRow.id == notification_id)
        db.execute(own.values(clicked_at=func.coalesce(NotificationRow.clicked_at, now())))
        return _own(actor, notification_id)


def mark_many_read(actor: Actor, notification_ids: Sequence[str] | None = None) -> int:
    """Mark these, or all, of a user's notifications as read; return how many were unread."""
    conditions = [] if notification_ids is None else [among(NotificationRow.id, notification_ids)]
    with db.transaction():
        user_queries.to_change(actor.id)  # serialises two devices of one user, which could deadlock
        return _mark_read(actor, *conditions)


def delete(actor: Actor, notification_id: str) -> None:
    """Delete one notification from a user's list. Raises NotFound."""
    if not delete_many(actor, [notification_id]):
        raise NotFound("There is no such notification.")


def delete_many(actor: Actor, notification_ids: Sequence[str]) -> int:
    """Delete notifications from a user's list; return how many were in it. The rows stay visible to support."""
    with db.transaction():
        user_queries.to_change(actor.id)
        moment = now()
        own = update(NotificationRow).where(
            *queries.listed(actor.id), among(NotificationRow.id, notification_ids)
        )
        deleted = own.values(deleted_at=moment).returning(NotificationRow.id, NotificationRow.read_at)
        rows = db.execute(deleted).all()
        if rows:
            unread = sum(row.read_at is None for row in rows)
            _publish(actor.id, -unread, moment, deleted=sorted(row.id for row in rows))
        return len(rows)


def mark_seen_elsewhere(moments: dict[str, datetime], *, clicked: bool) -> None:
    """Mark notifications as read, and if `clicked` as clicked, that users opened on another channel.

    `moments` maps notification ids to times. Runs in the running transaction.
    """
    values = {"ids": list(moments), "moments": list(moments.values())}
    for row in db.execute(MARK_SEEN, values):
        if row.listed:
            _publish(row.user_id, -1, row.read_at, read=[row.id])
    if clicked:
        db.execute(MARK_CLICKED, values)


def mark_acted(acts: Sequence[Act]) -> None:
    """Mark notifications as read that users received about a subject before they acted on it.

    Runs in the running transaction.
    """
    moment = now()
    values = {
        "users": [act.actor for act in acts],
        "subjects": [act.subject for act in acts],
        "requests": [act.request_id for act in acts],
        "moments": [act.created_at for act in acts],
        "now": moment,
    }
    read: dict[str, list[str]] = {}
    for row in db.execute(MARK_ACTED, values):
        read.setdefault(row.user_id, []).append(row.id)
    for user_id, ids in read.items():
        _publish_read(user_id, sorted(ids), moment)


def _mark_read(actor: Actor, *conditions: Any) -> int:
    moment = now()
    unread = update(NotificationRow).where(
        *queries.listed(actor.id), NotificationRow.read_at.is_(None), *conditions
    )
    ids = sorted(row.id for row in db.execute(unread.values(read_at=moment).returning(NotificationRow.id)))
    _publish_read(actor.id, ids, moment)
    return len(ids)


def _own(actor: Actor, notification_id: str) -> AnyRow:
    row = queries.get(actor.id, notification_id)
    if row is None:
        raise NotFound("There is no such notification.")
    return row


def _publish_read(user_id: str, ids: Sequence[str], moment: datetime) -> None:
    for start in range(0, len(ids), MAX_EVENT_IDS):
        some = ids[start : start + MAX_EVENT_IDS]
        _publish(user_id, -len(some), moment, read=some)


def _publish(
    user_id: str, by: int, moment: datetime, *, read: Sequence[str] = (), deleted: Sequence[str] = ()
) -> None:
    """Publish a change of the unread count. An absolute count could miss a notification that is being committed."""
    payload = {"by": by, "read": list(read), "deleted": list(deleted), "at": rfc3339(moment)}
    events.record("notification.unread", payload, audience=[f"user-{user_id}"])
