"""Selects on shifts and fleets, and the records that they return."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import bindparam, func, select, tuple_

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.couriers.models import CourierShiftRow, PartnerCourierRow
from metaia.users import queries as user_queries

ACTIVE, INVITED = "active", "invited"


@dataclass(frozen=True, slots=True)
class Shift:
    """The latest shift of a courier."""

    courier_id: str
    working: bool
    vehicle: str
    since: datetime
    version: int


_columns = [getattr(CourierShiftRow, field.name) for field in fields(Shift)]
_shift = select(*_columns).where(CourierShiftRow.courier_id == bindparam("courier_id"))
_one, _one_locked = PreparedSelect(_shift), PreparedSelect(_shift.with_for_update())


def shift(courier_id: str) -> Shift | None:
    """Return the shift of a courier; row-locked in a transaction that locks."""
    row = db.fetch_tuple(_one_locked if db.locking() else _one, {"courier_id": courier_id})
    return None if row is None else Shift(*row)


def on_shift(courier_id: str) -> bool:
    """Return whether a courier is on shift."""
    row = db.fetch_tuple(_one, {"courier_id": courier_id})
    return row is not None and Shift(*row).working


def vehicles(courier_ids: Iterable[str]) -> dict[str, str]:
    """Return the vehicles of those of some couriers that are on shift, of active users."""
    query = (
        select(CourierShiftRow.courier_id, CourierShiftRow.vehicle)
        .join(*user_queries.owner(CourierShiftRow.courier_id))
        .where(among(CourierShiftRow.courier_id, courier_ids), CourierShiftRow.working, user_queries.ACTIVE)
    )
    return {row.courier_id: row.vehicle for row in db.fetch_all(query)}


def all_vehicles(courier_ids: Iterable[str]) -> dict[str, str]:
    """Return the vehicles of the latest shifts of couriers."""
    query = select(CourierShiftRow.courier_id, CourierShiftRow.vehicle)
    rows = db.fetch_all(query.where(among(CourierShiftRow.courier_id, courier_ids)))
    return {row.courier_id: row.vehicle for row in rows}


def shifts(courier_ids: Iterable[str]) -> dict[str, datetime]:
    """Return since when those of some couriers that are on shift have worked, of active users."""
    query = (
        select(CourierShiftRow.courier_id, CourierShiftRow.since)
        .join(*user_queries.owner(CourierShiftRow.courier_id))
        .where(among(CourierShiftRow.courier_id, courier_ids), CourierShiftRow.working, user_queries.ACTIVE)
    )
    return {row.courier_id: row.since for row in db.fetch_all(query)}


def working(limit: int) -> list[str]:
    """Return couriers on shift, those longest on shift first."""
    query = (
        select(CourierShiftRow.courier_id)
        .join(*user_queries.owner(CourierShiftRow.courier_id))
        .where(CourierShiftRow.working, user_queries.ACTIVE)
    )
    return [row.courier_id for row in db.fetch_all(query.order_by(CourierShiftRow.since).limit(limit))]


def count_working() -> int:
    """Return how many couriers are on shift."""
    return int(db.fetch_value(select(func.count()).where(CourierShiftRow.working)))


def fleet(partner_id: str) -> list[AnyRow]:
    """Return the active couriers of a partner's own fleet, with their names.

    Invited ones are left out: they would show the partner which e-mail addresses have accounts.
    """
    row = PartnerCourierRow
    query = select(row.courier_id, row.state, row.since, user_queries.NAME).join(
        *user_queries.owner(row.courier_id)
    )
    return db.fetch_all(
        query.where(row.partner_id == partner_id, row.state == ACTIVE).order_by(row.since, row.courier_id)
    )


def fleet_ids(partner_id: str) -> set[str]:
    """Return the active couriers of a partner's own fleet."""
    row = PartnerCourierRow
    query = select(row.courier_id).where(row.partner_id == partner_id, row.state == ACTIVE)
    return {found.courier_id for found in db.fetch_all(query)}


def is_of_fleet(partner_id: str, courier_id: str) -> bool:
    """Return whether a courier is an active one of a partner's own fleet."""
    row = PartnerCourierRow
    own = (row.partner_id == partner_id, row.courier_id == courier_id, row.state == ACTIVE)
    return db.fetch_one(select(row.courier_id).where(*own)) is not None


def invitations(pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of the pairs of partner and courier that are open invitations."""
    row = PartnerCourierRow
    query = select(row.partner_id, row.courier_id).where(
        tuple_(row.partner_id, row.courier_id).in_(pairs), row.state == INVITED
    )
    return {(found.partner_id, found.courier_id) for found in db.fetch_all(query)}


def fleets(courier_id: str) -> list[AnyRow]:
    """Return the partners that a courier works for or is invited by, with their names."""
    row = PartnerCourierRow
    query = select(row.partner_id, row.state, user_queries.NAME).join(*user_queries.owner(row.partner_id))
    return db.fetch_all(query.where(row.courier_id == courier_id).order_by(row.since, row.partner_id))
