"""Every select on sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Uuid, cast, or_, select

from metaia.auth.sessions.models import Session
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.users import queries as user_queries


def locked(session_id: str) -> AnyRow | None:
    """Return a session's row, locked until the running transaction ends."""
    return db.fetch_one(select(Session.__table__).where(Session.id == session_id).with_for_update())


def to_end(user_id: str) -> list[AnyRow]:
    """Return (id, user_id) of a user's open sessions, and of those in which they look through others' eyes; locked."""
    theirs = or_(Session.user_id == user_id, Session.impersonator_id == user_id)
    query = select(Session.id, Session.user_id).where(theirs, Session.ended_at.is_(None))
    return db.fetch_all(query.order_by(Session.id).with_for_update())


def open_sessions(user_id: str) -> list[AnyRow]:
    """Return a user's sessions that have not ended, the last used first, with who looks through their eyes in them."""
    staff = cast(Session.impersonator_id, Uuid(as_uuid=False))
    names = user_queries.NAME.label("impersonator_name"), user_queries.ROLE.label("impersonator_role")
    query = select(Session.__table__, *names).outerjoin(*user_queries.owner(staff))
    query = query.where(Session.user_id == user_id, Session.ended_at.is_(None))
    return db.fetch_all(query.order_by(Session.used_at.desc(), Session.id))


def beyond(user_id: str, most: int) -> list[str]:
    """Return the ids of a user's own open sessions but for the `most` that were used last."""
    own = (Session.user_id == user_id, Session.ended_at.is_(None), Session.impersonator_id.is_(None))
    query = select(Session.id).where(*own).order_by(Session.used_at.desc(), Session.id.desc()).offset(most)
    return sorted(row.id for row in db.fetch_all(query))


def by_cookie(session_id: str) -> AnyRow | None:
    """Return an open session that goes on by a cookie, with its user's `role`; None if the user is not active."""
    query = select(Session.__table__, user_queries.ROLE).join(*user_queries.owner(Session.user_id))
    query = query.where(Session.ended_at.is_(None), Session.refresh_jti == "", user_queries.ACTIVE)
    return db.fetch_one(query.where(Session.id == session_id))


def unused(own_since: datetime, lent_since: datetime, cookie_since: datetime, limit: int) -> list[AnyRow]:
    """Return (id, user_id) of open sessions last used before: users' own, lent to staff, by cookie; they are locked."""
    own = Session.impersonator_id.is_(None) & (Session.used_at < own_since)
    lent = Session.impersonator_id.is_not(None) & (Session.used_at < lent_since)
    cookie = (Session.refresh_jti == "") & (Session.used_at < cookie_since)
    query = select(Session.id, Session.user_id).where(Session.ended_at.is_(None), own | lent | cookie)
    return db.fetch_all(query.order_by(Session.id).limit(limit).with_for_update(skip_locked=True))


def devices(user_id: str) -> list[AnyRow]:
    """Return from which devices and addresses a user has logged in: (device, address)."""
    own = (Session.user_id == user_id, Session.impersonator_id.is_(None))
    return db.fetch_all(select(Session.device, Session.address).where(*own).distinct())


def addresses(email: str) -> list[str]:
    """Return from which addresses whoever has this e-mail address, if anybody has, has logged in."""
    own = (Session.user_id == user_queries.id_of(email), Session.impersonator_id.is_(None))
    query = select(Session.address).where(*own, Session.address.is_not(None)).distinct()
    return [row.address for row in db.fetch_all(query)]


def ended_since(moment: datetime) -> list[str]:
    """Return the ids of the sessions that ended after `moment`."""
    return [row.id for row in db.fetch_all(select(Session.id).where(Session.ended_at > moment))]


def sessions_page(user_id: str, limit: int, cursor: str | None) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of all sessions that are kept of a user, oldest first, and the next page's cursor."""
    sort, key = "createdAt", Session.id
    query = select(Session.__table__).where(Session.user_id == user_id)
    sortable: pagination.Sortable = {"created_at": Session.created_at}
    query = pagination.page(query, sort=sort, sortable=sortable, key=key, limit=limit, cursor=cursor)
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
