"""How an order moves: the contract's table. Pure."""

from __future__ import annotations

from metaia.core.state_machine import Machine

CUSTOMER, PARTNER, COURIER, ADMIN, SYSTEM = "customer", "partner", "courier", "admin", "system"
SHOP = (PARTNER, ADMIN)
CLAIMER = "claimer"  # a courier that may claim the delivery of an order
BEFORE_DISPATCH = ("accepted", "preparing", "ready")
# (action, parties): actions on the courier of an order that is not on its way. They leave the status as it is.
ON_COURIER = (
    ("request-courier", SHOP),
    ("cancel-courier", SHOP),
    ("claim", (CLAIMER,)),
    ("release", (COURIER, SYSTEM)),
    ("unassign", SHOP),
)

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
        ("ready", "dispatch", "out_for_delivery", (COURIER, PARTNER, ADMIN, SYSTEM)),
        ("ready", "complete", "completed", SHOP),
        ("ready", "assign", "ready", SHOP),
        ("ready", "cancel", "cancelled", SHOP),
        ("out_for_delivery", "deliver", "delivered", (COURIER, ADMIN, SYSTEM)),
        ("out_for_delivery", "assign", "out_for_delivery", (ADMIN,)),
        ("out_for_delivery", "report-problem", "out_for_delivery", (COURIER, ADMIN)),
        ("out_for_delivery", "return", "ready", (COURIER, ADMIN)),
        ("delivered", "complete", "completed", (CUSTOMER, PARTNER, ADMIN)),
        *((status, action, status, by) for status in BEFORE_DISPATCH for action, by in ON_COURIER),
        *(
            (status, "renew-code", status, (CUSTOMER, ADMIN))
            for status in (*BEFORE_DISPATCH, "out_for_delivery")
        ),
    ],
    explicit={"return"},  # a page's button for "ready" must not return the goods
)
# What an action on the courier needs, besides the status.
WITH_COURIER = frozenset({"release", "unassign", "report-problem", "return"})
WITHOUT_COURIER = frozenset({"claim", "request-courier", "cancel-courier"})
PROBLEMS = ("absent", "wrong_address", "refused", "damaged", "unsafe", "other")

# The customer still waits for the order.
OPEN_STATUSES = ("pending", "accepted", "preparing", "ready", "out_for_delivery")
REJECT_REASONS = ("out_of_stock", "too_busy", "closed", "cannot_fulfil", "invalid_order", "other")
