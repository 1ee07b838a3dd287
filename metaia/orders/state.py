"""How an order moves: the contract's table. Pure."""

from __future__ import annotations

from metaia.core.state_machine import Machine

CUSTOMER, PARTNER, COURIER, ADMIN, SYSTEM = "customer", "partner", "courier", "admin", "system"
SHOP = (PARTNER, ADMIN)

MACHINE = Machine(
    "order",
    [
        # from, action, to, who
        ("pending", "accept", "accepted", SHOP),
        ("pending", "reject", "rejected", SHOP),
        ("pending", "prepare", "preparing", SHOP),
        ("pending", "cancel", "cancelled", (CUSTOMER, PARTNER, ADMIN)),
        ("pending", "expire", "cancelled", (SYSTEM,)),
        ("pending", "assign", "pending", SHOP),
        ("accepted", "prepare", "preparing", SHOP),
        ("accepted", "ready", "ready", SHOP),
        ("accepted", "cancel", "cancelled", SHOP),
        ("accepted", "assign", "accepted", SHOP),
        ("preparing", "ready", "ready", SHOP),
        ("preparing", "cancel", "cancelled", SHOP),
        ("preparing", "assign", "preparing", SHOP),
        ("ready", "dispatch", "out_for_delivery", (COURIER, PARTNER, ADMIN)),
        ("ready", "complete", "completed", SHOP),
        ("ready", "assign", "ready", SHOP),
        ("out_for_delivery", "deliver", "delivered", (COURIER, ADMIN)),
        ("out_for_delivery", "assign", "out_for_delivery", (ADMIN,)),
        ("delivered", "complete", "completed", (CUSTOMER, PARTNER, ADMIN)),
    ],
)

# The customer still waits for the order.
OPEN_STATUSES = ("pending", "accepted", "preparing", "ready", "out_for_delivery")
REJECT_REASONS = ("out_of_stock", "too_busy", "closed", "cannot_fulfil", "invalid_order", "other")
