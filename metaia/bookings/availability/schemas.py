"""Bodies, queries and answers about the hours of calendars."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from metaia.bookings.calendars.schemas import Conflict, zone
from metaia.core.http.fields import Day, Id, Schema, Text, Version
from metaia.core.http.pagination import Filters
from metaia.core.http.parts.opening_hours import OpenHours, Week, pairs, require_apart
from metaia.core.http.views import envelope

__all__ = ["Conflict"]
MAX_RANGE = 366  # dates of one exception
_FIRST = {"description": "by default the first one of the caller"}


class AvailabilityQuery(Filters):
    calendar_id = Id()
    partner_id = Id(metadata={"description": "of this partner's first calendar"})

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        """The calendar is named by its id or by its partner."""
        if ("calendar_id" in data) == ("partner_id" in data):
            raise ValidationError("Give either calendarId or partnerId.", "calendarId")


class OneCalendarQuery(Filters):
    calendar_id = Id(load_default=None, metadata=_FIRST)


class PutWeek(Schema):
    calendar_id = Id(load_default=None, metadata=_FIRST)
    time_zone = zone(load_default=None)
    weekly = fields.Nested(Week, required=True)
    expected_version = Version(load_default=None)


class PutExceptions(Schema):
    """Hours of the dates `from` to `to`, instead of all others that clocks show on these dates."""

    calendar_id = Id(load_default=None, metadata=_FIRST)
    first = Day(data_key="from", required=True, metadata={"description": "a date of the calendar's zone"})
    last = Day(data_key="to", load_default=None, metadata={"description": "included; by default `from`"})
    closed = fields.Boolean(load_default=False)
    hours = pairs(load_default=list)
    note = Text(200, load_default=None, allow_none=True, metadata={"description": "only its partner sees it"})
    expected_version = Version(load_default=None)

    @validates_schema
    def consistent(self, data: dict[str, Any], **_: Any) -> None:
        """The dates are in order, and they are closed or have hours."""
        days = ((data["last"] or data["first"]) - data["first"]).days
        if not 0 <= days < MAX_RANGE:
            raise ValidationError(f"Must be one of the {MAX_RANGE} dates from `from` on.", "to")
        if data["closed"] == bool(data["hours"]):
            raise ValidationError("Give either closed: true or hours.", "hours")
        require_apart(data["hours"], "hours")


class ExceptionOut(Schema):
    date = fields.Date(required=True)
    hours = fields.List(fields.Nested(OpenHours), required=True, metadata={"description": "none: closed"})
    note = fields.String(allow_none=True, metadata={"description": "only for its partner and admins"})


class AffectedOut(Schema):
    """A booking that is now outside of the hours. It stands until it is moved or cancelled."""

    id = fields.UUID(required=True)
    booking_number = fields.String(required=True)
    status = fields.String(required=True)
    service = fields.String(required=True, metadata={"description": "its name"})
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)


def _hours_of_calendar(**more: Any) -> dict[str, Any]:
    return {
        "calendar_id": fields.UUID(required=True),
        "partner_id": fields.UUID(required=True),
        "time_zone": fields.String(required=True),
        "weekly": fields.Nested(Week, required=True),
        "exceptions": fields.List(
            fields.Nested(ExceptionOut), required=True, metadata={"description": "from yesterday on"}
        ),
        "version": fields.Integer(required=True),
        **more,
    }


Availability = envelope("Availability", **_hours_of_calendar())
_affected = fields.List(fields.Nested(AffectedOut), required=True)
ChangedAvailability = envelope("ChangedAvailability", **_hours_of_calendar(affected=_affected))
