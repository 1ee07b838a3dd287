"""Bodies, queries and answers about the hours of calendars."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.bookings.calendars.fields import ClockTime
from metaia.bookings.calendars.schemas import Conflict, zone
from metaia.core import opening_hours as hours
from metaia.core.http.fields import Day, Id, Schema, Text, Version
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

__all__ = ["Conflict"]
MAX_PAIRS = 8  # of one day
MAX_RANGE = 366  # dates of one exception
_FIRST = {"description": "by default the first one of the caller"}

OpenHours = Schema.from_dict(
    {"from": ClockTime(required=True), "to": ClockTime(end_of_day=True, required=True)}, name="OpenHours"
)


def _pairs(**kwargs: Any) -> fields.List[Any]:
    return fields.List(fields.Nested(OpenHours), validate=validate.Length(max=MAX_PAIRS), **kwargs)


def _require_apart(pairs: list[dict[str, str]], field: str) -> None:
    """Raise ValidationError if a pair is empty, or overlaps another one of the same date."""
    if any(each["from"] == each["to"] for each in pairs):
        raise ValidationError("Closes when it opens: use 00:00 to 24:00 for a whole day.", field)
    if hours.overlap(hours.pairs(pairs)):
        raise ValidationError("Two pairs overlap.", field)


class Week(Schema):
    """The hours of each weekday; a day without hours is closed."""

    mon = _pairs(load_default=list)
    tue = _pairs(load_default=list)
    wed = _pairs(load_default=list)
    thu = _pairs(load_default=list)
    fri = _pairs(load_default=list)
    sat = _pairs(load_default=list)
    sun = _pairs(load_default=list)

    @validates_schema
    def apart(self, data: dict[str, Any], **_: Any) -> None:
        """Pairs do not overlap, also not those of the evening before."""
        for day in hours.WEEKDAYS:
            _require_apart(data[day], day)
        for index in hours.overlapping(hours.week(data)):
            raise ValidationError("Overlaps the hours of the evening before.", hours.WEEKDAYS[index])


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
    hours = _pairs(load_default=list)
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
        _require_apart(data["hours"], "hours")


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
