"""Event types of orders."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.access.actor import Actor
from metaia.core.http.fields import Schema
from metaia.core.times import now
from metaia.orders import policy, presenters
from metaia.orders.schemas import STATUSES, OrderOut
from metaia.orders.timing import presenters as timing_presenters
from metaia.realtime.catalogue import EventType, Payload

_status = validate.OneOf(STATUSES)


class OrderUpdate(Schema):
    """`order_update`."""

    order_id = fields.UUID(required=True)
    deal_id = fields.UUID(required=True)
    order_number = fields.String(required=True)
    status = fields.String(required=True, validate=_status)
    previous_status = fields.String(required=True, allow_none=True, validate=_status)
    message = fields.String(required=True, allow_none=True)
    order = fields.Nested(OrderOut, required=True)
    updated_at = fields.AwareDateTime(required=True)


FORMER = "former party"  # key of viewers that have no part in the order as it is now, or not any more


class ByActions:
    """Renders one packet per set of `allowedActions`, since viewers differ in what they may do next.

    A former courier gets the event without the personal data of the customer, as the courier of an order does that
    ended long enough ago.
    """

    def key(self, payload: Payload, actor: Actor) -> str:
        """Return the viewer's allowed actions, joined; FORMER for a viewer without a part in the order."""
        order = presenters.ShownParties(payload["order"])
        if not policy.may_see(actor, order):
            return FORMER
        if not policy.sees_contact(actor, order, order.contact_until, now()):
            return FORMER
        return " ".join(policy.allowed(actor, order, payload["status"]))

    def show(self, payload: Payload, key: str) -> Payload:
        """Return the payload with the viewer's allowed actions in its order."""
        if key == FORMER:
            return {**payload, "message": None, "order": presenters.without_personal_data(payload["order"])}
        return {**payload, "order": presenters.with_actions(payload["order"], key.split())}


_RECEIVERS = (
    "the order's customer, partner and courier, clients in its room, and staff;"
    " its former courier, without personal data and texts"
)
_SUMMARY = "An order was created or changed."
EVENTS = tuple(
    EventType(
        name,
        "order_update",
        OrderUpdate,
        _SUMMARY,
        _RECEIVERS,
        ByActions(),
        {timing_presenters.FORMAT: render},
    )
    for name, render in (
        ("order.created", timing_presenters.new_order),
        ("order.updated", timing_presenters.status_update),
    )
)
