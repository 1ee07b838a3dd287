"""Placing an order: the server works out what it costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import insert

from metaia.core import db, money
from metaia.core.access.actor import PARTNERS, Actor
from metaia.core.errors import Forbidden, Invalid
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.orders import policy, publish, queries, service
from metaia.orders.models import Order as Table
from metaia.orders.queries import Order
from metaia.users import queries as user_queries

Given = dict[str, Any]


def place(actor: Actor, given: Given) -> Order:
    """Place an order for `actor`. Raises Forbidden, and Invalid for a partner or price that is not possible."""
    if not policy.may_create(actor):
        raise Forbidden("Only customers order.")
    items = [_item(index, item, given["currency"]) for index, item in enumerate(given["items"])]
    total = sum(item["price"] * item["quantity"] for item in items)
    if total > money.MAX_MINOR:
        raise Invalid(details={"items": ["The total is too large."]})
    with db.transaction():
        _require_partner(given["partner_id"])
        order = _order(actor, given, items, total)
        values = {name: getattr(order, name) for name in order.__slots__}
        db.execute(insert(Table).values(**values, words=queries.searchable(order)))
        service.append_step(order, "create", None, None, actor)
        publish.changed(None, order, "create", None, actor)
    return order


def _item(index: int, given: Given, currency: str) -> Given:
    try:
        price = money.to_minor(Decimal(given["price"]), currency)
    except ValueError as error:
        raise Invalid(details={f"items.{index}.price": [str(error)]}) from None
    name = given.get("name") or given["menu_name"]
    return {"id": str(index + 1), "name": name, "quantity": given["quantity"], "price": price}


def _require_partner(partner_id: str | None) -> None:
    if partner_id is not None and user_queries.active_with_role(partner_id, PARTNERS) is None:
        raise Invalid(details={"partnerId": ["Not an active partner."]})


def _order(actor: Actor, given: Given, items: list[Given], total: int) -> Order:
    moment = now()
    minutes = current_app.config["ORDER_ACCEPT_MINUTES"]
    return Order(
        id=new_id(),
        order_number=queries.next_number(),
        status="pending",
        customer_id=actor.id,
        partner_id=given["partner_id"],
        courier_id=None,
        customer_info=_customer_info(actor, given["customer_info"]),
        items=items,
        total=total,
        currency=given["currency"],
        notes=given["notes"],
        estimated_time=None,
        estimated_pickup_time=None,
        message=None,
        reject_reason=None,
        version=1,
        accept_by=moment + timedelta(minutes=minutes),
        created_at=moment,
        updated_at=moment,
    )


def _customer_info(actor: Actor, given: Given) -> Given:
    """Take what the customer wrote on the order, and from their account what they did not."""
    person = user_queries.by_id(actor.id)
    name, phone = (person.name, person.phone) if person else (None, None)
    return {
        "name": given.get("name") or name,
        "phone": given.get("phone") or phone,
        "address": given.get("address"),
    }
