"""Selects on what customers keep, and the records that they return."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select

from metaia.core import db
from metaia.shops.customers.models import AddressRow, MeasurementsRow


@dataclass(frozen=True, slots=True)
class Address:
    """An address of a user. `lat` and `lng` are degrees, both or neither."""

    id: str
    user_id: str
    label: str
    address: str
    version: int
    created_at: datetime
    updated_at: datetime
    lat: float | None = None
    lng: float | None = None
    city: str | None = None
    postal_code: str | None = None
    instructions: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Measurements:
    """A set of measurements of a user."""

    id: str
    user_id: str
    name: str
    sizes: list[dict[str, Any]]
    version: int
    created_at: datetime
    updated_at: datetime


Kept = TypeVar("Kept", Address, Measurements)
TABLES: dict[type, Any] = {Address: AddressRow, Measurements: MeasurementsRow}


def of_user(kind: type[Kept], user_id: str) -> list[Kept]:
    """Return what a user keeps of a kind, the oldest first."""
    table = TABLES[kind]
    query = _select(kind).where(table.user_id == user_id).order_by(table.id)
    return [kind(*row) for row in db.fetch_all(query)]


def get(kind: type[Kept], user_id: str, kept_id: str) -> Kept | None:
    """Return one thing that a user keeps; None for one of others."""
    table = TABLES[kind]
    row = db.fetch_one(_select(kind).where(table.id == kept_id, table.user_id == user_id))
    return None if row is None else kind(*row)


def count(kind: type, user_id: str) -> int:
    """Return how many things of a kind a user keeps."""
    table = TABLES[kind]
    return int(db.fetch_value(select(func.count()).select_from(table).where(table.user_id == user_id)))


def _select(kind: type) -> Any:
    return select(*(getattr(TABLES[kind], field.name) for field in fields(kind)))
