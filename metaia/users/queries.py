"""Every select on users."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, select

from metaia.core import db
from metaia.users.models import User


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


def credentials(email: str) -> tuple[Person, str] | None:
    """Return the active user with this e-mail address, and their password hash."""
    row = db.fetch_one(select(*_columns, User.password_hash).where(User.email == email.lower(), User.active))
    return None if row is None else (Person(*row[:-1]), row.password_hash)


def _person(*conditions: ColumnElement[bool]) -> Person | None:
    row = db.fetch_one(select(*_columns).where(*conditions))
    return None if row is None else Person(*row)
