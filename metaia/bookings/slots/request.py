"""A request for free times, with the rows that its answer depends on, and the tag that changes with its answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from metaia.bookings.calendars import policy as calendar_policy
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.services import queries as service_queries
from metaia.bookings.services.queries import Service
from metaia.bookings.slots import queries
from metaia.bookings.slots.queries import OwnBlocks
from metaia.bookings.slots.schemas import MAX_PARTS, MAX_SERVICES, STARTS
from metaia.core import times
from metaia.core.access import actor as actors
from metaia.core.access.actor import PARTNERS, Actor
from metaia.core.errors import Forbidden, Invalid, NotFound, Unauthenticated
from metaia.core.json import Json
from metaia.core.text import zones
from metaia.core.times import now
from metaia.users import queries as user_queries


@dataclass(frozen=True, slots=True)
class Question:
    """A request with valid parameters. `own` is the booking that is to be moved, `minute` the current one."""

    query: Json
    zone: str | None
    own: OwnBlocks | None
    minute: int

    @property
    def filters(self) -> dict[str, str]:
        """Return the filters of the services that are asked for."""
        ids, partner_id, calendar_id = (
            self.query.get(each) for each in ("service_id", "partner_id", "calendar_id")
        )
        return service_queries.filters(
            ids=ids, partner_id=partner_id, calendar_id=calendar_id, limit=MAX_SERVICES + 1
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: starts are shown by the clock of `zone`; `place` is the partner's zone, `minute` the current one.

    `tag` is the entity tag of the answer.
    """

    services: list[Service]
    calendars: dict[str, Calendar]
    first: date
    last: date
    zone: str
    place: str
    seats: int
    plain: bool
    own: OwnBlocks | None
    minute: int
    tag: str


def parse(caller: Actor | None, query: Json) -> Question:
    """Return the question of a request. Raises Invalid (`zone_unknown`), NotFound, Forbidden, Unauthenticated."""
    zone = query["time_zone"] and _require_zone(query["time_zone"])
    own = None if query["booking_id"] is None else _own_blocks(caller, query["booking_id"])
    return Question(query, zone, own, times.minutes(now()))


def tag(question: Question) -> str | None:
    """Return the entity tag that the answer would have now, by one statement that reads versions only.

    None if that statement does not decide it: nothing is found, or not all that was named.
    """
    query, found = question.query, queries.versions(question.filters)
    missing = "service_id" in query and len(found.services) < len(set(query["service_id"]))
    if missing or not found.calendars:
        return None
    return _tag(question, [*found.services, *found.calendars], found.place)


def read(question: Question) -> Asked:
    """Return what a question asks for. Raises NotFound and Invalid."""
    query = question.query
    services = _services(question)
    wanted = {each for service in services for each in service.calendar_ids}
    calendars = {each.id: each for each in calendar_queries.by_ids(wanted) if each.active}
    if "calendar_id" in query:
        calendars = {query["calendar_id"]: _calendar(query["calendar_id"])}
    _require_size(services, calendars, (query["last"] - query["first"]).days + 1)
    place = _place(calendars, query.get("partner_id"))
    rows: list[Service | Calendar] = [*services, *calendars.values()]
    return Asked(
        services=services,
        calendars=calendars,
        first=query["first"],
        last=query["last"],
        zone=question.zone or place,
        place=place,
        seats=query["seats"],
        plain=query["format"] == STARTS,
        own=question.own,
        minute=question.minute,
        tag=_tag(question, [(each.id, each.version) for each in rows], place),
    )


def _tag(question: Question, versions: list[tuple[str, int]], place: str) -> str:
    """Return an entity tag: of the versions of all services and calendars, of the query, and of the minute.

    Each change of a block raises the version of its calendar. Starts pass by the minute: notice and advance are kept
    by the clock.
    """
    query, own = question.query, question.own
    zone, plain = question.zone or place, query["format"] == STARTS
    shown = (query["first"], query["last"], zone, place, query["seats"], plain)
    moved = None if own is None else (own.version, sorted(own.seats.items()))
    parts = repr((versions, shown, moved, question.minute, times.ZONE_DATA))
    return hashlib.blake2b(parts.encode(), digest_size=12).hexdigest()


def _services(question: Question) -> list[Service]:
    ids, found = question.query.get("service_id"), service_queries.offered(question.filters)
    if ids is not None and len(found) < len(set(ids)):
        raise NotFound("Not all of these are services that are offered there.")
    if len(found) > MAX_SERVICES:
        raise Invalid(details={"serviceId": [f"Required: there are more than {MAX_SERVICES} services."]})
    return found


def _require_size(services: Iterable[Service], calendars: Mapping[str, Calendar], days: int) -> None:
    """Raise Invalid if the answer would have more than MAX_PARTS dates of services in calendars."""
    parts = days * sum(each in calendars for service in services for each in service.calendar_ids)
    if parts > MAX_PARTS:
        found = f"{parts} dates of services in calendars, at most {MAX_PARTS}"
        raise Invalid(details={"to": [f"{found}: ask for fewer dates, services or calendars."]})


def _calendar(calendar_id: str) -> Calendar:
    found = calendar_queries.get(calendar_id)
    if found is None or not found.active:
        raise NotFound("There is no such calendar.")
    return found


def _place(calendars: Mapping[str, Calendar], partner_id: str | None) -> str:
    """Return the zone of the place: that of the first calendar."""
    first = min(calendars.values(), key=lambda each: each.no, default=None)
    if first is None and partner_id is not None:
        if user_queries.active_with_role(partner_id, PARTNERS) is None:
            raise NotFound("There is no such partner.")
        first = calendar_queries.first_of_partner(partner_id)
    return "UTC" if first is None else first.time_zone


def _require_zone(name: str) -> str:
    found = zones.named(name)
    if found is None:
        details = {"timeZone": ["Not an IANA name, such as Europe/Berlin."]}
        raise Invalid("There is no such time zone.", code="zone_unknown", details=details)
    return found


def _own_blocks(caller: Actor | None, booking_id: str) -> OwnBlocks:
    """Return the blocks of the caller's booking: those of others would show other people's free times."""
    if caller is None:
        raise Unauthenticated("Log in to see where your booking could move to.", code="token_missing")
    actors.require_mfa(caller)
    found = queries.own_blocks(booking_id)
    if found is None:
        raise NotFound("There is no such booking.")
    if caller.id not in {found.customer_id, found.partner_id} and not caller.may(
        calendar_policy.CALENDARS_MANAGE
    ):
        raise Forbidden("This is not your booking.")
    return found
