"""States of endpoints and of messages. Pure."""

from __future__ import annotations

UNVERIFIED, ACTIVE, DISABLED = "unverified", "active", "disabled"
ENDPOINT_STATES = (UNVERIFIED, ACTIVE, DISABLED)

# Why an endpoint is disabled: by its owner, by an admin, by its receiver (410), after days of failures, or because its
# owner cannot log in any more or has another role.
BY_OWNER, BY_ADMIN, REFUSED, FAILING, OWNER_INACTIVE = (
    "owner",
    "admin",
    "refused",
    "failing",
    "owner_inactive",
)
REASONS = (BY_OWNER, BY_ADMIN, REFUSED, FAILING, OWNER_INACTIVE)

PENDING, DELIVERED, FAILED, CANCELLED = "pending", "delivered", "failed", "cancelled"
MESSAGE_STATES = (PENDING, DELIVERED, FAILED, CANCELLED)

SUBJECT, NONE = "subject", "none"
ORDERINGS = (SUBJECT, NONE)
