"""Bookings: their customer, their partner and staff read them; each action is for those that the contract names.

An actor's booking is one that the actor is a party of, in a status that allows the action (tests/support/bookings.py).
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    OK,
    PARTNERS,
    READ_ONLY,
    STAFF,
    Row,
    all_roles,
    event,
    only,
    row,
)

BOOKING = "/api/bookings/{booking_id}"
UNKNOWN = "422 invalid"  # the service; tests/bookings/test_booking.py has the others


def read(name: str) -> Row:
    """Return the row of a read: for the parties of the booking, and staff."""
    parties = only("customer", *PARTNERS, *STAFF)
    return row(name, own=parties, foreign=only(*STAFF), absent=all_roles(ABSENT))


def change(name: str, *parties: str) -> Row:
    """Return the row of a change: for `parties` with their own bookings, and for admins with all bookings."""
    return row(name, own=only(*parties, *ADMINS), foreign=only(*ADMINS), absent=all_roles(ABSENT))


ROUTES = (
    row("POST /api/bookings", all_roles(UNKNOWN)),
    row("GET /api/bookings", all_roles(OK)),
    row("GET /api/admin/bookings", only(*STAFF)),
    row("GET /api/bookings/analytics", only(*PARTNERS, *STAFF)),
    read(f"GET {BOOKING}"),
    read(f"GET {BOOKING}/timeline"),
    read(f"GET {BOOKING}/cancellation"),
    change(f"PUT {BOOKING}/status", "customer", *PARTNERS),  # to cancelled
    row(  # customers confirm what was offered to the waiting list
        f"PATCH {BOOKING}/confirm",
        own=only(*PARTNERS, *ADMINS) | {"customer": "409 illegal_transition"},
        foreign=only(*ADMINS),
        absent=all_roles(ABSENT),
        impersonated=READ_ONLY,
    ),
    *(change(f"PATCH {BOOKING}/{name}", *PARTNERS) for name in ("decline", "check-in", "complete")),
    *(change(f"PATCH {BOOKING}/{name}", *PARTNERS) for name in ("no-show", "reopen")),
    *(
        change(f"PATCH {BOOKING}/{name}", "customer", *PARTNERS)
        for name in ("cancel", "move", "accept-move", "decline-move")
    ),
)
EVENTS = (
    event(
        "join_booking_room",
        own=only("customer", *PARTNERS, *STAFF, others=ABSENT),
        foreign=only(*STAFF, others=ABSENT),
        absent=all_roles(ABSENT),
    ),
    event("leave_booking_room", own=all_roles(OK), foreign=all_roles(OK), absent=all_roles(OK)),
)
