"""Changes of calendars; those of their hours are in availability/."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update

from metaia.bookings.calendars import policy, presenters, publish, queries
from metaia.bookings.calendars.models import CalendarRow
from metaia.bookings.calendars.queries import Calendar
from metaia.core import db, rooms, versions
from metaia.core.access.actor import PARTNERS, Actor
from metaia.core.audit import log as audit_log
from metaia.core.db.expressions import among
from metaia.core.errors import NotFound, TooMany, declare
from metaia.core.http.parts.time_zones import require_zone
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.users import queries as user_queries
from metaia.users.queries import Person

FIRST = "Main"  # the name of the calendar that each partner has from the start
declare(
    {
        "limit_reached": "There are as many of these as there may be.",
    }
)


def add_first(person: Person) -> None:
    """Give a new partner the first calendar, in the running transaction."""
    if person.role in PARTNERS and not queries.count(person.id):
        _add(person.id, FIRST, person.time_zone)


def of_partner(actor: Actor, partner_id: str | None) -> list[Calendar]:
    """Return the calendars of the caller, or for an admin of a partner. Raises Forbidden and Invalid."""
    return queries.of_partner(policy.partner_of(actor, partner_id))


def create(actor: Actor, given: Json) -> Calendar:
    """Add a calendar. Raises Forbidden, Invalid (`zone_unknown`), NotFound, and TooMany (`limit_reached`)."""
    partner_id = policy.partner_of(actor, given["partner_id"])
    with db.transaction():
        partner = user_queries.to_change(partner_id)  # so that two requests count one after the other
        if partner is None or partner.role not in PARTNERS:
            raise NotFound("There is no such partner.")
        if queries.count(partner_id) >= policy.MAX_CALENDARS:
            raise limit_reached(f"A partner has at most {policy.MAX_CALENDARS} calendars.")
        zone = given["time_zone"]
        zone = partner.time_zone if zone is None else require_zone(zone)
        created = _add(partner_id, given["name"], zone)
        _audit(actor, "create", created)
    return created


def change(actor: Actor, calendar_id: str, changes: Json, version: versions.Expected) -> Calendar:
    """Change name, zone or state. Raises NotFound, Forbidden, Conflict (`stale_version`), Invalid (`zone_unknown`)."""
    with db.transaction():
        calendar = to_change(actor, calendar_id, version)
        if "time_zone" in changes:
            changes["time_zone"] = require_zone(changes["time_zone"])
        new = {name: value for name, value in changes.items() if getattr(calendar, name) != value}
        return write(actor, calendar, "change", **new) if new else calendar


def changed(calendar_ids: Collection[str], during: tuple[datetime, datetime] | None = None) -> None:
    """Raise the versions of calendars by one, in the running transaction: their blocks have changed.

    The rows are row-locked. `during` is the time that was taken or freed; clients learn its dates.
    """
    row = CalendarRow
    statement = (
        update(row).where(among(row.id, calendar_ids)).values(version=row.version + 1, updated_at=now())
    )
    for found in db.execute(statement.returning(row.id, row.partner_id, row.version, row.time_zone)):
        publish.slots_changed(*found[:3], dates=publish.dates_of(during, found.time_zone))


def raise_version(calendar: Calendar, during: tuple[datetime, datetime]) -> None:
    """Do what `changed` does to a calendar that is as it was row-locked; the row is sent with the commit."""
    version = calendar.version + 1
    db.change(CalendarRow, id=calendar.id, version=version, updated_at=now())
    dates = publish.dates_of(during, calendar.time_zone)
    publish.slots_changed(calendar.id, calendar.partner_id, version, dates=dates)


def _add(partner_id: str, name: str, zone: str) -> Calendar:
    moment = now()
    created = Calendar(new_id(), 0, partner_id, name, zone, True, 1, moment, moment)
    values = {field: getattr(created, field) for field in created.__slots__ if field != "no"}
    no = db.execute(insert(CalendarRow).values(**values).returning(CalendarRow.no)).scalar_one()
    return replace(created, no=no)


def to_change(actor: Actor, calendar_id: str | None, version: versions.Expected) -> Calendar:
    """Return a calendar that `actor` may change, row-locked; without an id the caller's first one.

    Raises NotFound, Forbidden, Invalid, and Conflict (`stale_version`).
    """
    if calendar_id is None:
        first = queries.first_of_partner(policy.partner_of(actor, None))
        calendar_id = None if first is None else first.id
    calendar = queries.to_change(calendar_id) if calendar_id else None
    if calendar is None:
        raise NotFound("There is no such calendar.")
    policy.require_change(actor, calendar.partner_id)
    versions.require(version, calendar.version, "calendar", lambda: presenters.conflict(calendar))
    return calendar


def write(
    actor: Actor, calendar: Calendar, action: str, *, dates: Sequence[date] = (), **changes: Any
) -> Calendar:
    """Write changes of a row-locked calendar, and publish that its free times have changed."""
    after = replace(calendar, version=calendar.version + 1, updated_at=now(), **changes)
    written = {name: getattr(after, name) for name in (*changes, "version", "updated_at")}
    db.execute(update(CalendarRow).where(CalendarRow.id == calendar.id).values(**written))
    publish.slots_changed(after.id, after.partner_id, after.version, dates=dates)
    _audit(actor, action, after)
    return after


def _audit(actor: Actor, action: str, calendar: Calendar) -> None:
    """Record an action of an admin on the calendar of a partner."""
    if actor.id != calendar.partner_id:
        subject = rooms.subject("calendar", calendar.id)
        audit_log.record(f"calendar.{action}", subject=subject, after={"version": calendar.version})


def limit_reached(message: str) -> TooMany:
    """Return the error for one more than there may be."""
    return TooMany(message, code="limit_reached")
