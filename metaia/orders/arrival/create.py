"""The time of arrival of a new order."""

from __future__ import annotations

from metaia.core.json import Json
from metaia.orders.arrival import state
from metaia.orders.quotes.terms import Quote
from metaia.products.pricing.cart import DELIVERY


def of(quote: Quote) -> Json | None:
    """Return when the order arrives: of a closed shop, counted from its opening. None if the shop states no times."""
    if quote.terms.ready_in is None:
        return None
    return state.planned(
        max(quote.moment, quote.terms.opens_at or quote.moment),
        ready=quote.terms.ready_in,
        metres=quote.terms.conditions.distance_m,
        delivered=quote.priced.fulfilment == DELIVERY,
        scheduled_for=quote.scheduled_for,
    )
