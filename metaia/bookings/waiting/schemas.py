"""Bodies and answers of the waiting list."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.bookings.waiting.policy import LONGEST, STATES
from metaia.core.http.fields import Id, Integer, Moment, Schema
from metaia.core.http.views import envelope


class WaitIn(Schema):
    """What a customer waits for: a start between two moments."""

    service_id = Id(required=True)
    starts_from = Moment(data_key="from", required=True)
    starts_to = Moment(data_key="to", required=True)
    seats = Integer(load_default=1, validate=validate.Range(1, 500))

    @validates_schema
    def ordered(self, data: dict[str, Any], **_: Any) -> None:
        """The moments are in order, and not too far apart."""
        if not data["starts_from"] < data["starts_to"] <= data["starts_from"] + LONGEST:
            raise ValidationError(f"Must be after `from`, by at most {LONGEST.days} days.", "to")


_OFFER = {"description": "of the hold that is offered"}
WaitOut = Schema.from_dict(
    {
        "id": fields.UUID(required=True),
        "service_id": fields.UUID(required=True),
        "from": fields.AwareDateTime(required=True),
        "to": fields.AwareDateTime(required=True),
        "seats": fields.Integer(required=True),
        "state": fields.String(required=True, validate=validate.OneOf(STATES)),
        "booking_id": fields.UUID(required=True, allow_none=True, metadata=_OFFER),
        "held_until": fields.AwareDateTime(required=True, allow_none=True, metadata=_OFFER),
        "created_at": fields.AwareDateTime(required=True),
    },
    name="WaitOut",
)


One = envelope("OneWait", wait=fields.Nested(WaitOut, required=True))
Many = envelope("ManyWaits", waits=fields.List(fields.Nested(WaitOut), required=True))
Ended = envelope("WaitEnded")
