"""Selects on shipments and scans, and the records that they return."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, func, or_, select, text

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.times import now
from metaia.orders import queries as order_queries
from metaia.shipments.models import OPEN, ShipmentRow, ShipmentScanRow
from metaia.shipments.policy import SHIPMENTS_READ
from metaia.users.deleted import queries as deleted_users

IN_USE = timedelta(days=180)  # after which a carrier uses a tracking code again
FOLLOWED = timedelta(days=365)  # after which no scan of a shipment is taken
SORTABLE: pagination.Sortable = {
    "created_at": ShipmentRow.created_at,
    "updated_at": ShipmentRow.updated_at,
}


@dataclass(frozen=True, slots=True)
class Shipment:
    """A shipment; models.ShipmentRow describes the columns."""

    id: str
    order_id: str
    slug: str
    code: str
    status: str
    stale_due_at: datetime
    version: int
    created_at: datetime
    updated_at: datetime
    partner_id: str | None = None
    reference: str | None = None
    items: list[dict[str, Any]] | None = None
    weight: int | None = None
    estimated_delivery: datetime | None = None
    last_scan_at: datetime | None = None
    closed_at: datetime | None = None
    late_at: datetime | None = None
    stale_at: datetime | None = None
    ask_at: datetime | None = None
    asked_at: datetime | None = None
    announced: list[str] = field(default_factory=list)

    @property
    def late(self) -> bool:
        """Return whether it should have arrived."""
        return self.late_at is not None and self.closed_at is None

    @property
    def stale(self) -> bool:
        """Return whether nothing was stated of it for days."""
        return self.stale_at is not None and self.closed_at is None


@dataclass(frozen=True, slots=True)
class StoredScan:
    """A scan; models.ShipmentScanRow describes the columns."""

    shipment_id: str
    status: str
    at: datetime
    place: dict[str, Any] | None
    message: str | None
    received_at: datetime


_columns = [getattr(ShipmentRow, each.name) for each in fields(Shipment)]
_scan_columns = [getattr(ShipmentScanRow, each.name) for each in fields(StoredScan)]
SHIPMENTS = select(*_columns)


def get(shipment_id: str) -> Shipment | None:
    """Return a shipment."""
    row = db.fetch_one(SHIPMENTS.where(ShipmentRow.id == shipment_id))
    return None if row is None else Shipment(*row)


def lock(shipment_id: str) -> Shipment | None:
    """Return a shipment, row-locked."""
    row = db.fetch_one(SHIPMENTS.where(ShipmentRow.id == shipment_id).with_for_update())
    return None if row is None else Shipment(*row)


def by_ids(shipment_ids: Iterable[str]) -> dict[str, Shipment]:
    """Return shipments by id, without those that do not exist."""
    rows = db.fetch_all(SHIPMENTS.where(among(ShipmentRow.id, set(shipment_ids))))
    return {row.id: Shipment(*row) for row in rows}


def of_order(order_id: str) -> list[Shipment]:
    """Return the shipments of an order, the oldest first."""
    query = SHIPMENTS.where(ShipmentRow.order_id == order_id)
    rows = db.fetch_all(query.order_by(ShipmentRow.created_at, ShipmentRow.id))
    return [Shipment(*row) for row in rows]


def lock_code(slug: str, code: str) -> None:
    """Let this transaction be the only one that gives a tracking code to a shipment, until it ends."""
    key = func.hashtextextended(f"tracking code {slug} {code}", 0)
    db.fetch_value(select(func.pg_advisory_xact_lock(key)))


def with_code(slug: str, code: str) -> list[Shipment]:
    """Return the shipments with a tracking code that may still be in use, the newest first."""
    row = ShipmentRow
    mine = (row.code == code, row.slug == slug, row.status != "cancelled", row.created_at > now() - IN_USE)
    query = SHIPMENTS.where(*mine).order_by(row.created_at.desc(), row.id.desc())
    return [Shipment(*found) for found in db.fetch_all(query)]


def lock_with_code(slug: str, code: str) -> list[Shipment]:
    """Return the shipments that a carrier may mean by a code, row-locked, the newest first; cancelled ones last."""
    row = ShipmentRow
    mine = (row.code == code, row.slug == slug, row.created_at > now() - FOLLOWED)
    query = SHIPMENTS.where(*mine).order_by(row.id).with_for_update()
    found = [Shipment(*each) for each in db.fetch_all(query)]
    return sorted(found, key=lambda each: (each.status != "cancelled", each.created_at), reverse=True)


def scans(shipment_ids: Iterable[str]) -> dict[str, list[StoredScan]]:
    """Return the scans of shipments by their ids, in the order of the carriers' times."""
    row = ShipmentScanRow
    query = select(*_scan_columns).where(among(row.shipment_id, list(shipment_ids)))
    found: dict[str, list[StoredScan]] = defaultdict(list)
    for each in db.fetch_all(query.order_by(row.at, row.id)):
        found[each.shipment_id].append(StoredScan(*each))
    return found


def to_erase(limit: int) -> list[str]:
    """Return closed shipments of deleted customers, of which scans still have places or words."""
    scan = ShipmentScanRow
    held = select(scan.id).where(
        scan.shipment_id == ShipmentRow.id, or_(scan.place.is_not(None), scan.message.is_not(None))
    )
    row = ShipmentRow
    closed = select(row.id).join(*order_queries.order(row.order_id))
    closed = closed.where(row.closed_at.is_not(None), held.exists())
    query = deleted_users.of_each(lambda user: closed.where(user == order_queries.CUSTOMER_ID))
    return [row.id for row in db.fetch_all(query.limit(limit))]


def old_scans(before: datetime, limit: int) -> Select[str]:
    """Return the select of scans that were received before a time, the oldest first."""
    row = ShipmentScanRow
    return select(row.id).where(row.received_at < before).order_by(row.received_at).limit(limit)


def page(
    actor: Actor, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Shipment], str | None]:
    """Return one page of the shipments of an actor's orders (staff: all), and the next page's cursor."""
    query = SHIPMENTS.where(*_visible(actor), *_conditions(filters))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=ShipmentRow.id, limit=limit, cursor=cursor
    )
    cut, following = pagination.cut([Shipment(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)
    return list(cut), following


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.may(SHIPMENTS_READ):
        return []
    own = ShipmentRow.order_id.in_(order_queries.ids_of_party(actor.id))
    return [or_(ShipmentRow.partner_id == actor.id, own) if actor.is_partner else own]


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    row = ShipmentRow
    conditions: dict[str, Any] = {
        "state": row.status.in_,
        "slug": lambda value: row.slug == value,
        "order_id": lambda value: row.order_id == value,
        "late": lambda value: _marked("late_at", value),
        "stale": lambda value: _marked("stale_at", value),
        "q": lambda value: or_(
            row.code == value.upper(), row.order_id.in_(order_queries.ids_of_number(value.upper()))
        ),
    }  # fmt: skip
    return [conditions[name](value) for name, value in filters.items()]


def _marked(column: str, value: bool) -> TextClause:
    marked = f"({OPEN} AND {column} IS NOT NULL)"  # as in the index
    return text(marked if value else f"NOT {marked}")
