"""The money that an order's actions move, in the transaction that has row-locked the order and written the action.

Row-locks are taken in the order payments, order, accounts.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.finance import days
from metaia.finance.commission import service as commission_service
from metaia.finance.credit import service as credit_service
from metaia.orders import queries
from metaia.orders.models import OrderRow
from metaia.orders.money import purpose
from metaia.orders.payment.state import COD, CREDIT, DEAD, ENDED, ONLINE, PENDING, TAKING
from metaia.orders.queries import Order
from metaia.payments import facts as fact_sets
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.asking import service as asking
from metaia.payments.giving_back import service as giving_back
from metaia.payments.queries import Payment
from metaia.payments.refunds import service as refund_service
from metaia.providers.payments.facts import CASH, AttemptFact

MOVING = TAKING | {"reject", "cancel", "expire", "deliver", "complete"}
DEAD_ORDER = "order_cancelled"  # the reason of a refund


def to_change(order_id: str) -> Order | None:
    """Return an order that will be changed, as `queries.to_change`; its payments are row-locked before it."""
    if not db.locking():
        return queries.to_change(order_id)
    order = queries.without_payment_to_change(order_id)
    if order is None:
        refund_service.lock_payments(purpose.TYPE, order_id)
        order = queries.to_change(order_id)
    return order


def require_lock(order: Order, action: str) -> None:
    """Raise Stale if `action` moves money and nothing is row-locked: it is done again, with the locks."""
    if order.moves_money and action in MOVING and not db.locking():
        raise db.Stale


def move(before: Order, after: Order, action: str, actor: Actor | None) -> Order:
    """Move the money of an action, which is written; return the order as it is then.

    Raises Conflict if the customer's credit does not allow it.
    """
    if after.status in DEAD:
        _release(after)
    elif action in TAKING and after.payment_method == CREDIT and before.status == PENDING:
        credit_service.hold(after.id, _account(after), after.currency, after.total)
    elif action in {"deliver", "complete"}:
        _collect(after, action, actor)
        if action == "complete":
            earn(after)
    return queries.get(after.id) or after


def commission(partner_id: str | None, moment: datetime) -> int:
    """Return the rate at which a new order will earn, in basis points; 0 if the house sells itself."""
    return commission_service.basis_points(partner_id, days.of(moment)) if partner_id else 0


def earn(order: Order) -> None:
    """Let a completed order earn what was paid for it, and what its customer owes on credit."""
    moment = max([order.earned_at or order.updated_at, *_captured_at(order.id)])
    db.execute(update(OrderRow).where(OrderRow.id == order.id).values(earned_at=moment))
    payment_service.follow(purpose.TYPE, order.id)
    if order.payment_method == CREDIT:
        credit_service.moved(_account(order), order.currency, "used")


def give_back(order_id: str) -> int:
    """Refund what an ended order has been paid for nothing; return the number of refunds."""
    with db.transaction():
        order = to_change(order_id)
        if order is None or order.payment is None or order.status not in ENDED:
            return 0
        if order.status in DEAD:
            return len(giving_back.refund_all(purpose.TYPE, order.id, DEAD_ORDER))
        return len(giving_back.refund_excess(purpose.of(order)))


def _release(order: Order) -> None:
    if order.payment_method == CREDIT:
        credit_service.release(order.id)
    elif order.payment_method == ONLINE:
        asking.close_all(purpose.TYPE, order.id)
        giving_back.refund_all(purpose.TYPE, order.id, DEAD_ORDER)


def _collect(order: Order, action: str, actor: Actor | None) -> None:
    """State that the cash of an order was collected: by its courier, or by the side that completes it."""
    if order.payment_method != COD or order.payment is None or order.payment["paid"]:
        return
    courier = order.courier_id if action == "deliver" else None
    collector = courier or order.partner_id or (actor.id if actor else None)
    if collector is None:
        return  # a carrier has delivered for the house: the admin that completes the order states it
    fact = AttemptFact(
        provider=CASH, reference=purpose.subject(order.id), status="captured", amount=order.total,
        currency=order.currency, at=order.updated_at, method=CASH, collector=collector,
    )  # fmt: skip
    payment_service.take([fact], source=f"order:{order.id}", purpose=purpose.of(order))


def _account(order: Order) -> str:
    """Return the customer of an order on credit; the CHECK `without_account` lets no other one be on credit."""
    if order.customer_id is None:
        raise ValueError("an order without a customer's account is not on credit")
    return order.customer_id


def _payments(order_id: str) -> list[Payment]:
    return payment_queries.of_purpose(purpose.TYPE, order_id)


def _captured_at(order_id: str) -> list[datetime]:
    """Return when money for an order was captured, by the clocks of the providers."""
    facts = payment_queries.facts_of([payment.id for payment in _payments(order_id)])
    known = (fact for found in facts.values() for fact in found)
    return [fact.at for fact in fact_sets.of_kind(known, AttemptFact) if fact.status == "captured"]
