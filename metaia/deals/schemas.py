"""Queries and answers about deals; `presenters.py` fills the answers."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.bookings.schemas import BookingOut
from metaia.chat.conversations.schemas import ConversationOut
from metaia.core.http.fields import Schema, Text
from metaia.core.http.pagination import PageQuery
from metaia.core.http.views import Meta, envelope
from metaia.deals.queries import BUYER, SELLER
from metaia.deals.state import STAGES
from metaia.offers.schemas import OfferOut
from metaia.orders.schemas import OrderOut
from metaia.payments.schemas import PaymentOut

_stage = validate.OneOf(STAGES)


class DealsQuery(PageQuery):
    as_ = fields.String(
        data_key="as",
        validate=validate.OneOf((BUYER, SELLER)),
        metadata={"description": "the side that one is on"},
    )
    stage = fields.String(validate=_stage)
    q = Text(100, metadata={"description": "words of the order, booking or offer"})


class DealActions(Schema):
    """The actions that the viewer may do next, by what they are done to."""

    chat = fields.List(fields.String(), required=True)
    offer = fields.List(fields.String(), required=True)
    order = fields.List(fields.String(), required=True)
    booking = fields.List(fields.String(), required=True)
    payment = fields.List(fields.String(), required=True)


class DealOut(Schema):
    """A deal: what has come of it so far, each part as its own domain shows it to the viewer."""

    id = fields.UUID(required=True)
    stage = fields.String(required=True, validate=_stage)
    buyer_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "null: an order or a booking without an account"},
    )
    seller_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "null: the house sells itself"}
    )
    conversation = fields.Nested(ConversationOut, required=True, allow_none=True)
    offer = fields.Nested(
        OfferOut, required=True, allow_none=True, metadata={"description": "the latest; null for a courier"}
    )
    order = fields.Nested(OrderOut, required=True, allow_none=True)
    booking = fields.Nested(BookingOut, required=True, allow_none=True)
    payment = fields.Nested(
        PaymentOut, required=True, allow_none=True, metadata={"description": "the latest; null for a courier"}
    )
    tracking = fields.Dict(
        required=True, allow_none=True, metadata={"description": "the parcel; null: no carrier is connected"}
    )
    unread = fields.Integer(required=True, metadata={"description": "messages, at most 100"})
    allowed_actions = fields.Nested(DealActions, required=True)
    created_at = fields.AwareDateTime(required=True)


_deal = fields.Nested(DealOut, required=True)
OneDeal = envelope("OneDeal", deal=_deal)
ManyDeals = envelope("ManyDeals", meta=Meta, deals=fields.List(_deal, required=True))
