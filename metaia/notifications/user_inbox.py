"""What people do with their notifications. All their devices hear of it: see `notifications:unread`."""

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
from metaia.notifications.models import Notification
from metaia.realtime import events
from metaia.users import queries as user_queries

TOGETHER = 500  # ids in one event
SEE = text(
    "UPDATE notifications AS told SET read_at = moment"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS timestamptz[])) AS seen (id, moment)"
    " WHERE told.id = seen.id AND read_at IS NULL"
    " RETURNING told.id, user_id, read_at, shown AND deleted_at IS NULL AS listed"
)
CLICK = text(
    "UPDATE notifications AS told SET clicked_at = moment"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS timestamptz[])) AS seen (id, moment)"
    " WHERE told.id = seen.id AND clicked_at IS NULL"
)


def read(actor: Actor, notification_id: str) -> AnyRow:
    """Mark one notification as read, and return it. Raises NotFound."""
    with db.transaction():
        _read(actor, Notification.id == notification_id)
        return _own(actor, notification_id)


def click(actor: Actor, notification_id: str) -> AnyRow:
    """Note that somebody has opened what a notification is about, so has read it; return it. Raises NotFound."""
    with db.transaction():
        _read(actor, Notification.id == notification_id)
        clicked = update(Notification).where(*queries.listed(actor.id), Notification.id == notification_id)
        db.execute(clicked.values(clicked_at=func.coalesce(Notification.clicked_at, now())))
        return _own(actor, notification_id)


def read_many(actor: Actor, notification_ids: Sequence[str] | None = None) -> int:
    """Mark these, or all, of a user's notifications as read; return how many were not."""
    chosen = [] if notification_ids is None else [among(Notification.id, notification_ids)]
    with db.transaction():
        user_queries.to_change(actor.id)  # two of their devices at once would wait for each other's rows
        return _read(actor, *chosen)


def remove(actor: Actor, notification_id: str) -> None:
    """Take one notification out of the list. Raises NotFound."""
    if not remove_many(actor, [notification_id]):
        raise NotFound("There is no such notification.")


def remove_many(actor: Actor, notification_ids: Sequence[str]) -> int:
    """Take these notifications out of a user's list; return how many were there. Support can still see them."""
    with db.transaction():
        user_queries.to_change(actor.id)
        moment = now()
        there = update(Notification).where(
            *queries.listed(actor.id), among(Notification.id, notification_ids)
        )
        gone = there.values(deleted_at=moment).returning(Notification.id, Notification.read_at)
        rows = db.execute(gone).all()
        if rows:
            unread = sum(row.read_at is None for row in rows)
            _tell(actor.id, -unread, moment, deleted=sorted(row.id for row in rows))
        return len(rows)


def see(moments: dict[str, datetime], *, clicked: bool) -> None:
    """Note in the running transaction when people opened, or `clicked` in, what they were sent elsewhere."""
    values = {"ids": list(moments), "moments": list(moments.values())}
    for row in db.execute(SEE, values):
        if row.listed:
            _tell(row.user_id, -1, row.read_at, read=[row.id])
    if clicked:
        db.execute(CLICK, values)


def _read(actor: Actor, *conditions: Any) -> int:
    moment = now()
    unread = update(Notification).where(
        *queries.listed(actor.id), Notification.read_at.is_(None), *conditions
    )
    ids = sorted(row.id for row in db.execute(unread.values(read_at=moment).returning(Notification.id)))
    for start in range(0, len(ids), TOGETHER):
        some = ids[start : start + TOGETHER]
        _tell(actor.id, -len(some), moment, read=some)
    return len(ids)


def _own(actor: Actor, notification_id: str) -> AnyRow:
    row = queries.own(actor.id, notification_id)
    if row is None:
        raise NotFound("There is no such notification.")
    return row


def _tell(
    user_id: str, by: int, moment: datetime, *, read: Sequence[str] = (), deleted: Sequence[str] = ()
) -> None:
    """Say what changed, not how many are unread now: a notification that comes this instant is not counted yet."""
    payload = {"by": by, "read": list(read), "deleted": list(deleted), "at": rfc3339(moment)}
    events.record("notification.unread", payload, audience=[f"user-{user_id}"])
