"""How an offer moves. Pure.

The maker has made the present round, the taker is the other side. Each counter-offer exchanges them.
"""

from __future__ import annotations

from metaia.core.state_machine import Machine

MAKER, TAKER, ADMIN, SYSTEM = "maker", "taker", "admin", "system"
SIDES = frozenset({MAKER, TAKER})
SELLER, BUYER = "seller", "buyer"

MACHINE = Machine(
    "offer",
    [
        # from, action, to, by
        ("pending", "accept", "accepted", (TAKER,)),
        ("pending", "counter", "countered", (TAKER,)),
        ("pending", "revise", "pending", (MAKER,)),
        ("pending", "reject", "rejected", (TAKER,)),
        ("pending", "withdraw", "withdrawn", (MAKER,)),
        ("pending", "cancel", "cancelled", (ADMIN, SYSTEM)),
        ("pending", "expire", "expired", (SYSTEM,)),
        ("countered", "accept", "accepted", (TAKER,)),
        ("countered", "counter", "countered", (TAKER,)),
        ("countered", "revise", "countered", (MAKER,)),
        ("countered", "reject", "rejected", (TAKER,)),
        ("countered", "withdraw", "withdrawn", (MAKER,)),
        ("countered", "cancel", "cancelled", (ADMIN, SYSTEM)),
        ("countered", "expire", "expired", (SYSTEM,)),
    ],
)

OPEN = ("pending", "countered")
EXPIRED = "expired"
DECIDED = ("accepted", "rejected", "withdrawn", EXPIRED)  # by the parties, or by neither of them in time
ROUNDS = ("create", "counter", "revise")  # actions that make a round
ANSWERS = ("accept", "counter", "reject")  # of the other side
REJECT_REASONS = ("price", "quantity", "terms", "timing", "other")
PAYMENT_TERMS = ("prepaid", "on_delivery", "net15", "net30", "net60")
NET_TERMS = ("net15", "net30", "net60")  # on credit
