"""What staff may do with the accounts of others. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMIN, ADMINS, STAFF, SUPER_ADMIN, SUPPORT, Permission

USERS_READ = Permission("users.read", STAFF)  # all accounts, with their sessions and orders
USERS_IMPERSONATE = Permission(
    "users.impersonate", STAFF
)  # read an account as its user, without changing anything
USERS_MANAGE = Permission("users.manage", ADMINS)  # disable and enable users, create and remove support staff
USERS_MANAGE_ADMINS = Permission("users.manage_admins", frozenset({SUPER_ADMIN}))
AUDIT_READ = Permission("audit.read", ADMINS)

_RANKS = {SUPPORT: 1, ADMIN: 2, SUPER_ADMIN: 3}  # all other roles have rank 0


def may_manage(actor: Actor, roles: Iterable[str]) -> bool:
    """Return whether `actor` may give these roles to users, and take them away."""
    return all(actor.may(USERS_MANAGE_ADMINS if role in ADMINS else USERS_MANAGE) for role in roles)


def may_change(actor: Actor, user_id: str, roles: Iterable[str]) -> bool:
    """Return whether `actor` may change a user with these current and future `roles`. Never their own account."""
    return user_id != actor.id and may_manage(actor, roles)


def may_impersonate(actor: Actor, user_id: str, role: str) -> bool:
    """Return whether `actor` may impersonate a user with `role`: only of lower rank, never while impersonating."""
    below = _RANKS.get(role, 0) < _RANKS.get(actor.role, 0)
    return actor.may(USERS_IMPERSONATE) and below and user_id != actor.id and actor.impersonator is None
