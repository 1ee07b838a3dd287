"""Notifications for the users of an announcement with `store`, in batches of one transaction each.

After a crash the next batch continues after the last. A user gets the text in the language that the user has then.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from metaia.core import db, fault_injection, outbox, rooms
from metaia.core import json as json_texts
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.notifications.announcements import queries
from metaia.notifications.announcements.models import AnnouncementRow
from metaia.notifications.announcements.notifications import ANNOUNCEMENT
from metaia.notifications.announcements.queries import Announcement
from metaia.notifications.delivery.queries import NIL

BATCH, PAUSE = 100, timedelta(seconds=1)  # 6,000 users in a minute, as campaigns

# Selects users, inserts their notifications and the events for their clients, all in PostgreSQL.
STORE = text(
    """
    WITH people AS (
        SELECT id, row_number() OVER (ORDER BY id) AS n,
               COALESCE(CAST(:content AS jsonb) -> locale, CAST(:content AS jsonb) -> split_part(locale, '-', 1),
                        CAST(:content AS jsonb) -> 'en') AS words
        FROM users
        WHERE id > CAST(:stored_to AS uuid) AND active AND created_at <= :published_at
          AND (CAST(:roles AS text[]) IS NULL OR role = ANY(CAST(:roles AS text[])))
          AND (CAST(:user_ids AS uuid[]) IS NULL OR id = ANY(CAST(:user_ids AS uuid[])))
        ORDER BY id LIMIT :batch
    ), notified AS (
        INSERT INTO notifications (id, user_id, type, category, title, message, data, actions, shown, queue, subject,
                                   actor_id, planned_at, created_at)
        SELECT fresh.id, people.id, :type, :category, words ->> 'title', words ->> 'message', CAST(:data AS jsonb),
               CAST('[]' AS jsonb), true, :queue, :subject, :actor_id, :now, :now
        FROM people JOIN unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS fresh (id, n) USING (n)
        RETURNING id, user_id, title, message
    ), published AS (
        INSERT INTO outbox (uid, kind, type, payload, audience, actor, subject, created_at)
        SELECT gen_random_uuid(), 'event', 'notification.created',
               CAST(jsonb_build_object('id', id, 'type', CAST(:type AS text), 'title', title, 'message', message,
                   'data', CAST(:data AS jsonb), 'relatedOrder', NULL, 'actions', CAST('[]' AS jsonb),
                   'createdAt', CAST(:at AS text)) AS json),
               ARRAY['user-' || user_id], :actor_id, :subject, :now
        FROM notified
    )
    SELECT (SELECT count(*) FROM people) AS people, (SELECT id FROM people ORDER BY id DESC LIMIT 1) AS last
    """
)


def store_next() -> bool:
    """Store the next notifications of the announcement that has waited longest; return whether one was due."""
    with db.transaction():
        this = queries.lock_to_store()
        if this is not None:
            _store(this)
    return this is not None


def _store(this: Announcement) -> None:
    moment = now()
    if this.ends_at <= moment:
        db.change(AnnouncementRow, id=this.id, store_at=None)
        return
    row = db.execute(STORE, _parameters(this)).one()
    fault_injection.point("in_announcement")
    outbox.notify_on_commit("event")
    db.change(
        AnnouncementRow,
        id=this.id,
        stored=this.stored + row.people,
        stored_to=row.last or this.stored_to,
        store_at=moment + PAUSE if row.people == BATCH else None,
    )


def _parameters(this: Announcement) -> Json:
    moment = now()
    data = {"announcementId": this.id, "level": this.level, "link": this.link}
    return {
        "content": json_texts.dumps(this.content),
        "stored_to": this.stored_to or NIL,
        "published_at": this.published_at,
        "roles": this.roles,
        "user_ids": this.user_ids,
        "batch": BATCH,
        "ids": [new_id() for _ in range(BATCH)],
        "type": ANNOUNCEMENT.name,
        "category": ANNOUNCEMENT.category,
        "queue": ANNOUNCEMENT.queue,
        "data": json_texts.dumps(data),
        "subject": rooms.subject("announcement", this.id),
        "actor_id": this.created_by,
        "at": rfc3339(moment),
        "now": moment,
    }
