"""How a booking moves: the contract's table. Pure."""

from __future__ import annotations

from metaia.core.state_machine import Machine

CUSTOMER, PARTNER, ADMIN, SYSTEM = "customer", "partner", "admin", "system"
SHOP = (PARTNER, ADMIN)
USERS = (CUSTOMER, PARTNER, ADMIN)

MACHINE = Machine(
    "booking",
    [
        # from, action, to, by
        ("held", "pay", "confirmed", (SYSTEM,)),
        ("held", "submit", "pending", (SYSTEM,)),  # paid, and its partner has to confirm it
        (
            "held",
            "confirm",
            "confirmed",
            (CUSTOMER,),
        ),  # offered to the waiting list, and nothing is to be paid
        ("held", "cancel", "cancelled", USERS),
        ("held", "expire", "expired", (SYSTEM,)),
        ("pending", "confirm", "confirmed", SHOP),
        ("pending", "decline", "declined", SHOP),
        ("pending", "cancel", "cancelled", USERS),
        ("pending", "move", "pending", USERS),
        ("pending", "accept-move", "pending", USERS),
        ("pending", "decline-move", "pending", (*USERS, SYSTEM)),
        ("pending", "expire", "expired", (SYSTEM,)),
        ("confirmed", "cancel", "cancelled", USERS),
        ("confirmed", "move", "confirmed", USERS),
        ("confirmed", "accept-move", "confirmed", USERS),
        ("confirmed", "decline-move", "confirmed", (*USERS, SYSTEM)),
        ("confirmed", "check-in", "checked_in", SHOP),
        ("confirmed", "complete", "completed", (*SHOP, SYSTEM)),
        ("confirmed", "no-show", "no_show", SHOP),
        ("checked_in", "complete", "completed", (*SHOP, SYSTEM)),
        ("no_show", "reopen", "checked_in", SHOP),
        ("expired", "pay", "confirmed", (SYSTEM,)),  # the payment was late, and the time is still free
        ("expired", "submit", "pending", (SYSTEM,)),
    ],
)

OPEN = ("held", "pending", "confirmed")  # these count for the limits of a customer
TAKING = (*OPEN, "checked_in", "completed", "no_show")  # these take time from a calendar
MOVABLE = ("pending", "confirmed")
ANSWERS = frozenset({"accept-move", "decline-move"})  # of a proposal
DECLINE_REASONS = ("not_available", "too_busy", "cannot_do", "customer_blocked", "other")
# Steps that are no actions of users: the timeline and the event have them.
STEPS = ("book", "offer", "propose-move", "payment", "lose", "rezone", *MACHINE.actions)
