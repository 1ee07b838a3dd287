"""The event of calendars, which only METAIA's own processes receive."""

from __future__ import annotations

from marshmallow import fields

from metaia.bookings.calendars.publish import CHANGED
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EventType


class CalendarChanged(Schema):
    """Free times of a calendar have changed; without dates on any date."""

    partner_id = fields.UUID(required=True)
    calendar_id = fields.UUID(required=True)
    dates = fields.List(fields.Date(), required=True)
    calendar_version = fields.Integer(required=True)


EVENTS = (
    EventType(
        CHANGED,
        None,
        CalendarChanged,
        "Free times of a calendar have changed.",
        "every process, to inform the clients that look at the partner's free times",
    ),
)
