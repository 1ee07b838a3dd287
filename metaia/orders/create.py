"""Creating an order: the server computes its total."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from decimal import Decimal

from flask import current_app

from metaia.core import db, money
from metaia.core.access.actor import PARTNERS, Actor
from metaia.core.errors import Conflict, Forbidden, Invalid, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.orders import policy, queries
from metaia.orders.customers import service as customers
from metaia.orders.money import service as order_money
from metaia.orders.payment import state as payment_state
from metaia.orders.pictures import service as picture_service
from metaia.orders.queries import Order
from metaia.orders.timeline import service as timeline
from metaia.users import queries as user_queries

declare({"total_differs": "The `total` in the body is not that of the items; `details` has the right one."})
FIELDS = frozenset(field.name for field in fields(Order))


def create(actor: Actor, given: Json) -> Order:
    """Create an order for `actor` and return it. Raises Forbidden, and Invalid for an impossible partner or price."""
    if not policy.may_create(actor):
        raise Forbidden("Only customers order.")
    items = [_item(index, item, given["currency"]) for index, item in enumerate(given["items"])]
    total = sum(item["price"] * item["quantity"] for item in items)
    if total > money.MAX_MINOR:
        raise Invalid(details={"items": ["The total is too large."]})
    _require_total(given["total"], total, given["currency"])
    if any("mediaIds" in item for item in items):
        with db.transaction():
            return _create(actor, given, items, total)
    return db.optimistic_then_locked(lambda: _create(actor, given, items, total))


def _create(actor: Actor, given: Json, items: list[Json], total: int) -> Order:
    _require_partner(given["partner_id"])
    order = _order(actor, given, items, total)
    picture_service.attach(actor, order.id, items)
    timeline.create(order, actor)
    return order


def _item(index: int, given: Json, currency: str) -> Json:
    try:
        price = money.to_minor(Decimal(given["price"]), currency)
    except ValueError as error:
        raise Invalid(details={f"items.{index}.price": [str(error)]}) from None
    name = given.get("name") or given["menu_name"]
    notes = {"notes": given["notes"]} if given.get("notes") else {}
    media = {"mediaIds": given["media_ids"]} if given.get("media_ids") else {}
    shown = {"id": str(index + 1), "name": name, "quantity": given["quantity"], "price": price}
    return shown | notes | media


def _require_total(shown: Decimal | None, total: int, currency: str) -> None:
    """Raise Conflict if the total that an app has shown to the customer is not that of the order."""
    if shown is not None and shown * 10 ** money.exponent(currency) != total:
        details = {"total": money.to_major(total, currency), "currency": currency}
        raise Conflict("The total of the items is another one.", code="total_differs", details=details)


def _require_partner(partner_id: str | None) -> None:
    if partner_id is not None and user_queries.active_with_role(partner_id, PARTNERS) is None:
        raise Invalid(details={"partnerId": ["Not an active partner."]})


def _order(actor: Actor, given: Json, items: list[Json], total: int) -> Order:
    moment = now()
    method = given["payment_method"] if total else payment_state.NONE  # there is nothing to pay
    payment = payment_state.of(method, payment_state.PENDING, total, None)
    order_id = new_id()
    minutes = "PAYMENT_MINUTES" if method == payment_state.ONLINE else "ORDER_ACCEPT_MINUTES"
    computed: Json = {
        "id": order_id,
        "deal_id": order_id,
        "order_number": queries.next_number(),
        "status": "pending",
        "customer_id": actor.id,
        "customer_info": customers.contact(actor.id, given["customer_info"]),
        "items": items,
        "total": total,
        "payment_method": method,
        "payment": payment and payment.as_dict(),
        "commission_bps": order_money.commission(given["partner_id"], moment) if payment else None,
        "version": 1,
        "accept_by": moment + timedelta(minutes=current_app.config[minutes]),
        "created_at": moment,
        "updated_at": moment,
    }
    return Order(**{name: value for name, value in given.items() if name in FIELDS} | computed)
