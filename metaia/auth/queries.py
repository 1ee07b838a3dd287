"""Every select on sessions, proofs, second factors and delays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Uuid, cast, func, or_, select

from metaia.auth.models import LoginDelay, Proof, RecoveryCode, SecondFactor, Session
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


def delays(subjects: Collection[str], *, lock: bool = False) -> list[AnyRow]:
    """Return the delays of these subjects; with `lock`, locked until the running transaction ends."""
    query = select(LoginDelay.__table__).where(LoginDelay.subject.in_(subjects))
    return db.fetch_all(query.order_by(LoginDelay.subject).with_for_update() if lock else query)


def second_factor(user_id: str) -> AnyRow | None:
    """Return a user's second factor, confirmed or not."""
    return db.fetch_one(select(SecondFactor.__table__).where(SecondFactor.user_id == user_id))


def second_factors(after: str, limit: int = 500) -> Sequence[AnyRow]:
    """Return the second factors of some users, in the order of their ids, that come after one."""
    columns = select(SecondFactor.user_id, SecondFactor.secret).order_by(SecondFactor.user_id).limit(limit)
    return db.fetch_all(columns.where(SecondFactor.user_id > after) if after else columns)


def has_second_factor(user_id: str) -> bool:
    """Return whether a user has a second factor that is in force."""
    factor = second_factor(user_id)
    return factor is not None and factor.confirmed_at is not None


def recovery_codes_left(user_id: str) -> int:
    """Return how many of a user's recovery codes have not been used."""
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return int(db.fetch_value(select(func.count()).where(*mine)))


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


def proof(proof_id: str, *, lock: bool = False) -> AnyRow | None:
    """Return a proof's row; with `lock`, locked until the running transaction ends."""
    query = select(Proof.__table__).where(Proof.id == proof_id)
    return db.fetch_one(query.with_for_update() if lock else query)


def proofs_since(user_id: str, purpose: str, moment: datetime) -> int:
    """Return how many proofs of a purpose a user has got since `moment`."""
    mine = (Proof.user_id == user_id, Proof.purpose == purpose, Proof.created_at > moment)
    return int(db.fetch_value(select(func.count()).where(*mine)))


def change_agreed(user_id: str, purpose: str, change: str) -> bool:
    """Return whether a mailbox has agreed to a change of e-mail address: whether that proof of it was used."""
    mine = (Proof.user_id == user_id, Proof.purpose == purpose, Proof.used_at.is_not(None))
    same = Proof.data["change"].astext == change
    return db.fetch_one(select(Proof.id).where(*mine, same)) is not None
