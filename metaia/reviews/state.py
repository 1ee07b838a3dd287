"""How a review moves, and the words of its fields. Pure."""

from __future__ import annotations

from metaia.core.state_machine import Machine

AUTHOR, PARTNER, COURIER, READER, ADMIN, SUPPORT = (
    "author",
    "partner",
    "courier",
    "reader",
    "admin",
    "support",
)
ANSWERING = (PARTNER, ADMIN)

MACHINE = Machine(
    "review",
    [
        # from, action, to, by
        ("published", "update", "published", (AUTHOR,)),
        ("published", "delete", "deleted", (AUTHOR,)),
        ("published", "reply", "published", ANSWERING),
        ("published", "remove-reply", "published", ANSWERING),
        ("published", "report", "published", (PARTNER, COURIER, READER)),
        ("published", "hide", "hidden", (ADMIN,)),
        ("published", "show", "published", (ADMIN,)),  # the reports are closed, and it stays
        ("hidden", "delete", "deleted", (AUTHOR,)),
        ("hidden", "show", "published", (ADMIN,)),
    ],
)

PUBLISHED, HIDDEN, DELETED = "published", "hidden", "deleted"
OF_PARTNER, OF_COURIER, OF_PRODUCT = "partner", "courier", "product"
SUBJECT_TYPES = (
    OF_PARTNER,
    OF_PRODUCT,
    OF_COURIER,
)  # the text of several ratings is that of the first of these
ORDER, BOOKING = "order", "booking"
REPORT_REASONS = ("spam", "offensive", "personal_data", "not_a_customer", "conflict_of_interest", "other")
