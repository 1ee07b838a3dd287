"""The deal of an order, as chat asks for it: its people are the customer, the partner, and the courier for a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from metaia.chat.contexts import Context, Deal
from metaia.chat.participants import queries as participant_queries
from metaia.chat.participants import service as participants
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.jobs import loop
from metaia.orders import policy
from metaia.orders import queries as order_queries
from metaia.orders.chat import queries
from metaia.orders.chat.queries import OVER
from metaia.orders.payment.state import ENDED
from metaia.orders.queries import Order

COURIER_STAYS = timedelta(hours=24)  # after the delivery, or another end of the order
BATCH = 200


def resolve(actor: Actor, thing_id: str) -> Deal | None:
    """Return the deal of the order with this id, or with this id of its deal, if `actor` may see the order.

    One without a customer's account has no conversation.
    """
    order = queries.find(thing_id)
    if order is None or order.customer_id is None or not policy.may_see(actor, order):
        return None
    return deal(order)


def deal(order: Order) -> Deal:
    """Return the deal of an order, with its people at present."""
    people = [order.customer_id, order.partner_id]
    if order.courier_id and _stays(order, queries.ends([order.id]) if order.status in OVER else {}):
        people.append(order.courier_id)
    return Deal(order.deal_id, order.id, list(filter(None, people)), finished=order.status in ENDED)


def require_lock(before: Order, courier_id: str | None) -> None:
    """Raise Stale if another courier is assigned and nothing is row-locked: the conversation changes with the order."""
    if courier_id != before.courier_id and not db.locking():
        raise db.Stale


def follow(before: Order, after: Order) -> None:
    """Let the new courier come to the conversation of the deal, and the former one leave, in this transaction."""
    if before.courier_id != after.courier_id and after.customer_id is not None:
        found = deal(after)
        participants.follow(found.deal_id, found.people, found.order_id)


def remove_couriers() -> int:
    """Let couriers of orders that were delivered long enough ago leave; return the number of conversations."""
    removed, last = 0, None
    while deal_ids := participant_queries.deals_with_couriers(after=last, limit=BATCH):
        last = deal_ids[-1]
        orders = order_queries.of_deals(deal_ids)
        ends = queries.ends([order.id for order in orders.values() if order.status in OVER])
        left = [order.id for order in orders.values() if order.courier_id and not _stays(order, ends)]
        removed += loop.work_each(_remove_courier, left)
    return removed


def _remove_courier(order_id: str) -> bool:
    with db.transaction():
        order = order_queries.to_change(order_id)  # no other courier is assigned meanwhile
        if order is None:
            return False
        found = deal(order)
        participants.follow(found.deal_id, found.people, found.order_id)
        return True


def _stays(order: Order, ends: dict[str, datetime]) -> bool:
    return order.id not in ends or now() < ends[order.id] + COURIER_STAYS


CONTEXT = Context(resolve)
