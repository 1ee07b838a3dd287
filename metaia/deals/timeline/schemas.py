"""Queries and answers about timelines of deals."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from metaia.bookings.state import MACHINE as BOOKINGS
from metaia.chat.fields import MessageOut
from metaia.core.access.permissions import ROLES
from metaia.core.http.fields import Integer, MoneyOut, Schema, Text
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope
from metaia.deals.policy import KINDS
from metaia.offers.rounds.schemas import OfferRoundOut
from metaia.offers.state import MACHINE as OFFERS
from metaia.orders.state import MACHINE as ORDERS
from metaia.orders.state import SYSTEM
from metaia.payments.disputes.schemas import DisputeOut
from metaia.payments.refunds.schemas import RefundOut
from metaia.payments.schemas import PaymentOut
from metaia.realtime.log.store import LONGEST_CURSOR

_kind = validate.OneOf(KINDS)


class TimelineQuery(Filters):
    before = fields.String(
        load_default=None,
        validate=validate.Length(max=LONGEST_CURSOR),
        metadata={"description": "a cursor, of an entry or an event: the page ends before it"},
    )
    after = fields.String(
        load_default=None,
        validate=validate.Length(max=LONGEST_CURSOR),
        metadata={"description": "a cursor: the page begins after it. Without both: the newest entries"},
    )
    kinds = DelimitedList(fields.String(validate=_kind), load_default=KINDS)
    limit = Integer(load_default=50, validate=validate.Range(min=1, max=100))
    reason = Text(
        500,
        load_default=None,
        metadata={
            "description": "for staff that is not in the conversation: without it the messages are left out, with it "
            "the reading is recorded in the audit log"
        },
    )

    @validates_schema
    def one_direction(self, data: Any, **_: Any) -> None:
        """Refuse a page with two directions."""
        if data.get("before") and data.get("after"):
            raise ValidationError("Send either before or after.", "after")


class DealEntryActor(Schema):
    id = fields.UUID(required=True, allow_none=True)
    role = fields.String(required=True, validate=validate.OneOf((*sorted(ROLES), SYSTEM)))
    name = fields.String(required=True, allow_none=True)


class DealOrderEntry(Schema):
    """An order as it was after the action."""

    id = fields.UUID(required=True)
    order_number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(ORDERS.states))
    previous_status = fields.String(required=True, allow_none=True, validate=validate.OneOf(ORDERS.states))
    delivery_partner_id = fields.UUID(required=True, allow_none=True)
    total = MoneyOut(required=True)
    currency = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)


class DealOfferEntry(OfferRoundOut):
    """An offer with the round that it had after the action."""

    id = fields.UUID(required=True)
    offer_number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(OFFERS.states))
    previous_status = fields.String(required=True, allow_none=True, validate=validate.OneOf(OFFERS.states))
    note = fields.String(required=True, allow_none=True)


class DealBookingEntry(Schema):
    """A booking as it was after the action."""

    id = fields.UUID(required=True)
    booking_number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(BOOKINGS.states))
    previous_status = fields.String(required=True, allow_none=True, validate=validate.OneOf(BOOKINGS.states))
    starts_at = fields.AwareDateTime(required=True)
    previous_starts_at = fields.AwareDateTime(required=True, allow_none=True)
    proposed_starts_at = fields.AwareDateTime(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)


class DealEntryOut(Schema):
    """An entry: an event of the deal. Of the last fields it has the one that its kind names; `people` has a message."""

    id = fields.UUID(required=True, metadata={"description": "the `eventId` of the event"})
    cursor = fields.String(required=True, metadata={"description": "the `cursor` of the event"})
    kind = fields.String(required=True, validate=_kind)
    action = fields.String(
        required=True,
        metadata={"description": "of a payment, refund or dispute: the status that it then had"},
    )
    actor = fields.Nested(DealEntryActor, required=True)
    at = fields.AwareDateTime(required=True)
    occurred_at = fields.AwareDateTime(
        metadata={"description": "by the clock of carrier or courier, if it differs"}
    )
    message = fields.Nested(MessageOut, metadata={"description": "as it is now"})
    offer = fields.Nested(DealOfferEntry)
    order = fields.Nested(DealOrderEntry)
    booking = fields.Nested(DealBookingEntry)
    payment = fields.Nested(PaymentOut, metadata={"description": "as it is now"})
    refund = fields.Nested(RefundOut, metadata={"description": "as it is now"})
    dispute = fields.Nested(
        DisputeOut, metadata={"description": "as it is now; only the seller and staff see it"}
    )
    tracking = fields.Dict()


class DealTimelineMeta(Schema):
    """The range of the page. Entries that the viewer may not see are left out of it: it may be empty and go on."""

    first_cursor = fields.String(required=True, allow_none=True)
    last_cursor = fields.String(required=True, allow_none=True)
    has_before = fields.Boolean(required=True)
    has_after = fields.Boolean(required=True)


Timeline = envelope(
    "DealTimeline", meta=DealTimelineMeta, entries=fields.List(fields.Nested(DealEntryOut), required=True)
)
