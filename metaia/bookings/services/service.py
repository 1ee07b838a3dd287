"""Changes of services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, update

from metaia.bookings.calendars import policy
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars import service as calendar_service
from metaia.bookings.calendars.models import ServiceCalendarRow
from metaia.bookings.services import pictures, presenters, queries
from metaia.bookings.services.models import ServiceRow
from metaia.bookings.services.queries import Service
from metaia.bookings.services.schemas import DEPOSIT, INSTANT, NONE
from metaia.core import db, money, rooms, versions
from metaia.core.access.actor import PARTNERS, Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Invalid, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.core.times import now
from metaia.users import queries as user_queries

MAX_ACTIVE = 100  # of one partner
DEFAULTS: Json = {
    "description": None,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
    "capacity": 1,
    "step_minutes": 15,
    "min_notice_minutes": 60,
    "max_advance_days": 90,
    "confirmation": INSTANT,
    "payment": NONE,
    "deposit_percent": None,
    "max_per_customer_per_day": None,
    "reminders": [1440, 120],
    "free_until_minutes": 0,
    "fee_percent": 0,
    "locked_until_minutes": 0,
}

# What decides about free times.
DECIDING = (
    "duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "capacity", "step_minutes",
    "min_notice_minutes", "max_advance_days", "active", "calendar_ids",
)  # fmt: skip


def read(service_id: str) -> Service:
    """Return a service, also one that is not offered any more. Raises NotFound."""
    found = queries.get(service_id)
    if found is None:
        raise NotFound("There is no such service.")
    return found


def create(actor: Actor, given: Json) -> Service:
    """Add a service. Raises Forbidden, NotFound, Invalid (`unknown_media` too), and TooMany (`limit_reached`)."""
    partner_id = policy.partner_of(actor, given.pop("partner_id"))
    media_ids, calendar_ids = given.pop("media_ids", []), given.pop("calendar_ids", None)
    moment = now()
    values = DEFAULTS | _flat(given, given["currency"])
    with db.transaction():
        _lock_partner(partner_id)
        fixed: Json = {"id": new_id(), "partner_id": partner_id, "active": True, "version": 1}
        created = Service(**fixed, **values, created_at=moment, updated_at=moment)
        _require_consistent(created)
        attached = pictures.attach(actor, created.id, media_ids)
        created = replace(created, calendar_ids=_calendars(partner_id, calendar_ids), media_ids=attached)
        row = {name: getattr(created, name) for name in queries.COLUMNS}
        db.execute(insert(ServiceRow).values(**row, words=queries.searchable(created)))
        _link(created)
        _publish(None, created)
        _audit(actor, "create", created)
    return created


def change(actor: Actor, service_id: str, changes: Json, version: versions.Expected) -> Service:
    """Change a service. Raises what `create` raises, and Conflict (`stale_version`)."""
    with db.transaction():
        before = _to_change(actor, service_id, version)
        media_ids, calendar_ids = changes.pop("media_ids", None), changes.pop("calendar_ids", None)
        currency = changes.get("currency", before.currency)
        if currency != before.currency and "price" not in changes:
            raise Invalid(details={"price": ["Required with another currency."]})
        after = replace(before, **_flat(changes, currency))
        _require_consistent(after)
        if calendar_ids is not None:
            after = replace(after, calendar_ids=_calendars(before.partner_id, calendar_ids))
        if after.active and not before.active:
            _lock_partner(before.partner_id)
        if media_ids is not None:
            after = replace(after, media_ids=pictures.attach(actor, after.id, media_ids))
        return before if after == before else _write(actor, before, after)


def delete(actor: Actor, service_id: str, version: versions.Expected) -> Service:
    """Offer a service no more; its bookings stand. Raises what `change` raises."""
    return change(actor, service_id, {"active": False}, version)


def _write(actor: Actor, before: Service, after: Service) -> Service:
    after = replace(after, version=before.version + 1, updated_at=now())
    row = {name: getattr(after, name) for name in queries.COLUMNS if name not in {"id", "created_at"}}
    statement = update(ServiceRow).where(ServiceRow.id == after.id)
    db.execute(statement.values(**row, words=queries.searchable(after)))
    if after.calendar_ids != before.calendar_ids:
        db.execute(delete_rows(ServiceCalendarRow).where(ServiceCalendarRow.service_id == after.id))
        _link(after)
    _publish(before, after)
    _audit(actor, "change", after)
    return after


def _publish(before: Service | None, after: Service) -> None:
    """Publish that free times of the calendars of a service have changed, if they have."""
    if before is None or any(getattr(before, name) != getattr(after, name) for name in DECIDING):
        calendar_ids = {*(before.calendar_ids if before else ()), *after.calendar_ids}
        calendar_queries.lock(calendar_ids)
        calendar_service.changed(calendar_ids)


def _flat(given: Json, currency: str) -> Json:
    """Return values of a body as columns: the price in minor units, the parts of the cancellation on the same level."""
    found = dict(given)
    found |= found.pop("cancellation", {})
    if "price" in found:
        found["price"] = amounts.minor(found["price"], currency, field="price")
    if "reminders" in found:
        found["reminders"] = sorted(found["reminders"], reverse=True)
    return found


def _require_consistent(service: Service) -> None:
    if (service.payment == DEPOSIT) != (service.deposit_percent is not None):
        raise Invalid(details={"depositPercent": ["Required with the payment `deposit`, and only then."]})
    if service.payment != NONE and service.price % money.card_step(service.currency):
        raise Invalid(
            details={"price": ["Providers of payments take three decimals only if the last one is 0."]}
        )
    if service.locked_until_minutes > service.free_until_minutes:
        message = "Must not be earlier before the start than freeUntilMinutes."
        raise Invalid(details={"cancellation.lockedUntilMinutes": [message]})


def _lock_partner(partner_id: str) -> None:
    """Row-lock a partner, so that two requests count one after the other; raise unless one more is possible."""
    partner = user_queries.to_change(partner_id)
    if partner is None or partner.role not in PARTNERS:
        raise NotFound("There is no such partner.")
    if queries.count_active(partner_id) >= MAX_ACTIVE:
        raise calendar_service.limit_reached(f"A partner has at most {MAX_ACTIVE} active services.")


def _calendars(partner_id: str, calendar_ids: Sequence[str] | None) -> tuple[str, ...]:
    """Return the ids of calendars in the order of their numbers. Raises Invalid for those of others."""
    own = [calendar.id for calendar in calendar_queries.of_partner(partner_id)]
    wanted = own[:1] if calendar_ids is None else calendar_ids
    if not wanted or not set(wanted) <= set(own):
        raise Invalid(details={"calendarIds": ["Not all are calendars of this partner."]})
    return tuple(each for each in own if each in set(wanted))


def _link(service: Service) -> None:
    db.execute(
        insert(ServiceCalendarRow),
        [{"service_id": service.id, "calendar_id": each} for each in service.calendar_ids],
    )


def _to_change(actor: Actor, service_id: str, version: versions.Expected) -> Service:
    service = queries.to_change(service_id)
    if service is None:
        raise NotFound("There is no such service.")
    policy.require_change(actor, service.partner_id)
    versions.require(version, service.version, "service", lambda: presenters.conflict(service))
    return service


def _audit(actor: Actor, action: str, service: Service) -> None:
    """Record an action of an admin on the service of a partner."""
    if actor.id != service.partner_id:
        subject = rooms.subject("service", service.id)
        audit_log.record(f"service.{action}", subject=subject, after={"version": service.version})
