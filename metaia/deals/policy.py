"""The parties of a deal, and the kinds of entries that each sees. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import STAFF, Permission

DEALS_READ = Permission("deals.read", STAFF)  # all deals

PARTY, COURIER, READER = "party", "courier", "reader"
KINDS = ("message", "people", "offer", "order", "payment", "refund", "dispute", "tracking", "booking")
OF_COURIER = frozenset({"message", "people", "order", "tracking"})


class Parties(Protocol):
    """The part of a deal that names its parties."""

    @property
    def seller_id(self) -> str | None: ...
    @property
    def buyer_id(self) -> str | None: ...
    @property
    def courier_id(self) -> str | None: ...


def part(actor: Actor, deal: Parties) -> str | None:
    """Return the actor's part in a deal: a party, its present courier, or a reader of all deals; None for strangers."""
    if actor.may(DEALS_READ):
        return READER
    if actor.id in (deal.seller_id, deal.buyer_id):
        return PARTY
    return COURIER if actor.id == deal.courier_id else None


def visible_kinds(part: str) -> frozenset[str]:
    """Return the kinds of entries of the timeline that are open to a part."""
    return OF_COURIER if part == COURIER else frozenset(KINDS)
