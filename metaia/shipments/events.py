"""The event type of shipments."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.access.actor import Actor
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EventType, Payload
from metaia.shipments import policy, presenters
from metaia.shipments.fields import ScanPlaceOut, ShipmentBase
from metaia.shipments.state import STATUSES

_status = validate.OneOf(STATUSES)


class ShipmentUpdate(Schema):
    """`shipment_update`. `location` and `at` are those of the newest scan, if scans have come."""

    shipment_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=_status)
    previous_status = fields.String(required=True, allow_none=True, validate=_status)
    location = fields.Nested(ScanPlaceOut, required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    estimated_delivery = fields.AwareDateTime(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    shipment = fields.Nested(ShipmentBase, required=True)


class ByActions:
    """Renders one packet per set of `allowedActions`."""

    def key(self, payload: Payload, actor: Actor) -> str:
        """Return the viewer's allowed actions, joined."""
        shipment = payload["shipment"]
        shown = presenters.ShownShipment(shipment)
        return " ".join(policy.allowed(actor, shown, can_ask=shipment["canAsk"]))

    def show(self, payload: Payload, key: str) -> Payload:
        """Return the payload with the viewer's allowed actions in its shipment."""
        shipment = {name: value for name, value in payload["shipment"].items() if name != "canAsk"}
        return {**payload, "shipment": shipment | {"allowedActions": key.split()}}


EVENTS = (
    EventType(
        "shipment.updated",
        "shipment_update",
        ShipmentUpdate,
        "A parcel of an order was added, scanned, changed, or is late.",
        "the order's customer, partner and courier, clients in its room, and staff",
        ByActions(),
    ),
)
