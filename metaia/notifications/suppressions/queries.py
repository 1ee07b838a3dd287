"""Selects on suppressions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, text, true

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.core.text import emails, phones
from metaia.core.times import now
from metaia.notifications.suppressions.models import SuppressionRow
from metaia.notifications.suppressions.policy import Reason, Suppression

Address = tuple[str, str]  # channel and address
SORTABLE: pagination.Sortable = {"at": SuppressionRow.at}
NOT_ENDED = text(
    "SELECT channel, address, reason, category, at, times, until FROM address_suppressions"
    " JOIN unnest(CAST(:channels AS text[]), CAST(:addresses AS text[])) AS wanted (channel, address)"
    " USING (channel, address) WHERE ended_at IS NULL"
)


def of(addresses: Collection[Address]) -> dict[Address, list[Suppression]]:
    """Return the suppressions of addresses that have not been ended."""
    values = {
        "channels": [channel for channel, _ in addresses],
        "addresses": [address for _, address in addresses],
    }
    found: dict[Address, list[Suppression]] = {}
    for row in db.fetch_all(NOT_ENDED, values) if addresses else ():
        known = Suppression(row.reason, row.category, row.at, row.times, row.until)
        found.setdefault((row.channel, row.address), []).append(known)
    return found


def lock(channel: str, address: str, reason: Reason, category: str) -> AnyRow | None:
    """Return one suppression, ended or not, row-locked."""
    key = (
        SuppressionRow.channel == channel,
        SuppressionRow.address == address,
        SuppressionRow.reason == reason,
        SuppressionRow.category == category,
    )
    return db.fetch_one(select(SuppressionRow.__table__).where(*key).with_for_update())


def get(suppression_id: str, *, for_update: bool = False) -> AnyRow | None:
    """Return a suppression by its id; with `for_update`, row-locked."""
    query = select(SuppressionRow.__table__).where(SuppressionRow.id == suppression_id)
    return db.fetch_one(query.with_for_update() if for_update else query)


def active(addresses: Collection[Address]) -> list[AnyRow]:
    """Return the rows of the suppressions of addresses that are in force now, oldest first."""
    chosen = or_(
        *(
            and_(SuppressionRow.channel == channel, SuppressionRow.address == address)
            for channel, address in addresses
        )
    )
    return db.fetch_all(
        select(SuppressionRow.__table__)
        .where(chosen, _in_force())
        .order_by(SuppressionRow.at, SuppressionRow.id)
    )


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of all suppressions, and the next page's cursor."""
    conditions: dict[str, Any] = {
        "channel": lambda value: SuppressionRow.channel == value,
        "address": lambda value: SuppressionRow.address.in_(_forms(value)),
        "reason": lambda value: SuppressionRow.reason == value,
        "active": lambda value: _in_force() if value else ~_in_force(),
    }
    query = select(SuppressionRow.__table__).where(
        true(), *(conditions[name](value) for name, value in filters.items())
    )
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=SuppressionRow.id, limit=limit, cursor=cursor
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def _forms(address: str) -> Collection[str]:
    """Return the forms of an address of any channel that rows may have."""
    return {address, *emails.variants(address), phones.canonical(address) or address}


def _in_force() -> ColumnElement[bool]:
    return and_(
        SuppressionRow.ended_at.is_(None),
        or_(SuppressionRow.until.is_(None), SuppressionRow.until > now()),
    )
