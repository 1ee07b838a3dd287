"""Beginning conversations: between which roles, and how many. Pure."""

from __future__ import annotations

from metaia.chat.policy import ANYONE, CANNOT, CUSTOMERS_ONLY, NOT_ALLOWED
from metaia.core.access.permissions import CUSTOMER, DELIVERY, PARTNERS, STAFF

MOST_NEW = 20  # direct conversations that a customer begins in 24 hours
MOST_UNANSWERED = 5  # of those begun in the last UNANSWERED_DAYS without an answer
UNANSWERED_DAYS = 7


def refusal_to_begin(
    role: str,
    other: str,
    *,
    known: bool = False,
    has_order: bool = False,
    who_may_write: str = ANYONE,
    blocked: bool = False,
    reachable: bool = True,
) -> str | None:
    """Return the error code for a direct conversation from a user with `role` to one with the role `other`.

    `known`: the other one has sent a message or an offer, or there is an order or a booking between both. Every
    refusal by the other user has the same code, so that a block is not visible.
    """
    if role in STAFF:
        return None if reachable else CANNOT
    if DELIVERY in {role, other} or other in STAFF:
        return NOT_ALLOWED
    if other == CUSTOMER and (role == CUSTOMER or not (known or has_order)):
        return NOT_ALLOWED
    closed = other in PARTNERS and who_may_write == CUSTOMERS_ONLY and not has_order
    return CANNOT if blocked or closed or not reachable else None


def may_create_group(role: str) -> bool:
    """Return whether a user with this role may create a group."""
    return role in PARTNERS or role in STAFF
