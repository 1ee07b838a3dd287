"""Making the order of an accepted offer, in the transaction of the acceptance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app

from metaia.chat.participants import service as participants
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.finance.credit import service as credit_service
from metaia.offers.queries import Offer
from metaia.orders import presenters, queries
from metaia.orders.chat import service as chat
from metaia.orders.customers import service as customers
from metaia.orders.money import service as money
from metaia.orders.payment import state as payment_state
from metaia.orders.payment.state import ACCEPTED, COD, CREDIT, NONE, ONLINE
from metaia.orders.queries import Order
from metaia.orders.timeline import service as timeline
from metaia.products.pricing.cart import DELIVERY, PICKUP

METHODS = {"prepaid": ONLINE, "on_delivery": COD, "net15": CREDIT, "net30": CREDIT, "net60": CREDIT}


@dataclass(frozen=True, slots=True)
class Draft:
    """An order that is checked and not written yet; `offers.accepting.service.Draft` describes it."""

    order: Order
    actor: Actor

    @property
    def id(self) -> str:
        return self.order.id

    @property
    def number(self) -> str:
        return self.order.order_number

    def write(self) -> None:
        """Write the order, its first step and its event; the conversation of the deal gets its order.

        The notification of the offer has its number, so there is no other one.
        """
        order = self.order
        timeline.create(order, self.actor, notify=False)
        deal = chat.deal(order)
        participants.follow(deal.deal_id, deal.people, deal.order_id)

    def shown(self, actor: Actor) -> Json:
        """Return the order as `actor` sees it."""
        return presenters.order(self.order, actor)


def of_offer(actor: Actor, offer: Offer) -> Draft:
    """Return the order of an offer as it is accepted: both sides have agreed, so it is accepted, too.

    Raises Conflict (`credit_refused`) if it is on credit that the buyer does not have.
    """
    order = _order(offer)
    if order.payment_method == CREDIT:
        _hold(order, offer.buyer_id)
    return Draft(order, actor)


def _order(offer: Offer) -> Order:
    moment, total = now(), offer.total or 0
    method = _method(offer) if total else NONE
    payment = payment_state.of(method, ACCEPTED, total, None)
    contact = customers.contact(offer.buyer_id, offer.customer_info or {})
    return Order(
        id=new_id(),
        order_number=queries.next_number(),
        deal_id=offer.deal_id,
        offer_id=offer.id,
        status=ACCEPTED,
        customer_id=offer.buyer_id,
        partner_id=offer.seller_id,
        customer_info=contact,
        fulfilment=DELIVERY if contact["address"] else PICKUP,
        items=[_item(item) for item in offer.items],
        adjustment=offer.adjustment,
        subtotal=total - offer.adjustment,
        total=total,
        currency=offer.currency,
        notes=offer.terms["notes"],
        payment_method=method,
        payment=payment.as_dict() if payment else None,
        commission_bps=money.commission(offer.seller_id, moment) if payment else None,
        version=1,
        accept_by=moment,
        created_at=moment,
        updated_at=moment,
    )


def _method(offer: Offer) -> str:
    terms = offer.terms["paymentTerms"]
    return METHODS[terms] if terms else str(current_app.config["DEFAULT_PAYMENT_METHOD"])


def _item(item: Json) -> Json:
    kept: dict[str, Any] = {name: item[name] for name in ("id", "name", "quantity", "price")}
    return kept | ({"unit": item["unit"]} if item["unit"] else {})


def _hold(order: Order, buyer_id: str) -> None:
    try:
        credit_service.hold(order.id, buyer_id, order.currency, order.total)
    except Conflict as error:
        raise Conflict("The buyer's credit does not allow this order.", code="credit_refused") from error
