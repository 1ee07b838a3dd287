"""What a receipt does to the status of a delivery: pure rules. Receipts come in any order; ranks only rise."""

from __future__ import annotations

from typing import Literal

from metaia.notifications.registry import EMAIL, SMS

Meaning = Literal["sent", "delivered", "undelivered", "seen", "clicked", "noted"]
# A mail may bounce after a server has taken it; a text message that has arrived has arrived, whatever is said later.
RANKS = {
    EMAIL: ("sent", "delivered", "undelivered"),
    SMS: ("sent", "undelivered", "delivered"),
}
ARRIVED = frozenset({"delivered", "seen", "clicked"})


def rank(channel: str, status: str) -> int:
    """Return how far `status` is; everything before the provider has taken the message is 0."""
    ranks = RANKS.get(channel, RANKS[SMS])
    return ranks.index(status) + 1 if status in ranks else 0


def after(channel: str, status: str, meaning: Meaning, *, ours: bool) -> str:
    """Return the status of a delivery after a receipt, which is `ours` if its provider is the one that has it now.

    What one provider could not deliver says nothing while another one tries; what has arrived has arrived.
    """
    target = "delivered" if meaning in ARRIVED else meaning
    if target == "noted" or (target != "delivered" and not ours):
        return status
    return target if rank(channel, target) > rank(channel, status) else status
