"""The statuses of a credit request. Pure."""

from __future__ import annotations

from metaia.core.errors import declare
from metaia.core.state_machine import Machine

OWNER, ADMIN = "owner", "admin"
PENDING, APPROVED, REJECTED, WITHDRAWN = "pending", "approved", "rejected", "withdrawn"
declare({"credit_request_pending": "There is a request for credit in this currency already."})

MACHINE = Machine(
    "credit request",
    [
        # from, action, to, by
        (PENDING, "approve", APPROVED, (ADMIN,)),
        (PENDING, "reject", REJECTED, (ADMIN,)),
        (PENDING, "withdraw", WITHDRAWN, (OWNER,)),
    ],
)
