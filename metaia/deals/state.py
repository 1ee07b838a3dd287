"""The stage of a deal: a function of the status of its order, booking or latest offer, and of its payment. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NEGOTIATING, ORDERED, PAID, SHIPPED, COMPLETED, LOST = STAGES = (
    "negotiating", "ordered", "paid", "shipped", "completed", "lost",
)  # fmt: skip
OFFER, ORDER, BOOKING = "offer", "order", "booking"
UNDER_WAY = "under_way"  # ordered, or paid once the money has arrived
# Statuses of the payment of an order or booking for which money has arrived.
ARRIVED = frozenset({"paid", "overpaid", "cash_collected", "partially_refunded", "disputed"})
STATUSES: Mapping[str, Mapping[str, Sequence[str]]] = {
    OFFER: {
        NEGOTIATING: ("pending", "countered"),
        LOST: ("rejected", "withdrawn", "expired", "cancelled"),
    },
    ORDER: {
        UNDER_WAY: ("pending", "accepted", "preparing", "ready"),
        SHIPPED: ("out_for_delivery", "delivered"),
        COMPLETED: ("completed",),
        LOST: ("rejected", "cancelled"),
    },
    BOOKING: {
        UNDER_WAY: ("held", "pending", "confirmed", "checked_in"),
        COMPLETED: ("completed",),
        LOST: ("declined", "cancelled", "expired", "no_show"),
    },
}


def stage(kind: str, status: str, payment: str = "none") -> str:
    """Return the stage of a deal. Raises LookupError for the status of an accepted offer: there is an order."""
    found = {each: stage for stage, statuses in STATUSES[kind].items() for each in statuses}[status]
    if found == UNDER_WAY:
        return PAID if payment in ARRIVED else ORDERED
    return found


def statuses(kind: str, stage: str) -> Sequence[str]:
    """Return the statuses in which a deal may be in a stage; none if this kind never is."""
    return STATUSES[kind].get(UNDER_WAY if stage in (ORDERED, PAID) else stage, ())
