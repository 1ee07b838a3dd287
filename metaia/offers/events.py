"""Event types of offers."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.access.actor import Actor
from metaia.core.http.fields import Schema
from metaia.core.times import now
from metaia.offers import policy, presenters
from metaia.offers.schemas import STATUSES, OfferOut
from metaia.realtime.catalogue import EventType, Payload

_status = validate.OneOf(STATUSES)


class OfferUpdate(Schema):
    """`offer:created` and `offer:updated`."""

    offer_id = fields.UUID(required=True)
    deal_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=_status)
    previous_status = fields.String(required=True, allow_none=True, validate=_status)
    round = fields.Integer(required=True)
    message = fields.String(required=True, allow_none=True)
    offer = fields.Nested(OfferOut, required=True)
    order_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "its `order_update` follows"}
    )
    updated_at = fields.AwareDateTime(required=True)


class ByActions:
    """Renders one packet per set of `allowedActions`: viewers differ in them, and there are none after its time."""

    def key(self, payload: Payload, actor: Actor) -> str:
        """Return the viewer's allowed actions, joined."""
        return " ".join(policy.allowed(actor, presenters.ShownOffer(payload["offer"]), now()))

    def show(self, payload: Payload, key: str) -> Payload:
        """Return the payload with the viewer's allowed actions in its offer."""
        return {**payload, "offer": presenters.with_actions(payload["offer"], key.split())}


_RECEIVERS = "the seller, the buyer, and staff"
EVENTS = tuple(
    EventType(name, wire, OfferUpdate, summary, _RECEIVERS, ByActions())
    for name, wire, summary in (
        ("offer.created", "offer:created", "An offer was made."),
        ("offer.updated", "offer:updated", "An offer was changed."),
    )
)
