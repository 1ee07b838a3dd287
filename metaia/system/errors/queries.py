"""Selects of errors, and the statement that adds what a process has counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, func, select, text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http.pagination import Page, Sortable, cut
from metaia.core.http.pagination import page as page_of
from metaia.core.observing.exceptions import MOST_FINGERPRINTS
from metaia.system.errors.models import ErrorRow
from metaia.system.errors.state import OPEN

SORTABLE: Sortable = {
    "last_seen": ErrorRow.last_seen,
    "first_seen": ErrorRow.first_seen,
    "count": ErrorRow.count,
}
# The order of fingerprints is that of the row locks: two processes that report at once never wait in a circle.
ADD = text(
    """
    INSERT INTO errors AS e (fingerprint, type, function, message, stack, count, users, request_ids, release,
                             first_seen, last_seen, state, announce)
    SELECT r.fingerprint, r.type, r.function, r.message, r.stack, r.count, CAST(r.users AS bit(1024)),
           r.request_ids, :release, r.first_seen, r.last_seen, 'open', true
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        fingerprint text, type text, function text, message text, stack text, count bigint, users text,
        request_ids text[], first_seen timestamptz, last_seen timestamptz)
    ORDER BY r.fingerprint
    ON CONFLICT (fingerprint) DO UPDATE SET
        count = e.count + excluded.count,
        users = e.users | excluded.users,
        request_ids = (CAST(excluded.request_ids || e.request_ids AS varchar(64)[]))[1:5],
        message = excluded.message,
        stack = excluded.stack,
        release = excluded.release,
        first_seen = least(e.first_seen, excluded.first_seen),
        last_seen = greatest(e.last_seen, excluded.last_seen),
        (state, announce) = (
            SELECT CASE WHEN came_back THEN 'open' ELSE e.state END, e.announce OR came_back
            FROM (SELECT e.state = 'resolved' AND COALESCE(
                (SELECT new.first_seen > old.first_seen FROM releases AS new, releases AS old
                 WHERE new.name = excluded.release AND old.name = e.resolved_release), false) AS came_back) AS c)
    """
)
REGISTER = text("INSERT INTO releases (name, first_seen) VALUES (:name, now()) ON CONFLICT DO NOTHING")
# Linear counting (Whang et al. 1990): the number of distinct users from the share of bits that are still 0.
_bits = func.length(func.replace(cast(ErrorRow.users, String), "0", ""))
COLUMNS = (
    *(c for c in ErrorRow.__table__.c if c.name not in {"stack", "users"}),
    _bits.label("user_bits"),
)


def page(*, filters: Mapping[str, Any], sort: str, limit: int, cursor: str | None) -> Page:
    """Return one page of errors and the cursor of the next one."""
    query = select(*COLUMNS)
    if "state" in filters:
        query = query.where(ErrorRow.state == filters["state"])
    if "since" in filters:
        query = query.where(ErrorRow.last_seen >= filters["since"])
    query = page_of(query, sort=sort, sortable=SORTABLE, key=ErrorRow.fingerprint, limit=limit, cursor=cursor)
    return cut(db.fetch_all(query), sort=sort, limit=limit, key="fingerprint")


def by_fingerprint(fingerprint: str) -> AnyRow | None:
    """Return an error with its stack; row-locked in a transaction."""
    query = select(*COLUMNS, ErrorRow.stack).where(ErrorRow.fingerprint == fingerprint)
    return db.fetch_one(query.with_for_update() if db.locking() else query)


def to_announce() -> list[AnyRow]:
    """Return the errors of which admins must be notified, the most frequent first, row-locked."""
    columns = (ErrorRow.fingerprint, ErrorRow.type, ErrorRow.function, ErrorRow.count)
    query = select(*columns).where(ErrorRow.announce, ErrorRow.state == OPEN)
    return db.fetch_all(query.order_by(ErrorRow.count.desc(), ErrorRow.fingerprint).with_for_update())


def latest_announcement() -> datetime | None:
    """Return when admins were last notified of errors."""
    found: datetime | None = db.fetch_value(select(func.max(ErrorRow.announced_at)))
    return found


def delete_excess() -> int:
    """Delete the errors beyond MOST_FINGERPRINTS that were not seen for longest; return their number."""
    newest = (ErrorRow.last_seen.desc(), ErrorRow.fingerprint)
    excess = select(ErrorRow.fingerprint).order_by(*newest).offset(MOST_FINGERPRINTS)
    return int(db.execute(delete(ErrorRow).where(ErrorRow.fingerprint.in_(excess))).rowcount)


def delete_unseen(before: datetime, limit: int) -> int:
    """Delete up to `limit` errors that were last seen before a moment; return their number."""
    old = select(ErrorRow.fingerprint).where(ErrorRow.last_seen < before).limit(limit)
    return int(db.execute(delete(ErrorRow).where(ErrorRow.fingerprint.in_(old))).rowcount)
