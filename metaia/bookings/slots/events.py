"""The event of free times. It is ephemeral: a client that missed it reads them again."""

from __future__ import annotations

from marshmallow import fields

from metaia.bookings.slots.publish import SLOTS_CHANGED
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EphemeralEvent


class SlotsChanged(Schema):
    """`booking-slots-changed`. Without dates, any date may have changed."""

    partner_id = fields.UUID(required=True)
    calendar_id = fields.UUID(required=True)
    dates = fields.List(fields.Date(), required=True)
    calendar_version = fields.Integer(required=True)


EVENTS = (
    EphemeralEvent(
        SLOTS_CHANGED,
        SlotsChanged,
        "Free times of a calendar have changed; at most once a second for each calendar.",
        "clients that have joined the partner's slots room",
    ),
)
