"""Query and answer of the figures about bookings."""

from __future__ import annotations

from marshmallow import fields

from metaia.bookings.schemas import STATUSES
from metaia.core.http.fields import Id, Schema
from metaia.core.http.pagination import Period
from metaia.core.http.views import envelope


class BookingFiguresQuery(Period):
    partner_id = Id(load_default=None, metadata={"description": "for staff; by default all partners"})
    service_id = Id(load_default=None)


class BookingFiguresOut(Schema):
    """Figures of the bookings that begin in a time. Rates are null where there is nothing to divide by."""

    bookings = fields.Integer(required=True, metadata={"description": "all that were made, in any status"})
    by_status = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": ", ".join(STATUSES)},
    )
    seats = fields.Integer(required=True, metadata={"description": "of bookings that were not freed"})
    no_show_rate = fields.Float(
        required=True, allow_none=True, metadata={"description": "of those that should have taken place"}
    )
    cancellation_rate = fields.Float(required=True, allow_none=True, metadata={"description": "of all"})
    median_lead_minutes = fields.Float(
        required=True, allow_none=True, metadata={"description": "from the booking to its start"}
    )


class ServiceFiguresOut(BookingFiguresOut):
    service_id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"description": "as it was booked last"})


class UtilisationOut(Schema):
    """How much of its open time a calendar was booked, without buffers. `utilisation` is null without open time."""

    calendar_id = fields.UUID(required=True)
    name = fields.String(required=True)
    open_minutes = fields.Integer(required=True)
    booked_minutes = fields.Integer(required=True)
    utilisation = fields.Float(required=True, allow_none=True)


Figures = envelope(
    "BookingFigures",
    total=fields.Nested(BookingFiguresOut, required=True),
    services=fields.List(fields.Nested(ServiceFiguresOut), required=True),
    calendars=fields.List(
        fields.Nested(UtilisationOut), required=True, metadata={"description": "of one partner only"}
    ),
)
