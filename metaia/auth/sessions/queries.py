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


def for_update(session_id: str) -> AnyRow | None:
    """Return a session, row-locked until the running transaction ends."""
    return db.fetch_one(select(Session.__table__).where(Session.id == session_id).with_for_update())


def open_for_update(user_id: str) -> list[AnyRow]:
    """Return (id, user_id) of a user's open sessions, and of the impersonations they have begun; row-locked."""
    involved = or_(Session.user_id == user_id, Session.impersonator_id == user_id)
    query = select(Session.id, Session.user_id).where(involved, Session.ended_at.is_(None))
    return db.fetch_all(query.order_by(Session.id).with_for_update())


def open_sessions(user_id: str) -> list[AnyRow]:
    """Return the open sessions in a user's account, the latest used first, with name and role of an impersonator."""
    staff = cast(Session.impersonator_id, Uuid(as_uuid=False))
    names = user_queries.NAME.label("impersonator_name"), user_queries.ROLE.label("impersonator_role")
    query = select(Session.__table__, *names).outerjoin(*user_queries.owner(staff))
    query = query.where(Session.user_id == user_id, Session.ended_at.is_(None))
    return db.fetch_all(query.order_by(Session.used_at.desc(), Session.id))


def exceeding(user_id: str, limit: int) -> list[str]:
    """Return the ids of a user's own open sessions except the `limit` latest used ones."""
    own = (Session.user_id == user_id, Session.ended_at.is_(None), Session.impersonator_id.is_(None))
    query = select(Session.id).where(*own).order_by(Session.used_at.desc(), Session.id.desc()).offset(limit)
    return sorted(row.id for row in db.fetch_all(query))


def by_cookie(session_id: str) -> AnyRow | None:
    """Return an open cookie session with its user's `role`; None if the user is not active."""
    query = select(Session.__table__, user_queries.ROLE).join(*user_queries.owner(Session.user_id))
    query = query.where(Session.ended_at.is_(None), Session.refresh_jti == "", user_queries.ACTIVE)
    return db.fetch_one(query.where(Session.id == session_id))


def open_roles(session_ids: list[str], used_since: datetime, begun_since: datetime) -> dict[str, str]:
    """Return the users' roles by the ids of those sessions that are open, not too old, and of active users."""
    query = select(Session.id, user_queries.ROLE.label("role")).join(*user_queries.owner(Session.user_id))
    lasting = (Session.used_at > used_since, Session.created_at > begun_since)
    query = query.where(
        Session.id.in_(session_ids), Session.ended_at.is_(None), user_queries.ACTIVE, *lasting
    )
    return {row.id: row.role for row in db.fetch_all(query)}


def expired_for_update(
    own_since: datetime, impersonated_since: datetime, cookie_since: datetime, limit: int
) -> list[AnyRow]:
    """Return (id, user_id) of open sessions that were last used before the limit of their kind; row-locked.

    The kinds are: sessions of the users themselves, impersonations, and cookie sessions.
    """
    own = Session.impersonator_id.is_(None) & (Session.used_at < own_since)
    impersonated = Session.impersonator_id.is_not(None) & (Session.used_at < impersonated_since)
    cookie = (Session.refresh_jti == "") & (Session.used_at < cookie_since)
    query = select(Session.id, Session.user_id).where(Session.ended_at.is_(None), own | impersonated | cookie)
    return db.fetch_all(query.order_by(Session.id).limit(limit).with_for_update(skip_locked=True))


def known_devices(user_id: str) -> list[AnyRow]:
    """Return the pairs (device, address) of a user's own sessions, ended ones too."""
    own = (Session.user_id == user_id, Session.impersonator_id.is_(None))
    return db.fetch_all(select(Session.device, Session.address).where(*own).distinct())


def login_addresses(email: str) -> list[str]:
    """Return the network addresses from which the user with an e-mail address has logged in; none if there is none."""
    own = (Session.user_id == user_queries.id_of(email), Session.impersonator_id.is_(None))
    query = select(Session.address).where(*own, Session.address.is_not(None)).distinct()
    return [row.address for row in db.fetch_all(query)]


def ended_since(moment: datetime) -> list[str]:
    """Return the ids of the sessions that ended after `moment`."""
    return [row.id for row in db.fetch_all(select(Session.id).where(Session.ended_at > moment))]


def page(user_id: str, limit: int, cursor: str | None) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of a user's sessions, open and ended, oldest first, and the next page's cursor."""
    sort, key = "createdAt", Session.id
    query = select(Session.__table__).where(Session.user_id == user_id)
    sortable: pagination.Sortable = {"created_at": Session.created_at}
    query = pagination.page(query, sort=sort, sortable=sortable, key=key, limit=limit, cursor=cursor)
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
