"""Query and answer of free times."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from metaia.core.http.fields import Day, Id, Integer, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

MAX_DAYS, MAX_SERVICES = 35, 20
MAX_PARTS = 3_500  # of an answer: the dates of each service in each of its calendars
STARTS = "starts"
_by_clock = {"description": "the clock by which starts are shown and grouped; by default that of the place"}


class SlotsQuery(Filters):
    partner_id = Id()
    calendar_id = Id(metadata={"description": "only in this calendar"})
    service_id = DelimitedList(
        Id(),
        validate=validate.Length(max=MAX_SERVICES),
        metadata={"description": "by default all that the partner offers, if they are not more than 20"},
    )
    first = Day(data_key="from", required=True, metadata={"description": "a date of the calendar's zone"})
    last = Day(data_key="to", required=True, metadata={"description": f"included; at most {MAX_DAYS} dates"})
    time_zone = fields.String(load_default=None, validate=validate.Length(max=60), metadata=_by_clock)
    seats = Integer(load_default=1, validate=validate.Range(min=1, max=500))
    booking_id = Id(
        load_default=None,
        metadata={
            "description": "what this booking could move to, for its customer and partner, with a token"
        },
    )
    format = fields.String(
        load_default=None,
        validate=validate.OneOf((STARTS,)),
        metadata={"description": "with `starts`, each start is a text instead of an object"},
    )

    @validates_schema
    def consistent(self, data: dict[str, Any], **_: Any) -> None:
        """Something is named, and the dates are in order and not too many."""
        if not 0 <= (data["last"] - data["first"]).days < MAX_DAYS:
            raise ValidationError(f"Must be one of the {MAX_DAYS} dates from `from` on.", "to")
        if not data.keys() & {"partner_id", "calendar_id", "service_id"}:
            raise ValidationError("Give partnerId, calendarId or serviceId.", "partnerId")


class SlotOut(Schema):
    starts_at = fields.String(
        required=True,
        metadata={"description": "RFC 3339 with the offset of `timeZone`: 2026-10-01T09:00:00+02:00"},
    )
    seats_left = fields.Integer(required=True)


class Starts(fields.Field[Any]):
    """The starts of a date: objects, or with `format=starts` texts."""

    def json_schema(self, converter: Any) -> dict[str, Any]:
        """Return the schema of a list of either."""
        slot = converter.resolve_nested_schema(SlotOut)
        return {"type": "array", "items": {"anyOf": [slot, {"type": "string"}]}}


_dates = fields.Dict(keys=fields.String(), values=Starts())
Slots = envelope(
    "Slots",
    slots=fields.Dict(
        keys=fields.String(),
        values=_dates,
        required=True,
        metadata={
            "description": "by id of the service, then by date in `timeZone`; dates without starts are left out"
        },
    ),
    time_zone=fields.String(required=True),
    partner_time_zone=fields.String(required=True),
    calendar_version=fields.Integer(
        required=True, metadata={"description": "the sum of the versions of all calendars in it"}
    ),
    valid_for=fields.Integer(required=True, metadata={"description": "seconds, unless a calendar changes"}),
)
