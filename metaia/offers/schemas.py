"""Bodies, queries and answers about offers; `presenters.py` fills the answers."""

from __future__ import annotations

from flask import current_app
from marshmallow import fields, validate
from webargs.fields import DelimitedList

from metaia.core.access.permissions import ROLES
from metaia.core.http.fields import Currency, Id, Integer, Moment, Schema, Text, Version
from metaia.core.http.pagination import Filters, PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.offers.fields import ContactIn
from metaia.offers.queries import SORTABLE
from metaia.offers.rounds.schemas import MOST_ITEMS, MOST_PIECES, OfferRoundOut, Round, RoundOut, items
from metaia.offers.state import BUYER, MACHINE, REJECT_REASONS, SELLER, SYSTEM

STATUSES = MACHINE.states
STEPS = ("create", *MACHINE.actions)
MOST_IDS = 100  # of a bulk action
LARGEST_OFFER = 384 * 1024  # bytes of a body: 100 items with every text at its longest, escaped
_status = validate.OneOf(STATUSES)
_side = validate.OneOf((SELLER, BUYER))
_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)
_message = {"lines": True, "allow_none": True}


class ChangeOffer(Schema):
    """The fields that every change of an offer may have."""

    expected_version = Version(load_default=None)
    message = Text(1000, load_default=None, **_message)


class CreateOffer(Round):
    recipient_id = Id(required=True)
    items = items(required=True)
    currency = Currency(load_default=lambda: current_app.config["DEFAULT_CURRENCY"])
    message = Text(1000, load_default=None, **_message)
    as_ = fields.String(
        data_key="as",
        validate=_side,
        metadata={"description": "your side, between partners; by default seller"},
    )
    customer_info = fields.Nested(ContactIn, metadata={"description": "the buyer's, for the order"})
    previous_offer_id = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "an offer between you that has ended, or of which the time has passed"},
    )


EXAMPLE = {
    "recipientId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "items": [{"name": "Linen, white", "quantity": 40, "unit": "metres", "price": 310}],
    "total": 12000,
    "terms": {"deliverBy": "2026-12-20", "paymentTerms": "on_delivery"},
    "message": "For the season, as last year.",
}


class ChangeRound(Round, ChangeOffer):
    """A new round: what is left out stays as it is, but for the time."""

    items = items()


class AcceptOffer(ChangeOffer):
    """The version that was read is required, here or in `If-Match`: only what was seen can be accepted."""

    quantities = fields.Dict(
        keys=fields.String(validate=validate.Length(min=1, max=10)),
        values=Integer(validate=validate.Range(min=0, max=MOST_PIECES)),
        load_default=dict,
        validate=validate.Length(max=MOST_ITEMS),
        metadata={"description": "by the id of an item, from `minQuantity` to `quantity`; by default all"},
    )
    customer_info = fields.Nested(ContactIn, metadata={"description": "the buyer's, for the order"})


class RejectOffer(ChangeOffer):
    reason = fields.String(required=True, validate=validate.OneOf(REJECT_REASONS))


class Bulk(Schema):
    action = fields.String(required=True, validate=validate.OneOf(("reject", "withdraw")))
    ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=MOST_IDS))
    reason = fields.String(load_default="other", validate=validate.OneOf(REJECT_REASONS))
    message = Text(1000, load_default=None, **_message)


class OffersQuery(PageQuery):
    status = DelimitedList(fields.String(validate=_status))
    as_ = fields.String(data_key="as", validate=_side, metadata={"description": "your side"})
    turn = fields.String(validate=validate.Equal("mine"), metadata={"description": "mine: you can answer"})
    counterparty_id = Id()
    deal_id = Id()
    created_from = Moment()
    created_to = Moment()
    q = Text(100)
    sort = sort_field(tuple(SORTABLE), "-createdAt")


class AllOffersQuery(OffersQuery):
    seller_id = Id()
    buyer_id = Id()


class OfferAsOf(Filters):
    as_of = Moment(load_default=None)


class OfferOut(RoundOut):
    """An offer, as its parties and staff see it."""

    id = fields.UUID(required=True)
    offer_number = fields.String(required=True)
    deal_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=_status)
    seller_id = fields.UUID(required=True)
    buyer_id = fields.UUID(required=True)
    turn = fields.UUID(
        required=True, allow_none=True, metadata={"description": "the user that answers; null at the end"}
    )
    conversation_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "of the deal, if there is one"}
    )
    order_id = fields.UUID(required=True, allow_none=True)
    order_number = fields.String(required=True, allow_none=True)
    reject_reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(REJECT_REASONS))
    previous_offer_id = fields.UUID(required=True, allow_none=True)
    allowed_actions = _actions
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class OfferStepOut(Schema):
    """One entry of an offer's history."""

    action = fields.String(required=True, validate=validate.OneOf(STEPS))
    status = fields.String(required=True, validate=_status)
    previous_status = fields.String(required=True, allow_none=True, validate=_status)
    round = fields.Integer(required=True)
    actor_id = fields.UUID(required=True, allow_none=True)
    actor_role = fields.String(required=True, validate=validate.OneOf((*sorted(ROLES), SYSTEM)))
    note = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)


class OfferConflict(Schema):
    """The `details` of a 409 about an offer: the offer as it is now, and what its reader may do with it."""

    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    allowed_actions = _actions
    order_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "the order that the acceptance has made"}
    )
    offer = fields.Nested(OfferOut, required=True)


class BulkResult(Schema):
    """What became of one offer of a bulk action."""

    id = fields.UUID(required=True)
    ok = fields.Boolean(required=True)
    error = fields.Nested(error_schemas.problem, allow_none=True)


_offer = fields.Nested(OfferOut, required=True)
# By name, because orders are a higher domain: it makes the order, and its schema describes it.
_order = fields.Nested("OrderOut", required=True)
OneOffer = envelope("OneOffer", offer=_offer)
ManyOffers = envelope("ManyOffers", meta=Meta, offers=fields.List(_offer, required=True))
AcceptedOffer = envelope("AcceptedOffer", offer=_offer, order=_order)
OfferHistory = envelope(
    "OfferHistory",
    offer=_offer,
    rounds=fields.List(fields.Nested(OfferRoundOut), required=True),
    steps=fields.List(fields.Nested(OfferStepOut), required=True),
)
BulkResults = envelope(
    "BulkResults",
    changed=fields.Integer(required=True),
    results=fields.List(fields.Nested(BulkResult), required=True),
)
Conflict = error_schemas.conflict(OfferConflict)
