"""The statuses of an adjustment. Its requester is one party, every other admin the second one."""

from __future__ import annotations

from metaia.core.state_machine import Machine

REQUESTER, SECOND = "requester", "second"
PENDING, APPROVED, REJECTED, WITHDRAWN = "pending", "approved", "rejected", "withdrawn"

MACHINE = Machine(
    "adjustment",
    [
        # from, action, to, by
        (PENDING, "approve", APPROVED, (SECOND,)),
        (PENDING, "reject", REJECTED, (SECOND,)),
        (PENDING, "withdraw", WITHDRAWN, (REQUESTER,)),
    ],
)


def parties(actor_id: str, requested_by: str) -> frozenset[str]:
    """Return the party of an admin."""
    return frozenset({REQUESTER if actor_id == requested_by else SECOND})
