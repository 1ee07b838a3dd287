"""What payments know of orders: the type of purposes that this domain registers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import update

from metaia.core import db
from metaia.core.errors import Conflict, declare
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.orders import hooks, publish, queries
from metaia.orders.models import OrderRow
from metaia.orders.money import purpose, service
from metaia.orders.payment import state as payment_state
from metaia.orders.payment.state import DEAD, ENDED, ONLINE, PENDING
from metaia.orders.queries import Order
from metaia.orders.timeline import service as timeline
from metaia.payments.asking import service as asking
from metaia.payments.purposes.registry import Money, Purpose
from metaia.shops import availability as hours
from metaia.shops import queries as shop_queries

declare({"not_payable": "The order is not to be paid online, or was rejected or cancelled."})
GIVE_BACK = "metaia.orders.money.jobs.give_back"


class Orders:
    """Orders as purposes of payments; `PurposeType` describes the methods."""

    name = purpose.TYPE

    def read(self, purpose_id: str) -> Purpose | None:
        """Return an order as a purpose, without a lock."""
        order = queries.get(purpose_id)
        return purpose.of(order) if order else None

    def lock(self, purpose_id: str) -> Purpose | None:
        """Return an order as a purpose, row-locked."""
        order = queries.to_change(purpose_id)
        return purpose.of(order) if order else None

    def refuse(self, purpose: Purpose) -> None:
        """Raise Conflict (`not_payable`) if the order is not paid online, or has ended without being completed."""
        order = queries.get(purpose.id)
        if order is None or order.payment_method != ONLINE or order.status in DEAD:
            raise Conflict("This order is not to be paid online.", code="not_payable")

    def changed(self, purpose_id: str, money: Money) -> None:
        """Show the money in the order; let it earn or be given back if the order has ended."""
        before = queries.to_change(purpose_id)
        if before is None:
            return
        shown = payment_state.of(before.payment_method, before.status, before.total, money)
        if shown is None:
            return
        if shown.as_dict() != before.payment:
            _show(before, shown)
        if before.status in DEAD and money.authorized:
            asking.close_all(purpose.TYPE, before.id)
        kept = money.captured - money.refunded - money.refunding - money.disputed
        if (before.status in DEAD and kept > 0) or (before.status in ENDED and shown.status == "overpaid"):
            job_registry.enqueue(GIVE_BACK, order_id=before.id)


def _show(before: Order, shown: payment_state.Shown) -> None:
    """Write the payment of an order, with its step in the timeline and its event."""
    after = replace(before, payment=shown.as_dict(), version=before.version + 1, updated_at=now())
    taken = before.status == PENDING and before.awaits_payment and not after.awaits_payment
    if taken:
        after = replace(after, accept_by=_accept_by(after))
    names = ("payment", "version", "updated_at", "accept_by")
    values = {name: getattr(after, name) for name in names}
    db.execute(update(OrderRow).where(OrderRow.id == after.id).values(**values))
    timeline.append(after, "payment", before.status, None, None)
    action = "secure" if taken else "payment"
    publish.changed(before, after, action, None, None)
    hooks.changed(before, after, action)
    if before.status == "completed" and before.payment and shown.due < before.payment["due"]:
        service.earn(after)  # it was completed before its money came


def _accept_by(paid: Order) -> datetime:
    """Return until when a paid order must be accepted: one for later, of a closed shop, counted from its opening."""
    begins, later = paid.updated_at, paid.scheduled_for
    shop = shop_queries.get(paid.partner_id) if later and paid.partner_id else None
    if shop is not None and later is not None:
        begins = max(begins, min(hours.next_opening(shop, begins) or begins, later))
    return begins + timedelta(minutes=current_app.config["ORDER_ACCEPT_MINUTES"])
