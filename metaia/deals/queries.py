"""Deals: each is read from its order, its booking or its latest offer, with the statements of their domains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from metaia.bookings import queries as booking_queries
from metaia.bookings.queries import Booking
from metaia.core.access.actor import Actor
from metaia.core.http import pagination
from metaia.deals import state
from metaia.deals.state import ARRIVED, BOOKING, OFFER, ORDER, ORDERED, PAID
from metaia.offers import queries as offer_queries
from metaia.offers.queries import Offer
from metaia.orders import queries as order_queries
from metaia.orders.payment.state import STATUSES as ORDER_PAYMENTS
from metaia.orders.queries import Order
from metaia.orders.search import queries as order_search

SORT = "-createdAt"  # the same for all sources, whose cursors are then the same
BUYER, SELLER = "buyer", "seller"


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal. `row` decides about its stage: its order, its booking, or its latest offer as long as there is no order.

    `offer` is the latest one: that which the order came from, if there is one (see `with_offers`).
    """

    id: str
    row: Order | Booking | Offer
    offer: Offer | None = None

    @property
    def order(self) -> Order | None:
        """Return the order."""
        return self.row if isinstance(self.row, Order) else None

    @property
    def booking(self) -> Booking | None:
        """Return the booking."""
        return self.row if isinstance(self.row, Booking) else None

    @property
    def kind(self) -> str:
        """Return the kind of `row`."""
        return ORDER if self.order else BOOKING if self.booking else OFFER

    @property
    def created_at(self) -> datetime:
        """Return when `row` was made."""
        return self.row.created_at

    @property
    def seller_id(self) -> str | None:
        """Return the partner; None for an order that the house sells itself."""
        this = self.row
        return this.seller_id if isinstance(this, Offer) else this.partner_id

    @property
    def buyer_id(self) -> str | None:
        """Return the customer; None for an order or a booking without an account."""
        this = self.row
        return this.buyer_id if isinstance(this, Offer) else this.customer_id

    @property
    def courier_id(self) -> str | None:
        """Return the courier that the order is assigned to."""
        return self.order.courier_id if self.order else None

    @property
    def payment(self) -> dict[str, Any] | None:
        """Return the payment as the order or booking shows it; None if nothing is to be paid here."""
        return None if isinstance(self.row, Offer) else self.row.payment

    @property
    def stage(self) -> str:
        """Return the stage of the deal."""
        return state.stage(self.kind, self.row.status, self.payment["status"] if self.payment else "none")


def get(deal_id: str) -> Deal | None:
    """Return a deal; that of an order without its offer."""
    order = order_queries.of_deals([deal_id]).get(deal_id)
    if order is not None:
        return Deal(deal_id, order)
    row = booking_queries.get(deal_id) or offer_queries.latest(deal_id)
    if isinstance(row, Offer) and row.order_id:
        return get(deal_id)  # it was accepted meanwhile: now there is an order
    return None if row is None else _deal(row)


def page(
    actor: Actor, *, filters: dict[str, Any], limit: int, cursor: str | None
) -> tuple[list[Deal], str | None]:
    """Return one page of the deals that `actor` takes part in (staff: all), newest first, and the next page's cursor.

    Each source gives as many rows as the page has: the page is the newest of all.
    """
    found: list[Deal] = []
    more = False
    for kind, fetch in SOURCES.items():
        own = _filters(actor, kind, filters)
        if own is not None:
            rows, following = fetch(actor, filters=own, sort=SORT, limit=limit, cursor=cursor)
            found += map(_deal, rows)
            more = more or following is not None
    found.sort(key=lambda each: (each.created_at, each.row.id), reverse=True)
    cut = found[:limit]
    if not (more or len(found) > limit):
        return cut, None
    return cut, pagination.encode(SORT, [cut[-1].created_at, cut[-1].row.id])


def with_offers(deals: list[Deal]) -> list[Deal]:
    """Return these deals with the offers that their orders came from."""
    ids = [deal.order.offer_id for deal in deals if deal.order and deal.order.offer_id]
    offers = offer_queries.by_ids(ids) if ids else {}
    return [
        replace(deal, offer=offers.get(deal.order.offer_id or "")) if deal.order else deal for deal in deals
    ]


def _deal(row: Order | Booking | Offer) -> Deal:
    if isinstance(row, Offer):
        return Deal(row.deal_id, row, row)
    return Deal(row.deal_id if isinstance(row, Order) else row.id, row)


SOURCES: Mapping[str, Callable[..., tuple[list[Any], str | None]]] = {
    ORDER: order_search.page,
    BOOKING: booking_queries.page,
    OFFER: offer_queries.page,
}
_PARTIES = {BUYER: "customer_id", SELLER: "partner_id"}
_WITHOUT_ORDER = [status for statuses in state.STATUSES[OFFER].values() for status in statuses]


def _filters(actor: Actor, kind: str, given: dict[str, Any]) -> dict[str, Any] | None:
    """Return the filters of a source; None if it has nothing."""
    own: dict[str, Any] = {"q": given["q"]} if "q" in given else {}
    if "as_" in given:
        own |= {"as_": given["as_"]} if kind == OFFER else {_PARTIES[given["as_"]]: actor.id}
    if kind == OFFER:
        own |= {"latest": True, "status": _WITHOUT_ORDER}
    if "stage" in given:
        statuses = state.statuses(kind, given["stage"])
        if not statuses:
            return None
        own |= {"status": list(statuses)} | _payment(given["stage"])
    return own


def _payment(stage: str) -> dict[str, Any]:
    if stage not in (ORDERED, PAID):
        return {}
    return {"payment_status": [each for each in ORDER_PAYMENTS if (each in ARRIVED) == (stage == PAID)]}
