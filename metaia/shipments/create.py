"""Adding a shipment to an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.orders import policy as order_policy
from metaia.orders import queries as order_queries
from metaia.orders.queries import Order
from metaia.settings.carriers import Carrier
from metaia.shipments import carriers, policy, publish, queries, service, state
from metaia.shipments.models import ShipmentRow
from metaia.shipments.queries import Shipment
from metaia.shipments.scans import service as scan_service


def create(actor: Actor, order_id: str, given: Json) -> Shipment:
    """Add a shipment to an order. Raises NotFound, Forbidden, Invalid and Conflict."""
    with db.transaction():
        order = order_queries.to_change(order_id)  # of two requests at once, the second one counts the first
        _require_order(actor, order)
        assert order is not None  # noqa: S101 - checked above
        carrier = carriers.current().get(given["slug"])
        if carrier is None:
            raise Invalid(details={"slug": ["Not a carrier of GET /api/carriers."]})
        others = [each for each in queries.of_order(order_id) if each.status != state.CANCELLED]
        if len(others) >= policy.MOST:
            raise Conflict(
                "The order has too many shipments.", code="too_many_shipments", details={"most": policy.MOST}
            )
        _require_items(order, given["items"], others)
        service.claim_code(carrier.slug, given["tracking_code"], order_id)
        made = _insert(order, carrier, given)
        publish.changed(None, made, order)
        service.audit(actor, made, "created")
        carriers.coded(made.slug, made.code)
    return made


def _require_order(actor: Actor, order: Order | None) -> None:
    if order is None:
        raise NotFound("There is no such order.")
    if not order_policy.may_see(actor, order) or not policy.manages(actor, order.partner_id):
        raise Forbidden("Only its partner and admins ship an order.")
    if order.status not in policy.SHIPPED:
        text = f"An order that is {order.status} is not shipped."
        raise Conflict(text, code="illegal_transition", details={"status": order.status})


def _require_items(order: Order, items: Iterable[Json] | None, others: Iterable[Shipment]) -> None:
    """Require that no more of an item is shipped than was ordered. Raises Invalid."""
    shipped = Counter[int]()
    for shipment in others:
        shipped.update({each["index"]: each["quantity"] for each in shipment.items or ()})
    for place, each in enumerate(items or ()):
        index, quantity = each["index"], each["quantity"]
        if index >= len(order.items):
            raise Invalid(details={f"items.{place}.index": ["The order has no such item."]})
        left = order.items[index]["quantity"] - shipped[index]
        if quantity > left:
            raise Invalid(details={f"items.{place}.quantity": [f"Only {left} are left to ship."]})


def _insert(order: Order, carrier: Carrier, given: Json) -> Shipment:
    moment = now()
    made = Shipment(
        new_id(), order.id, carrier.slug, given["tracking_code"], state.LABEL,
        scan_service.stale_due(state.LABEL, moment), 1, moment, moment, partner_id=order.partner_id,
        items=given["items"], weight=given["weight"], estimated_delivery=given["estimated_delivery"],
        ask_at=service.ask_at(carrier, moment),
    )  # fmt: skip
    db.append(ShipmentRow, **{name: getattr(made, name) for name in made.__slots__})
    return made
