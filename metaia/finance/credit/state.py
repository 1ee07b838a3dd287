"""The statuses of a credit account. Pure."""

from __future__ import annotations

from metaia.core.state_machine import Machine

ADMIN, CLOCK = "admin", "clock"
ACTIVE, FROZEN = "active", "frozen"
STAFF, OVERDUE = "staff", "overdue"  # why it is frozen

MACHINE = Machine(
    "credit account",
    [
        # from, action, to, by
        (ACTIVE, "freeze", FROZEN, (ADMIN, CLOCK)),
        (FROZEN, "unfreeze", ACTIVE, (ADMIN, CLOCK)),
    ],
)
