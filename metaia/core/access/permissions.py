"""Who may do what, beyond one's own things: one table. Whose things are whose is each domain's `policy`."""

from __future__ import annotations

CUSTOMER, TAILOR, VENDOR, DELIVERY = "customer", "tailor", "vendor", "delivery"
SUPPORT, ADMIN, SUPER_ADMIN = "support", "admin", "super_admin"

PARTNERS = frozenset({TAILOR, VENDOR})
ADMINS = frozenset({ADMIN, SUPER_ADMIN})
STAFF = ADMINS | {SUPPORT}
SELF_REGISTERED = PARTNERS | {CUSTOMER, DELIVERY}
ROLES = SELF_REGISTERED | STAFF

PERMISSIONS: dict[str, frozenset[str]] = {
    "users.read": STAFF,  # everybody's account, sessions and orders
    "users.impersonate": STAFF,  # see what they see, without changing anything
    "users.manage": ADMINS,  # disable and enable people, make and unmake support staff
    "users.manage_admins": frozenset({SUPER_ADMIN}),
    "audit.read": ADMINS,
    "orders.read": STAFF,  # everybody's
    "orders.manage": ADMINS,
    "presence.read": STAFF,  # who is online, whatever their role
    "metrics.read": ADMINS,
    "statistics.read": STAFF,
    "notifications.trace": STAFF,
    "notifications.campaign": ADMINS,
    "queues.manage": STAFF,
}


def may(role: str, permission: str) -> bool:
    """Return whether `role` has `permission`. Raises KeyError for one that is not in the table."""
    return role in PERMISSIONS[permission]
