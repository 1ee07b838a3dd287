"""Selects on services, and the record that they return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, cast, false, func, select
from sqlalchemy.dialects.postgresql import TSQUERY, aggregate_order_by

from metaia.bookings.calendars.models import CalendarRow, ServiceCalendarRow
from metaia.bookings.services.models import ServiceRow
from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import array, is_among
from metaia.core.http import pagination
from metaia.core.text import words
from metaia.users import queries as user_queries

LIST = "services"  # the list that cursors are made for


@dataclass(frozen=True, slots=True)
class Service:
    """What a partner offers, with the columns of its row (models.py) and the ids of its calendars.

    `price` is for one seat, in minor units of `currency`.
    """

    id: str
    partner_id: str
    name: str
    description: str | None
    duration_minutes: int
    price: int
    currency: str
    buffer_before_minutes: int
    buffer_after_minutes: int
    capacity: int
    step_minutes: int
    min_notice_minutes: int
    max_advance_days: int
    confirmation: str
    payment: str
    deposit_percent: int | None
    free_until_minutes: int
    fee_percent: int
    locked_until_minutes: int
    max_per_customer_per_day: int | None
    active: bool
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    reminders: list[int] = field(default_factory=list)
    media_ids: list[str] = field(default_factory=list)
    calendar_ids: tuple[str, ...] = ()


COLUMNS = tuple(each.name for each in fields(Service))[:-1]
_calendars = (
    select(func.array_agg(aggregate_order_by(CalendarRow.id, CalendarRow.no)))
    .join(ServiceCalendarRow, ServiceCalendarRow.calendar_id == CalendarRow.id)
    .where(ServiceCalendarRow.service_id == ServiceRow.id)
    .correlate(ServiceRow)
    .scalar_subquery()
)
_select = select(*(getattr(ServiceRow, name) for name in COLUMNS), _calendars)


def get(service_id: str) -> Service | None:
    """Return a service."""
    return next(iter(_fetch(_select.where(ServiceRow.id == service_id))), None)


def to_change(service_id: str) -> Service | None:
    """Return a service, row-locked in the running transaction."""
    query = _select.where(ServiceRow.id == service_id).with_for_update(key_share=True, of=ServiceRow)
    return next(iter(_fetch(query)), None)


def narrowed(query: Select[Any], names: Collection[str]) -> Select[Any]:
    """Return a select of services, narrowed to active ones of active partners and by the filters with these names.

    Each filter is a parameter of the select; `filters` returns the values.
    """
    link, query = ServiceCalendarRow, _of_active(query)
    if "ids" in names:
        query = query.where(is_among(ServiceRow.id, "ids"))
    if "partner_id" in names:
        query = query.where(ServiceRow.partner_id == bindparam("partner_id"))
    if "calendar_id" in names:
        own = (link.service_id == ServiceRow.id, link.calendar_id == bindparam("calendar_id"))
        query = query.where(select(link.service_id).where(*own).exists())
    return query.order_by(ServiceRow.id).limit(bindparam("limit", type_=Integer))


def filters(
    *, ids: Collection[str] | None, partner_id: str | None, calendar_id: str | None, limit: int
) -> dict[str, str]:
    """Return the filters of services: those with `ids`, of a partner, in a calendar; at most `limit`."""
    given = {
        "ids": None if ids is None else array(ids),
        "partner_id": partner_id,
        "calendar_id": calendar_id,
        "limit": str(limit),
    }
    return {name: value for name, value in given.items() if value is not None}


def offered(given: Mapping[str, str]) -> list[Service]:
    """Return active services of active partners, in the order of their ids; `given` is from `filters`."""
    return [_service(row) for row in db.fetch_tuples(_prepared(frozenset(given)), given)]


@cache
def _prepared(names: frozenset[str]) -> PreparedSelect:
    return PreparedSelect(narrowed(_select, names))


def _of_active(query: Select[Any]) -> Select[Any]:
    owner = user_queries.owner(ServiceRow.partner_id)
    return query.join(*owner).where(ServiceRow.active, user_queries.ACTIVE)


_bookable = PreparedSelect(_of_active(_select).where(ServiceRow.id == bindparam("service_id")))


def bookable(service_id: str) -> Service | None:
    """Return a service that can be booked: it and its partner are active."""
    row = db.fetch_tuple(_bookable, {"service_id": service_id})
    return None if row is None else _service(row)


def offering(partner_id: Any) -> ColumnElement[bool]:
    """Return the condition that the partner with the id in a column has services that can be booked."""
    own = (ServiceRow.partner_id == partner_id, ServiceRow.active)
    return select(ServiceRow.id).where(*own).exists()


def page(
    *,
    partner_id: str | None = None,
    q: str | None = None,
    active: bool = True,
    limit: int,
    cursor: str | None,
) -> tuple[list[Service], str | None]:
    """Return one page of services, the newest first, and the next page's cursor.

    Active ones are those of active partners.
    """
    query = _select.where(ServiceRow.active.is_(active)).order_by(ServiceRow.id.desc()).limit(limit + 1)
    if active:
        query = query.join(*user_queries.owner(ServiceRow.partner_id)).where(user_queries.ACTIVE)
    if partner_id is not None:
        query = query.where(ServiceRow.partner_id == partner_id)
    if q is not None:
        query = query.where(_found(q))
    if cursor is not None:
        query = query.where(ServiceRow.id < pagination.decode(cursor, LIST)[0])
    found = _fetch(query)
    more = len(found) > limit
    return found[:limit], pagination.encode(LIST, [found[limit - 1].id]) if more else None


def count_active(partner_id: str) -> int:
    """Return the number of active services of a partner."""
    return int(
        db.fetch_value(select(func.count()).where(ServiceRow.partner_id == partner_id, ServiceRow.active))
    )


def searchable(service: Service) -> str:
    """Return the words of a service as the column `words` keeps them for the search."""
    return words.index([service.name, service.description])


def _fetch(query: Select[Any]) -> list[Service]:
    return [_service(row) for row in db.fetch_all(query)]


def _service(row: Iterable[Any]) -> Service:
    *values, calendars = row
    return Service(**dict(zip(COLUMNS, values, strict=True)), calendar_ids=tuple(map(str, calendars or ())))


def _found(text: str) -> ColumnElement[bool]:
    """Return the condition that every word of `text` begins a word of the name or the description."""
    query = " & ".join(words.terms(text))
    return ServiceRow.words.bool_op("@@")(cast(query, TSQUERY)) if query else false()
