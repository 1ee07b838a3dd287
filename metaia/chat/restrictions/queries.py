"""Selects on blocks between users, and on restrictions by staff."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from metaia.chat.models import ConversationRow, ParticipantRow
from metaia.chat.restrictions.models import ChatBlockRow, ChatRestrictionRow
from metaia.chat.state import DEAL, DIRECT, OPEN
from metaia.core import db
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.times import now
from metaia.users import queries as user_queries

LISTED = 500  # blocks of a user, the newest ones
MOST_SHARED = 50  # conversations of a pair that a block changes at once, the newest ones
SORTABLE: pagination.Sortable = {"created_at": ChatRestrictionRow.created_at}


@dataclass(frozen=True, slots=True)
class Block:
    """A block, with the account that is blocked."""

    user_id: str
    created_at: datetime
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """A user that must not write, until a time or, with None, for good."""

    user_id: str
    until: datetime | None
    reason: str
    created_by: str | None
    created_at: datetime


_columns = [getattr(ChatRestrictionRow, each.name) for each in fields(Restriction)]


def blocked_between(a: str, b: str) -> bool:
    """Return whether one of two users has blocked the other."""
    row = ChatBlockRow
    ways = or_(and_(row.blocker_id == a, row.blocked_id == b), and_(row.blocker_id == b, row.blocked_id == a))
    return bool(db.fetch_value(select(exists().where(ways))))


def blocked_by(user_id: str) -> set[str]:
    """Return the ids of the users that a user has blocked."""
    query = select(ChatBlockRow.blocked_id).where(ChatBlockRow.blocker_id == user_id)
    return {row.blocked_id for row in db.fetch_all(query)}


def blockers_of(user_id: str, among_users: Collection[str]) -> set[str]:
    """Return those of some users that have blocked a user."""
    row = ChatBlockRow
    query = select(row.blocker_id).where(row.blocked_id == user_id, among(row.blocker_id, among_users))
    return {each.blocker_id for each in db.fetch_all(query)}


def blocks(user_id: str) -> list[Block]:
    """Return the newest blocks of a user."""
    row = ChatBlockRow
    query = select(row.blocked_id, row.created_at, user_queries.NAME, user_queries.ROLE)
    query = query.join(*user_queries.owner(row.blocked_id)).where(row.blocker_id == user_id)
    found = db.fetch_all(query.order_by(row.created_at.desc(), row.blocked_id).limit(LISTED))
    return [Block(*each) for each in found]


def shared(a: str, b: str) -> list[str]:
    """Return the ids of the newest open direct and deal conversations of two users, in the order of their ids."""
    first, second = (
        select(ParticipantRow.conversation_id).where(
            ParticipantRow.user_id == user_id, ParticipantRow.left_seq.is_(None)
        )
        for user_id in (a, b)
    )
    row = ConversationRow
    query = select(row.id).where(
        row.id.in_(first), row.id.in_(second), row.kind.in_((DIRECT, DEAL)), row.status == OPEN
    )
    newest = db.fetch_all(query.order_by(row.updated_at.desc()).limit(MOST_SHARED))
    return sorted(each.id for each in newest)


def restriction(user_id: str) -> Restriction | None:
    """Return the restriction of a user that has not ended."""
    query = select(*_columns).where(ChatRestrictionRow.user_id == user_id, _lasts())
    found = db.fetch_one(query)
    return None if found is None else Restriction(*found)


def page(*, filters: dict[str, Any], sort: str, limit: int, cursor: str | None) -> pagination.Page:
    """Return one page of the restrictions that have not ended, and the next page's cursor. There are no `filters`."""
    del filters
    key = ChatRestrictionRow.user_id
    query = select(*_columns).where(_lasts())
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=key, limit=limit, cursor=cursor)
    rows = [Restriction(*row) for row in db.fetch_all(query)]
    return pagination.cut(rows, sort=sort, limit=limit, key="user_id")


def _lasts() -> ColumnElement[bool]:
    return or_(ChatRestrictionRow.until.is_(None), ChatRestrictionRow.until > now())
