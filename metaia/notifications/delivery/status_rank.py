"""Rules for the effect of a receipt on the status of a delivery. Pure functions.

Receipts arrive in any order, so each status has a rank, and the rank of a delivery never falls.
"""

from __future__ import annotations

from typing import Literal

from metaia.notifications.registry import EMAIL, SMS

ReceiptStatus = Literal["sent", "delivered", "undelivered", "seen", "clicked", "noted"]
# A mail can bounce after a server has accepted it. A text message that has arrived cannot fail afterwards.
RANKS = {
    EMAIL: ("sent", "delivered", "undelivered"),
    SMS: ("sent", "undelivered", "delivered"),
}
ARRIVED = frozenset({"delivered", "seen", "clicked"})


def rank(channel: str, status: str) -> int:
    """Return the rank of a status; 0 for each status before the provider has accepted the message."""
    ranks = RANKS.get(channel, RANKS[SMS])
    return ranks.index(status) + 1 if status in ranks else 0


def raised(channel: str, status: str, receipt: ReceiptStatus, *, from_current_provider: bool) -> str:
    """Return the status of a delivery after a receipt. `noted` never changes it.

    A failed or pending message of an earlier provider does not matter while another provider has the delivery; a
    message that has arrived always matters.
    """
    target = "delivered" if receipt in ARRIVED else receipt
    if target == "noted" or (target != "delivered" and not from_current_provider):
        return status
    return target if rank(channel, target) > rank(channel, status) else status
