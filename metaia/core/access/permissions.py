"""Permissions of roles, in one table. Rights on a user's own objects are in the `policy` of each domain."""

from __future__ import annotations

from dataclasses import dataclass

CUSTOMER, TAILOR, VENDOR, DELIVERY = "customer", "tailor", "vendor", "delivery"
SUPPORT, ADMIN, SUPER_ADMIN = "support", "admin", "super_admin"

PARTNERS = frozenset({TAILOR, VENDOR})
ADMINS = frozenset({ADMIN, SUPER_ADMIN})
STAFF = ADMINS | {SUPPORT}
SELF_REGISTERED = PARTNERS | {CUSTOMER, DELIVERY}
ROLES = SELF_REGISTERED | STAFF


@dataclass(frozen=True)
class Permission:
    """A right that roles have, declared as a constant in the policy of the domain that checks it."""

    name: str
    roles: frozenset[str]


# Rights that concern no single domain.
METRICS_READ = Permission("metrics.read", ADMINS)
STATISTICS_READ = Permission("statistics.read", STAFF)
QUEUES_MANAGE = Permission("queues.manage", STAFF)
