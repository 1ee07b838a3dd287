"""Authorization rules of coupons, and their limits. Pure."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, Permission
from metaia.core.errors import Forbidden

COUPONS_MANAGE = Permission("coupons.manage", ADMINS)  # those of the house, and of all partners
MAX_COUPONS = 200  # of one partner, and of the house


def owner(actor: Actor, partner_id: str | None) -> str | None:
    """Return the partner of coupons that `actor` names: the caller, or for admins any, None for the house.

    Raises Forbidden for other callers.
    """
    if actor.is_partner and partner_id in {None, actor.id}:
        return actor.id
    if not actor.may(COUPONS_MANAGE):
        raise Forbidden("Only partners have coupons.")
    return partner_id


def require_change(actor: Actor, partner_id: str | None) -> None:
    """Raise Forbidden unless `actor` may read and change the coupons of a partner, or of the house."""
    own = actor.is_partner and actor.id == partner_id
    if not own and not actor.may(COUPONS_MANAGE):
        raise Forbidden("This coupon belongs to another partner.")
