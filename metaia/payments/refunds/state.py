"""How a refund moves. Pure; booking/refunds.py has the refunds that a set of facts contains."""

from __future__ import annotations

from metaia.core.state_machine import Machine

REQUESTER, ADMIN, JOB, PROVIDER = "requester", "admin", "job", "provider"
REQUESTED, SENDING, PENDING, PROCESSED = "requested", "sending", "pending", "processed"
FAILED, CANCELLED = "failed", "cancelled"
CANCEL, RETRY = "cancel", "retry"
MACHINE = Machine(
    "refund",
    [
        # from, action, to, by
        (REQUESTED, "send", SENDING, (JOB,)),
        (REQUESTED, CANCEL, CANCELLED, (REQUESTER, ADMIN)),
        (SENDING, "begin", PENDING, (PROVIDER,)),
        (SENDING, "settle", PROCESSED, (PROVIDER,)),
        (SENDING, "fail", FAILED, (PROVIDER,)),
        (SENDING, "drop", CANCELLED, (PROVIDER,)),
        (PENDING, "settle", PROCESSED, (PROVIDER,)),
        (PENDING, "fail", FAILED, (PROVIDER,)),
        (PENDING, "drop", CANCELLED, (PROVIDER,)),
        (PROCESSED, "return", FAILED, (PROVIDER,)),  # weeks later, if the customer's bank sends it back
        (FAILED, RETRY, FAILED, (REQUESTER, ADMIN)),  # by a new refund, once
    ],
)
ENDED = frozenset({PROCESSED, FAILED, CANCELLED})
