"""The filters of the list of users: also by a part of their contact data, in whichever form it is written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_

from metaia.core.text import emails, phones
from metaia.users.models import User


def of(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters of the list."""
    conditions: dict[str, Any] = {
        "role": lambda value: User.role == value,
        "active": User.active.is_,
        "q": contains,
        "name": named,
    }
    return [conditions[name](value) for name, value in filters.items()]


def contains(text: str) -> ColumnElement[bool]:
    """Return the condition that a user's address, name or number contains `text`, in whichever case and form."""
    part = _comparable(literal(emails.readable(text)))
    ways = [func.strpos(_comparable(c), part) > 0 for c in (User.email, User.name, User.phone)]
    if digits := phones.search_digits(text):
        typed = func.regexp_replace(User.phone, r"\D", "", "g")  # of numbers without E.164
        ways += [User.phone_e164.contains(digits), typed.contains(digits)]
    if number := phones.canonical(text):
        ways.append(User.phone_e164 == number)
    return or_(*ways)


def named(text: str) -> ColumnElement[bool]:
    """Return the condition that a user's name contains `text`; addresses and numbers are not searched."""
    return func.strpos(_comparable(User.name), _comparable(literal(text))) > 0


def _comparable(text: Any) -> ColumnElement[str]:
    """Return `text` in NFKC and lower case, as an expression of SQL: rows have the form in which they were sent."""
    return func.pg_catalog.normalize(func.lower(func.pg_catalog.normalize(text, "NFKC")), "NFKC")
