"""Permissions of roles, in one table. Rights on a user's own objects are in the `policy` of each domain."""

from __future__ import annotations

CUSTOMER, TAILOR, VENDOR, DELIVERY = "customer", "tailor", "vendor", "delivery"
SUPPORT, ADMIN, SUPER_ADMIN = "support", "admin", "super_admin"

PARTNERS = frozenset({TAILOR, VENDOR})
ADMINS = frozenset({ADMIN, SUPER_ADMIN})
STAFF = ADMINS | {SUPPORT}
SELF_REGISTERED = PARTNERS | {CUSTOMER, DELIVERY}
ROLES = SELF_REGISTERED | STAFF

PERMISSIONS: dict[str, frozenset[str]] = {
    "users.read": STAFF,  # accounts, sessions and orders of all users
    "users.impersonate": STAFF,  # read a user's account as the user sees it
    "users.manage": ADMINS,  # disable and enable users, grant and revoke the role support
    "users.manage_admins": frozenset({SUPER_ADMIN}),
    "audit.read": ADMINS,
    "orders.read": STAFF,  # orders of all users
    "orders.manage": ADMINS,
    "presence.read": STAFF,  # the presence of every user
    "metrics.read": ADMINS,
    "statistics.read": STAFF,
    "notifications.trace": STAFF,
    "notifications.campaign": ADMINS,
    "queues.manage": STAFF,
}


def may(role: str, permission: str) -> bool:
    """Return whether `role` has `permission`. Raises KeyError for an unknown permission."""
    return role in PERMISSIONS[permission]
