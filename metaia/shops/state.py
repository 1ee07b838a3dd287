"""How a profile moves: the contract's table. Pure."""

from __future__ import annotations

from metaia.core.errors import declare
from metaia.core.state_machine import Machine

# Here, so that the schema of a 409 about a profile has them.
declare(
    {
        "slug_taken": "Another partner has this slug.",
        "currency_in_use": "The currency cannot change while there are amounts in it.",
    }
)

PARTNER, HIDER, ADMIN = (
    "partner",
    "hider",
    "admin",
)  # a hider is a partner of which no admin has hidden the profile
DRAFT, IN_REVIEW, PUBLISHED, HIDDEN = "draft", "in_review", "published", "hidden"

MACHINE = Machine(
    "profile",
    [
        # from, action, to, by
        (DRAFT, "submit", IN_REVIEW, (PARTNER,)),  # published at once with PARTNER_APPROVAL=none
        (IN_REVIEW, "approve", PUBLISHED, (ADMIN,)),
        (IN_REVIEW, "return", DRAFT, (ADMIN,)),
        (PUBLISHED, "hide", HIDDEN, (HIDER, ADMIN)),
        (HIDDEN, "show", PUBLISHED, (HIDER, ADMIN)),
    ],
)
