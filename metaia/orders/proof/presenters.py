"""The delivery of an order as JSON."""

from __future__ import annotations

from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.orders.proof.state import NOTHING
from metaia.orders.queries import Order
from metaia.orders.state import OPEN_STATUSES


def delivery(order: Order) -> Json | None:
    """Return the delivery of an order, as all its parties see it; None until a courier is wanted or assigned."""
    if order.delivery_id is None:
        return None
    return {
        "id": order.delivery_id,
        "state": state(order),
        "wantedAt": rfc3339(order.courier_wanted_at),
        "contactUntil": rfc3339(order.contact_until),
        "proofNeeded": order.proof_needed or NOTHING,
        "proof": order.proof,
    }


def state(order: Order) -> str:
    """Return the state of the delivery of an order."""
    if order.status not in OPEN_STATUSES:
        return "delivered" if order.courier_id and order.status in {"delivered", "completed"} else "ended"
    if order.status == "out_for_delivery":
        return "out"
    return "claimed" if order.courier_id else "open" if order.is_offered else "ended"
