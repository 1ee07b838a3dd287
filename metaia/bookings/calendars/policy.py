"""Authorization rules of calendars and services, and their limits. Pure."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, Permission
from metaia.core.errors import Forbidden, Invalid

CALENDARS_MANAGE = Permission("calendars.manage", ADMINS)  # calendars and services of all partners
MAX_CALENDARS = 50  # of one partner
MAX_EXCEPTIONS = 800  # of one calendar


def may_change(actor: Actor, partner_id: str) -> bool:
    """Return whether `actor` may change calendars and services of a partner: its own ones, or all as an admin."""
    return (actor.is_partner and actor.id == partner_id) or actor.may(CALENDARS_MANAGE)


def require_change(actor: Actor, partner_id: str) -> None:
    """Raise Forbidden unless `actor` may change calendars and services of a partner."""
    if not may_change(actor, partner_id):
        raise Forbidden("This belongs to another partner.")


def partner_of(actor: Actor, partner_id: str | None) -> str:
    """Return the partner that a new calendar or service is for: the caller, or the one that an admin names.

    Raises Forbidden for other callers, and Invalid for an admin that names none.
    """
    if actor.is_partner and partner_id in {None, actor.id}:
        return actor.id
    if not actor.may(CALENDARS_MANAGE):
        raise Forbidden("Only partners have calendars and services.")
    if partner_id is None:
        raise Invalid(details={"partnerId": ["Required for admins."]})
    return partner_id
