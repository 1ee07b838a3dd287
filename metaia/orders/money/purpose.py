"""An order as the purpose of payments: what can be paid for it, and the terms by which its money is booked. Pure."""

from __future__ import annotations

from metaia.core import rooms
from metaia.finance.credit import service as credit_service
from metaia.orders.payment.state import CREDIT, DEAD, ONLINE
from metaia.orders.queries import Order
from metaia.payments.booking.terms import Terms
from metaia.payments.purposes.registry import Purpose

TYPE = "order"


def subject(order_id: str) -> str:
    """Return the owner of the account of an order's money, which is also the subject of its postings."""
    return rooms.subject(TYPE, order_id)


def of(order: Order) -> Purpose:
    """Return an order as the purpose of payments."""
    return Purpose(
        type=TYPE,
        id=order.id,
        payer_id=order.customer_id,
        partner_id=order.partner_id,
        order_id=order.id,
        deal_id=order.deal_id,
        payable=_payable(order),
        currency=order.currency,
        description=f"Order {order.order_number}",
        terms=_terms(order),
    )


def _payable(order: Order) -> int:
    """Return what can be paid online now, in minor units. What is authorized needs no second payment."""
    if order.payment is None or order.payment_method != ONLINE or order.status in DEAD:
        return 0
    return 0 if order.payment["status"] == "authorized" else int(order.payment["due"])


def _terms(order: Order) -> Terms:
    """Return the terms of an order. Only a courier of the pool has a share; the partner pays its own ones."""
    on_credit = order.payment_method == CREDIT
    courier = None if order.courier_own else order.courier_id
    return Terms(
        purpose=subject(order.id),
        total=order.total,
        currency=order.currency,
        commission_bps=order.commission_bps or 0,
        commission_base=order.commission_base,
        partner=order.partner_id,
        completed_at=order.earned_at,
        credit_of=order.customer_id if on_credit else None,
        hold_id=credit_service.hold_id(order.id) if on_credit else None,
        promotion=order.house_discount or 0,
        courier=courier,
        courier_share=order.courier_share or 0 if courier else 0,
    )
