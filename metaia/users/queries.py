"""Every select on users."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from metaia.core import db
from metaia.core.access.permissions import SUPER_ADMIN
from metaia.core.db.driver import PreparedSelect
from metaia.core.http import pagination
from metaia.users.models import DEACTIVATED, DELETED, User


@dataclass(frozen=True, slots=True)
class Person:
    """A user without what nobody needs to see."""

    id: str
    email: str
    name: str
    phone: str | None
    role: str
    active: bool
    inactive_because: str | None
    avatar: str | None
    locale: str
    time_zone: str
    email_verified_at: datetime | None
    version: int
    created_at: datetime


SORTABLE: pagination.Sortable = {
    "created_at": User.created_at,
    "name": User.name,
    "email": User.email,
}
_ONE_GOES_AT_A_TIME = 0x53555041  # "SUPA"
_columns = [getattr(User, field.name) for field in fields(Person)]


def by_id(user_id: str) -> Person | None:
    """Return the user with this id, active or not."""
    return _person(User.id == user_id)


def active_with_role(user_id: str, roles: Collection[str]) -> Person | None:
    """Return the active user with this id if they have one of `roles`."""
    return _person(User.id == user_id, User.active.is_(True), User.role.in_(roles))


def ids_with_role(roles: Collection[str]) -> list[str]:
    """Return the ids of all active users with one of `roles`."""
    return [row.id for row in db.fetch_all(select(User.id).where(User.role.in_(roles), User.active))]


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[Person], str | None]:
    """Return one page of all users, and the next page's cursor."""
    conditions: dict[str, Any] = {
        "role": lambda value: User.role == value,
        "active": User.active.is_,
        "q": lambda text: or_(
            *(c.icontains(text, autoescape=True) for c in (User.email, User.name, User.phone))
        ),
    }
    query = select(*_columns).where(*(conditions[name](value) for name, value in filters.items()))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=User.id, limit=limit, cursor=cursor)
    return pagination.cut([Person(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)


def to_change(user_id: str) -> Person | None:
    """Return a user who will be changed: locked, or guarded by their version (see `db.optimistic_then_locked`).

    Who changes what hangs on an account, its proofs for example, locks the account first: so nobody deadlocks.
    """
    query = select(*_columns).where(User.id == user_id)
    # Not a whole lock: rows that only refer to this user may be added meanwhile.
    row = db.fetch_one(query.with_for_update(key_share=True) if db.locking() else query)
    return None if row is None else Person(*row)


def by_email(email: str) -> Person | None:
    """Return the user who may get in with this e-mail address."""
    return _person(User.email == email.lower(), _may_enter)


def with_email(email: str) -> Person | None:
    """Return the user with this e-mail address, whether they may get in or not."""
    return _person(User.email == email.lower())


def taken(email: str) -> bool:
    """Return whether anybody has this e-mail address, whether they may get in or not."""
    return db.fetch_one(select(User.id).where(User.email == email.lower())) is not None


def credentials(email: str) -> tuple[Person, str] | None:
    """Return the user who may get in with this e-mail address, and their password hash."""
    return _credentials(User.email == email.lower())


def credentials_of(user_id: str) -> tuple[Person, str] | None:
    """Return the user with this id, if they may get in, and their password hash."""
    return _credentials(User.id == user_id)


def other_super_admins(user_id: str) -> int:
    """Return how many other active super admins there are; until this transaction ends, nobody else may ask."""
    db.execute(select(func.pg_advisory_xact_lock(_ONE_GOES_AT_A_TIME)))
    others = select(func.count()).where(User.role == SUPER_ADMIN, User.active, User.id != user_id)
    return int(db.fetch_value(others))


def deleted() -> Select[str]:
    """Return the ids of all deleted users, as a part of other queries."""
    return select(User.id).where(User.inactive_because == DELETED)


# Who has deactivated their account comes back by logging in.
_may_enter = or_(User.active, User.inactive_because == DEACTIVATED)


def _credentials(condition: ColumnElement[bool]) -> tuple[Person, str] | None:
    row = db.fetch_one(select(*_columns, User.password_hash).where(condition, _may_enter))
    return None if row is None else (Person(*row[:-1]), row.password_hash)


def _person(*conditions: ColumnElement[bool]) -> Person | None:
    row = db.fetch_one(select(*_columns).where(*conditions))
    return None if row is None else Person(*row)


LOCALE_SECONDS = 60
_locale = PreparedSelect(select(User.locale).where(User.id == bindparam("user_id")))
_locales: dict[str, tuple[float, str]] = {}


def forget_locale(user_id: str) -> None:
    """Let a changed language be used at once in this process."""
    _locales.pop(user_id, None)


def locale(user_id: str) -> str:
    """Return a user's language; one that was changed elsewhere may be used for another minute."""
    until, known = _locales.get(user_id, (0.0, ""))
    if until < time.monotonic():
        row = db.fetch_tuple(_locale, {"user_id": user_id})
        known = row[0] if row else "en"
        if len(_locales) >= 20_000:
            _locales.clear()
        _locales[user_id] = (time.monotonic() + LOCALE_SECONDS, known)
    return known
