"""Parts of queries about deleted users."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, select, true

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.users.models import User
from metaia.users.state import DELETED

Ts = TypeVarTuple("Ts")


def ids() -> Select[str]:
    """Return the ids of all deleted users."""
    return select(User.id).where(User.inactive_because == DELETED)


def of(user_ids: Collection[str]) -> set[str]:
    """Return those of some users that are deleted."""
    found = ids().subquery()
    return {each.id for each in db.fetch_all(select(found.c.id).where(among(found.c.id, user_ids)))}


def of_each(rows: Callable[[ColumnElement[str]], Select[*Ts]]) -> Select[*Ts]:
    """Return the query of the rows that `rows(user_id)` selects for each deleted user.

    PostgreSQL executes that select once per user, by its indexes. With `IN (…)` its plan depends on the number of
    deleted users in the statistics, and reads the whole other table if they are many.
    """
    users = ids().subquery()
    # a select with an offset is not merged with the one around it
    theirs = rows(users.c.id).offset(0).lateral()
    return select(*theirs.c).select_from(users).join(theirs, true())
