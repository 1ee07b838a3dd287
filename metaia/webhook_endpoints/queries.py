"""Selects on endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.users import queries as user_queries
from metaia.webhook_endpoints.models import EndpointRow, MessageRow
from metaia.webhook_endpoints.policy import OWNERS

PAGE = 100  # rows
# With literals, as the conditions of partial indexes have them.
IS_ACTIVE = EndpointRow.state == literal_column("'active'")
IS_PENDING = MessageRow.state == literal_column("'pending'")
SORTABLE: pagination.Sortable = {"created_at": EndpointRow.created_at}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint without its secrets; models.EndpointRow describes the fields."""

    id: str
    owner_id: str
    url: str
    host: str
    description: str | None
    events: list[str]
    ordering: str
    api_version: str
    state: str
    verified_at: datetime | None
    paused_at: datetime | None
    paused_because: str | None
    previous_until: datetime | None
    since: int
    failing_since: datetime | None
    noticed_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Collecting:
    """An active endpoint, as far as it decides which events go to it."""

    id: str
    owner_id: str
    role: str
    events: list[str]
    since: int


_all = select(*(getattr(EndpointRow, field.name) for field in fields(Endpoint)))


def get(endpoint_id: str, *, for_update: bool = False, for_share: bool = False) -> Endpoint | None:
    """Return an endpoint; with `for_update`, row-locked; with `for_share`, so that it cannot change until the end."""
    query = _all.where(EndpointRow.id == endpoint_id)
    if for_update or for_share:
        query = query.with_for_update(read=for_share)
    row = db.fetch_one(query)
    return None if row is None else Endpoint(*row)


def of_owner(owner_id: str) -> list[Endpoint]:
    """Return the endpoints of a user, the oldest first."""
    return [
        Endpoint(*row)
        for row in db.fetch_all(_all.where(EndpointRow.owner_id == owner_id).order_by(EndpointRow.id))
    ]


def count_of(owner_id: str) -> int:
    """Return how many endpoints a user has. Other transactions of the user that create one wait for this one."""
    db.fetch_value(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"webhook endpoints {owner_id}", 0)))
    )
    query = select(func.count()).select_from(EndpointRow).where(EndpointRow.owner_id == owner_id)
    return int(db.fetch_value(query))


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[Endpoint], str | None]:
    """Return one page of all endpoints, and the next page's cursor."""
    conditions = [getattr(EndpointRow, name) == value for name, value in filters.items()]
    query = pagination.page(
        _all.where(*conditions),
        sort=sort,
        sortable=SORTABLE,
        key=EndpointRow.id,
        limit=limit,
        cursor=cursor,
    )
    return pagination.cut([Endpoint(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)


def collecting() -> list[Collecting]:
    """Return the active endpoints of owners that may have one."""
    return [Collecting(*row) for row in db.fetch_all(_collecting)]


def orphaned() -> list[str]:
    """Return the ids of active endpoints of owners that cannot log in any more, or may have none."""
    return [row.id for row in db.fetch_all(_orphaned)]


def secrets(after: str | None) -> Sequence[AnyRow]:
    """Return (id, secret, previous_secret) of the next endpoints in the order of ids, after the id `after`."""
    columns = select(EndpointRow.id, EndpointRow.secret, EndpointRow.previous_secret)
    query = columns if after is None else columns.where(EndpointRow.id > after)
    return db.fetch_all(query.order_by(EndpointRow.id).limit(PAGE))


def keys_of(endpoint_id: str) -> AnyRow | None:
    """Return the encrypted secrets of an endpoint, and until when the previous one signs too."""
    columns = (EndpointRow.secret, EndpointRow.previous_secret, EndpointRow.previous_until)
    return db.fetch_one(select(*columns).where(EndpointRow.id == endpoint_id))


def oldest_pending(endpoint_id: str) -> datetime | None:
    """Return the time of the oldest event that waits for an endpoint."""
    query = select(func.min(MessageRow.created_at)).where(MessageRow.endpoint_id == endpoint_id, IS_PENDING)
    found: datetime | None = db.fetch_value(query)
    return found


_owned = select(
    EndpointRow.id,
    EndpointRow.owner_id,
    user_queries.ROLE,
    EndpointRow.events,
    EndpointRow.since,
).join(*user_queries.owner(EndpointRow.owner_id))
_allowed = user_queries.ACTIVE & user_queries.ROLE.in_(sorted(OWNERS))
_collecting = _owned.where(IS_ACTIVE, _allowed).order_by(EndpointRow.id)
_orphaned = select(EndpointRow.id).join(*user_queries.owner(EndpointRow.owner_id)).where(IS_ACTIVE, ~_allowed)
