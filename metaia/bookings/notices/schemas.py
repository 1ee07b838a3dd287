"""Schema of the event `notification`."""

from __future__ import annotations

from marshmallow import fields

from metaia.bookings.notices.notifications import NOTIFICATION_TYPES
from metaia.core.http.fields import Schema
from metaia.core.openapi.answer_fields import Listed
from metaia.notifications.schemas import NotificationButton


class BookingNotice(Schema):
    """`notification`: a notification about a booking. `new_notification` has the same `id` and more of its data."""

    id = fields.UUID(required=True)
    type = Listed(lambda: sorted(type_.name for type_ in NOTIFICATION_TYPES), required=True)
    title = fields.String(required=True)
    message = fields.String(required=True)
    booking_id = fields.UUID(required=True)
    starts_at = fields.AwareDateTime(required=True)
    actions = fields.List(fields.Nested(NotificationButton), required=True)
    created_at = fields.AwareDateTime(required=True)
