"""The JSON of deals: each part as its own domain shows it."""

from __future__ import annotations

from metaia.bookings import presenters as booking_presenters
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.deals import policy
from metaia.deals.queries import Deal
from metaia.offers import presenters as offer_presenters
from metaia.orders import presenters as order_presenters
from metaia.payments import presenters as payment_presenters
from metaia.payments.queries import Payment

BEGIN = ["begin"]  # the actions while there is no conversation
ALONE: list[str] = []  # of an order without a customer's account


def deal(this: Deal, actor: Actor, payment: Payment | None, conversation: Json | None) -> Json:
    """Return a deal as `DealOut`, for a viewer with a part in it."""
    part = policy.part(actor, this) or policy.COURIER
    visible = policy.visible_kinds(part)
    shown: Json = {
        "offer": offer_presenters.offer(this.offer, actor) if this.offer else None,
        "order": order_presenters.order(this.order, actor) if this.order else None,
        "booking": booking_presenters.booking(this.booking, actor) if this.booking else None,
        "payment": payment_presenters.payment(payment, actor) if payment else None,
    }
    shown = {name: value if name in visible else None for name, value in shown.items()}
    actions = {name: value["allowedActions"] if value else [] for name, value in shown.items()}
    begin = ALONE if this.order and this.buyer_id is None else BEGIN
    return {
        "id": this.id,
        "stage": this.stage,
        "buyerId": this.buyer_id,
        "sellerId": this.seller_id,
        "conversation": conversation,
        **shown,
        "tracking": None,
        "unread": conversation["unread"] if conversation else 0,
        "allowedActions": {"chat": conversation["allowedActions"] if conversation else begin, **actions},
        "createdAt": rfc3339(this.created_at),
    }
