"""Selects of users by a telephone number, and by words of their names and addresses."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import select

from metaia.core import db, search
from metaia.users.models import WORDS, User
from metaia.users.queries import Person

MOST_OF_PHONE = 20  # users with one telephone number
_columns = [getattr(User, field.name) for field in fields(Person)]


def with_phone(e164: str) -> list[Person]:
    """Return the users with this telephone number, in any state."""
    query = select(*_columns).where(User.phone_e164 == e164).order_by(User.id)
    return [Person(*row) for row in db.fetch_all(query.limit(MOST_OF_PHONE))]


def by_words(text: str, limit: int) -> list[Person]:
    """Return users with names or addresses that have words which begin with all words of `text`."""
    query = select(*_columns).where(search.matches(WORDS, text)).limit(limit)
    return [Person(*row) for row in db.fetch_all(query)]
