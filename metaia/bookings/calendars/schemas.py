"""Bodies, queries and answers about calendars."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Id, Schema, Text, Version
from metaia.core.http.pagination import Filters
from metaia.core.http.parts.time_zones import zone
from metaia.core.http.views import envelope
from metaia.core.openapi import error_schemas

__all__ = ["zone"]
_OF_ADMINS = {"description": "for admins: the partner"}


class CreateCalendar(Schema):
    name = Text(120, required=True)
    time_zone = zone(load_default=None)
    partner_id = Id(load_default=None, metadata=_OF_ADMINS)


class ChangeCalendar(Schema):
    name = Text(120)
    time_zone = zone()
    active = fields.Boolean(metadata={"description": "an inactive one is not offered; its bookings stand"})
    expected_version = Version(load_default=None)


class CalendarsQuery(Filters):
    partner_id = Id(metadata=_OF_ADMINS)


class CalendarOut(Schema):
    """What can be busy: a person, a room. `version` counts the changes of its hours, and of what takes its time."""

    id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True)
    name = fields.String(required=True)
    time_zone = fields.String(required=True)
    active = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class CalendarConflict(Schema):
    """The `details` of a 409 about a calendar."""

    version = fields.Integer(required=True)
    calendar = fields.Nested(CalendarOut, required=True)


_calendar = fields.Nested(CalendarOut, required=True)
OneCalendar = envelope("OneCalendar", calendar=_calendar)
ManyCalendars = envelope("ManyCalendars", calendars=fields.List(_calendar, required=True))
Conflict = error_schemas.conflict(CalendarConflict)
