"""The permissions of finance. Pure."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, CUSTOMER, DELIVERY, PARTNERS, STAFF, Permission
from metaia.core.errors import Forbidden

FINANCE_READ = Permission("finance.read", STAFF)  # all accounts, postings and findings
FINANCE_MANAGE = Permission("finance.manage", ADMINS)  # reverse postings, request and approve adjustments
PAID_OUT = PARTNERS | {DELIVERY}  # roles with a balance, payouts and a payout account
ON_CREDIT = frozenset({CUSTOMER})
CARRYING = PARTNERS | {DELIVERY}  # roles that collect cash


def earning_account(role: str) -> str:
    """Return the kind of the account on which a role earns; what was earned in another role stays in its account."""
    return "courier" if role == DELIVERY else "partner"


def require(actor: Actor, roles: frozenset[str]) -> None:
    """Raise Forbidden unless the actor has one of the roles: it is about their own money."""
    if actor.role not in roles:
        raise Forbidden
