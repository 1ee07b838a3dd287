"""Selects on operations and their items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Select, Uuid, func, literal, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.times import now
from metaia.operations.models import OperationItemRow, OperationRow
from metaia.operations.state import DONE, FAILED, RUNNING, WAITING
from metaia.users import conditions
from metaia.users import queries as user_queries


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; models.OperationRow describes the fields."""

    id: str
    kind: str
    action: str
    filter: dict[str, Any] | None
    parameters: dict[str, Any]
    reason: str
    actor_id: str
    actor_role: str
    state: str
    ended_because: str | None
    total: int
    done: int
    failed: int
    next_at: datetime | None
    published_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    created_at: datetime
    updated_at: datetime


SORTABLE: pagination.Sortable = {"created_at": OperationRow.created_at}
BY_ITEM: pagination.Sortable = {"id": OperationItemRow.item_id}
_all = select(*(getattr(OperationRow, each.name) for each in fields(Operation)))
_ITEM = OperationItemRow


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Operation], str | None]:
    """Return one page of operations, and the next page's cursor."""
    query = _all.where(*(getattr(OperationRow, name) == value for name, value in filters.items()))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=OperationRow.id, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut([Operation(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)
    return list(rows), following


def get(operation_id: str) -> Operation | None:
    """Return an operation."""
    row = db.fetch_one(_all.where(OperationRow.id == operation_id))
    return None if row is None else Operation(*row)


def to_change(operation_id: str) -> Operation | None:
    """Return an operation, row-locked."""
    row = db.fetch_one(_all.where(OperationRow.id == operation_id).with_for_update())
    return None if row is None else Operation(*row)


def lock_due(operation_id: str | None = None) -> Operation | None:
    """Return the operation, or this one, that has been due for the longest time, row-locked; skip those in use."""
    query = _all.where(OperationRow.next_at <= now())
    if operation_id is not None:
        query = query.where(OperationRow.id == operation_id)
    row = db.fetch_one(query.order_by(OperationRow.next_at).limit(1).with_for_update(skip_locked=True))
    return None if row is None else Operation(*row)


def is_due() -> bool:
    """Return whether the job has work."""
    return db.fetch_one(select(OperationRow.id).where(OperationRow.next_at <= now()).limit(1)) is not None


def ended(before: datetime, limit: int) -> Select[Any]:
    """Return the select of the ids of operations that ended before a moment, the oldest first."""
    query = select(OperationRow.id).where(OperationRow.ended_at.is_not(None), OperationRow.ended_at < before)
    return query.order_by(OperationRow.ended_at).limit(limit)


def of_author(user_id: str) -> list[Operation]:
    """Return the operations that a user has ordered."""
    query = _all.where(OperationRow.actor_id == user_id).order_by(OperationRow.created_at, OperationRow.id)
    return [Operation(*row) for row in db.fetch_all(query)]


def waiting(operation_id: str, limit: int) -> list[str]:
    """Return the ids of the next items of an operation."""
    query = select(_ITEM.item_id).where(_ITEM.operation_id == operation_id, _ITEM.state == WAITING)
    return [row.item_id for row in db.fetch_all(query.order_by(_ITEM.item_id).limit(limit))]


def lock_waiting(operation_id: str, item_id: str) -> bool:
    """Row-lock an item; return False if it is done, another worker has it, or the operation does not run now."""
    query = select(_ITEM.item_id).join(OperationRow, OperationRow.id == _ITEM.operation_id)
    query = query.where(_ITEM.operation_id == operation_id, _ITEM.item_id == item_id)
    query = query.where(_ITEM.state == WAITING, OperationRow.state == RUNNING)
    return db.fetch_one(query.with_for_update(of=_ITEM, skip_locked=True)) is not None


def free_items(operation_id: str) -> Select[Any]:
    """Return the select of the ids of the items that wait and no worker has row-locked; it row-locks them."""
    query = select(_ITEM.item_id).where(_ITEM.operation_id == operation_id, _ITEM.state == WAITING)
    return query.with_for_update(skip_locked=True)


def counts(operation_id: str) -> dict[str, int]:
    """Return how many items of an operation are done and have failed."""
    number = func.count().label("number")
    query = select(_ITEM.state, number).where(_ITEM.operation_id == operation_id).group_by(_ITEM.state)
    found = {row.state: row.number for row in db.fetch_all(query)}
    return {"done": found.get(DONE, 0), "failed": found.get(FAILED, 0)}


def results(
    operation_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[AnyRow], str | None]:
    """Return one page of the items of an operation by their ids, and the next page's cursor."""
    query = _items(operation_id)
    if "ok" in filters:
        query = query.where(_ITEM.state == (DONE if filters["ok"] else FAILED))
    query = pagination.page(query, sort=sort, sortable=BY_ITEM, key=_ITEM.item_id, limit=limit, cursor=cursor)
    rows, following = pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
    return list(rows), following


def items_of(operation_id: str) -> Select[Any]:
    """Return the select of the ids of the items of an operation."""
    return select(_ITEM.item_id.label("id")).where(_ITEM.operation_id == operation_id)


def _items(operation_id: str) -> Select[Any]:
    columns = (_ITEM.item_id.label("id"), _ITEM.state, _ITEM.error, _ITEM.before, _ITEM.after, _ITEM.at)
    return select(*columns).where(_ITEM.operation_id == operation_id)


def listed(ids: Iterable[str]) -> Select[Any]:
    """Return the select of these ids."""
    return select(func.unnest(literal([*ids], ARRAY(Uuid(as_uuid=False)))).label("id"))


def as_items(operation_id: str, chosen: Select[Any]) -> Select[Any]:
    """Return the select of the rows of an operation's items; `chosen` selects their ids."""
    ids = chosen.subquery()
    return select(literal(operation_id, Uuid(as_uuid=False)), ids.c.id)


def size(chosen: Select[Any], most: int) -> int:
    """Return how many ids a select has, `most` + 1 if it has more."""
    return int(db.fetch_value(select(func.count()).select_from(chosen.limit(most + 1).subquery())))


def first(chosen: Select[Any], limit: int) -> list[str]:
    """Return the first ids of a select, in their order."""
    ids = chosen.subquery()
    return [row.id for row in db.fetch_all(select(ids.c.id).order_by(ids.c.id).limit(limit))]


def users(filters: dict[str, Any]) -> Select[Any]:
    """Return the select of the ids of all users that the list has with these filters."""
    return select(user_queries.ID).where(*conditions.of(filters))


def users_by_role(chosen: Select[Any]) -> dict[str, int]:
    """Return how many of the users with the `chosen` ids have each role."""
    query = select(user_queries.ROLE, func.count().label("number")).where(user_queries.ID.in_(chosen))
    return {row.role: row.number for row in db.fetch_all(query.group_by(user_queries.ROLE))}


def user_names(user_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of users by id."""
    query = select(user_queries.ID, user_queries.NAME).where(among(user_queries.ID, user_ids))
    return {row.id: row.name for row in db.fetch_all(query)}


def people(user_ids: Iterable[str]) -> dict[str, AnyRow]:
    """Return what an export has of users, by id."""
    q = user_queries
    columns = (q.ID, q.NAME, q.EMAIL, q.PHONE, q.ROLE, q.ACTIVE, q.LOCALE, q.EMAIL_VERIFIED_AT)
    query = select(*columns, q.SORTABLE["created_at"]).where(among(q.ID, user_ids))
    return {row.id: row for row in db.fetch_all(query)}
