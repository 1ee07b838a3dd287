"""Routes of the hours of calendars."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response
from marshmallow import ValidationError

from metaia.bookings.availability import presenters, schemas, service
from metaia.bookings.availability.service import Changed
from metaia.bookings.calendars import policy
from metaia.core.access import actor as actors
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ, WRITE
from metaia.core.http.fields import Day
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api

blp = Blueprint("availability", __name__, url_prefix="/api/availability", description="Hours of partners")
_change: dict[str, Any] = {
    "returns": schemas.ChangedAvailability,
    "limit": WRITE,
    "conflict": schemas.Conflict,
}
DAYTIME = [{"from": "09:00", "to": "12:30"}, {"from": "14:00", "to": "18:00"}]


@blp.endpoint(
    "GET",
    "",
    query=schemas.AvailabilityQuery,
    returns=schemas.Availability,
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden, NotFound),
)
def get_one(query: Json) -> Response:
    """The hours of a calendar: of the week, and exceptions from yesterday on. Its partner sees notes, with a token."""
    calendar, exceptions = service.read(query.get("calendar_id"), query.get("partner_id"))
    caller = actors.optional()
    notes = caller is not None and policy.may_change(caller, calendar.partner_id)
    return answer_versioned(calendar.version, **presenters.availability(calendar, exceptions, notes=notes))


@blp.endpoint(
    "PUT",
    "/weekly",
    body=schemas.PutWeek,
    example={"weekly": {"mon": DAYTIME}},
    fails=(NotFound,),
    **_change,
)
def put_week(body: Json) -> Response:
    """Replace the hours of the week. `affected` has the bookings to come that are outside of the hours; they stand."""
    version = etags.expected(body["expected_version"])
    return _changed(
        service.set_week(current(), body["calendar_id"], body["weekly"], body["time_zone"], version)
    )


@blp.endpoint(
    "PUT",
    "/exceptions",
    body=schemas.PutExceptions,
    example={"from": "2026-12-24", "to": "2026-12-26", "closed": True, "note": "Christmas"},
    fails=(NotFound, TooMany),
    **_change,
)
def put_exceptions(body: Json) -> Response:
    """Set the hours of dates, instead of all others that clocks would show on them; `affected` as above."""
    version = etags.expected(body["expected_version"])
    return _changed(service.set_exceptions(current(), body["calendar_id"], body, version))


@blp.endpoint(
    "DELETE",
    "/exceptions/<word:date>",
    query=schemas.OneCalendarQuery,
    headers=(etags.PARAMETER,),
    **_change,
)
def delete_exception(query: Json, date: str) -> Response:
    """Let a date have the hours of the week again."""
    return _changed(
        service.remove_exception(current(), query["calendar_id"], _day(date), etags.expected(None))
    )


def _day(text: str) -> date:
    try:
        found: date = Day().deserialize(text)
    except ValidationError as error:
        raise Invalid(details={"date": [str(message) for message in error.messages]}) from None
    return found


def _changed(found: Changed) -> Response:
    calendar, affected = found
    shown = presenters.availability(calendar, service.exceptions_to_come(calendar), notes=True)
    return answer_versioned(
        calendar.version, **shown, affected=[presenters.affected(booking) for booking in affected]
    )


def register(api: Api) -> None:
    """Register hours with the application."""
    api.register_blueprint(blp)
