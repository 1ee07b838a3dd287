"""Timing's five statuses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metaia.orders.state import MACHINE

# A page shows a status that it does not know as pending, or as no step at all.
SHOWN_AS: Mapping[str, str] = {
    "accepted": "preparing",
    "out_for_delivery": "ready",
    "delivered": "completed",
    "rejected": "cancelled",
}
STATUSES = tuple(status for status in MACHINE.states if status not in SHOWN_AS)


def shown(status: str) -> str:
    """Return the status of Timing under which an order is shown."""
    return SHOWN_AS.get(status, status)


def filtered(statuses: Iterable[str]) -> list[str]:
    """Return the statuses to search for: all that are shown as one of the given, or are given themselves."""
    wanted = set(statuses)
    return [status for status in MACHINE.states if wanted & {status, shown(status)}]
