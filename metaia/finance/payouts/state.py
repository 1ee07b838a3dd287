"""The statuses of a payout. Pure."""

from __future__ import annotations

from metaia.core.errors import declare
from metaia.core.state_machine import Machine

ADMIN, OWNER, JOB = "admin", "owner", "job"
REQUESTED, APPROVED, SENT, PAID = "requested", "approved", "sent", "paid"
FAILED, RETURNED, CANCELLED = "failed", "returned", "cancelled"
UNDER_WAY = frozenset({APPROVED, SENT})
declare(
    {
        "nothing_to_pay_out": "Nothing is available for a payout; `details` has the amounts.",
        "payout_account_changed": "The payout account has changed since the request: cancel the payout.",
    }
)

MACHINE = Machine(
    "payout",
    [
        # from, action, to, by
        (REQUESTED, "approve", APPROVED, (ADMIN,)),
        (REQUESTED, "cancel", CANCELLED, (OWNER, ADMIN)),
        (APPROVED, "cancel", CANCELLED, (ADMIN,)),
        (APPROVED, "send", SENT, (JOB,)),
        (SENT, "paid", PAID, (ADMIN,)),
        (SENT, "failed", FAILED, (ADMIN,)),
        (PAID, "failed", RETURNED, (ADMIN,)),  # the bank sends the money back
    ],
)
# What is booked for a payout in each status, by the last part of the key; its hold is open in the other ones.
BOOKED: dict[str, tuple[str, ...]] = {
    REQUESTED: (),
    APPROVED: (),
    CANCELLED: (),
    SENT: ("sent",),
    FAILED: ("sent", "failed"),
    PAID: ("sent", "paid"),
    RETURNED: ("sent", "paid", "returned"),
}
