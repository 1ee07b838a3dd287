"""Every select on users."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, case, func, or_, select

from metaia.core import db
from metaia.core.access.permissions import SUPER_ADMIN
from metaia.core.db.driver import PreparedSelect
from metaia.core.http import pagination
from metaia.core.text import emails
from metaia.users import conditions
from metaia.users.models import User
from metaia.users.state import DEACTIVATED, DELETED


@dataclass(frozen=True, slots=True)
class Person:
    """A user without the password hash."""

    id: str
    email: str
    name: str
    phone: str | None
    phone_e164: str | None
    role: str
    active: bool
    inactive_because: str | None
    avatar: str | None
    locale: str
    time_zone: str
    email_verified_at: datetime | None
    version: int
    created_at: datetime


# Columns for the selects of other domains. They join the table with `.join(*user_queries.owner(their_column))`.
ID, EMAIL, NAME, ROLE = User.id, User.email, User.name, User.role
PHONE, PHONE_E164 = User.phone, User.phone_e164
ACTIVE, LOCALE, TIME_ZONE = User.active, User.locale, User.time_zone
EMAIL_VERIFIED_AT = User.email_verified_at
EMAIL_UNLESS_DELETED = case((User.inactive_because.is_distinct_from(DELETED), User.email))  # else NULL
SORTABLE: pagination.Sortable = {
    "created_at": User.created_at,
    "name": User.name,
    "email": User.email,
}
_SUPER_ADMIN_LOCK = 0x53555041  # "SUPA": key of a PostgreSQL advisory lock
_columns = [getattr(User, field.name) for field in fields(Person)]
_by_id = PreparedSelect(select(*_columns).where(User.id == bindparam("user_id")))


def by_id(user_id: str) -> Person | None:
    """Return the user with this id, active or not."""
    row = db.fetch_tuple(_by_id, {"user_id": user_id})
    return None if row is None else Person(*row)


def active_with_role(user_id: str, roles: Collection[str]) -> Person | None:
    """Return the active user with this id if they have one of `roles`."""
    person = by_id(user_id)
    return person if person is not None and person.active and person.role in roles else None


def ids_with_role(roles: Collection[str]) -> list[str]:
    """Return the ids of all active users with one of `roles`."""
    return [row.id for row in db.fetch_all(select(User.id).where(User.role.in_(roles), User.active))]


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[Person], str | None]:
    """Return one page of all users, and the next page's cursor."""
    query = select(*_columns).where(*conditions.of(filters))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=User.id, limit=limit, cursor=cursor)
    return pagination.cut([Person(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)


def to_change(user_id: str) -> Person | None:
    """Return a user to be changed: row-locked, or guarded by the version (see `db.optimistic_then_locked`).

    A transaction that changes rows of a user, such as email tokens, locks the user first. All transactions lock in this
    order, so none of them deadlock.
    """
    query = select(*_columns).where(User.id == user_id)
    # FOR NO KEY UPDATE: other transactions can add rows that refer to this user.
    row = db.fetch_one(query.with_for_update(key_share=True) if db.locking() else query)
    return None if row is None else Person(*row)


def by_email(email: str) -> Person | None:
    """Return the user with this e-mail address if they can log in."""
    return _person(_has_email(email), _can_log_in)


def with_email(email: str) -> Person | None:
    """Return the user with this e-mail address, in any state."""
    return _person(_has_email(email))


def taken(email: str) -> bool:
    """Return whether a user in any state has this e-mail address."""
    return db.fetch_one(select(User.id).where(_has_email(email))) is not None


def credentials(email: str) -> tuple[Person, str] | None:
    """Return the user with this e-mail address and the password hash, if they can log in."""
    return _credentials(_has_email(email))


def credentials_of(user_id: str) -> tuple[Person, str] | None:
    """Return the user with this id and the password hash, if they can log in."""
    return _credentials(User.id == user_id)


def other_super_admins(user_id: str) -> int:
    """Return the number of other active super admins. Other callers wait until this transaction ends."""
    db.execute(select(func.pg_advisory_xact_lock(_SUPER_ADMIN_LOCK)))
    others = select(func.count()).where(User.role == SUPER_ADMIN, User.active, User.id != user_id)
    return int(db.fetch_value(others))


def owner(user_id: Any) -> tuple[type[User], ColumnElement[bool]]:
    """Return the arguments of `Select.join` that add the user with the id in the column `user_id`."""
    return User, User.id == user_id


def id_of(email: str) -> ScalarSelect[str]:
    """Return the id of the user with this e-mail address, in any state, as a part of other queries."""
    return select(User.id).where(_has_email(email)).scalar_subquery()


def _has_email(email: str) -> ColumnElement[bool]:
    """Return the condition of the row with this address: as it was typed, else in another form of the mailbox."""
    forms = emails.variants(email)
    if len(forms) == 1:
        return User.email == forms[0]
    place = case({form: place for place, form in enumerate(forms)}, value=User.email)
    return User.id == select(User.id).where(User.email.in_(forms)).order_by(place).limit(1).scalar_subquery()


# A deactivated account is reactivated by a login.
_can_log_in = or_(User.active, User.inactive_because == DEACTIVATED)


def _credentials(condition: ColumnElement[bool]) -> tuple[Person, str] | None:
    row = db.fetch_one(select(*_columns, User.password_hash).where(condition, _can_log_in))
    return None if row is None else (Person(*row[:-1]), row.password_hash)


def _person(*conditions: ColumnElement[bool]) -> Person | None:
    row = db.fetch_one(select(*_columns).where(*conditions))
    return None if row is None else Person(*row)


LOCALE_SECONDS, MAX_CACHED_LOCALES = 60, 20_000
_locale = PreparedSelect(select(User.locale, User.time_zone).where(User.id == bindparam("user_id")))
_locales: dict[str, tuple[float, str, str]] = {}


def uncache_locale(user_id: str) -> None:
    """Drop a user's language and time zone from this process's cache, so that changed ones are used at once."""
    _locales.pop(user_id, None)


def locale(user_id: str) -> str:
    """Return a user's language, cached for LOCALE_SECONDS: a change in another process takes effect then."""
    return _locale_and_zone(user_id)[0]


def time_zone(user_id: str) -> str:
    """Return the name of a user's time zone, cached as the language is."""
    return _locale_and_zone(user_id)[1]


def _locale_and_zone(user_id: str) -> tuple[str, str]:
    known = _locales.get(user_id)
    if known is None or known[0] < time.monotonic():
        found = db.fetch_tuple(_locale, {"user_id": user_id}) or ("en", "UTC")
        if len(_locales) >= MAX_CACHED_LOCALES:
            _locales.clear()
        known = _locales[user_id] = (time.monotonic() + LOCALE_SECONDS, *found)
    return known[1:]
