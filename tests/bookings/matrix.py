"""Services and hours are a shop window; only their partner and admins change them."""

from __future__ import annotations

from tests.bookings import booking_matrix, calendar_matrix
from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    CREATED,
    OK,
    PARTNERS,
    Outcomes,
    Row,
    all_roles,
    event,
    only,
    public,
    row,
    table,
)

NO_PARTNER = dict.fromkeys(ADMINS, "422 invalid")  # admins must name one
SERVICE, CALENDAR = "/api/services/{service_id}", "/api/calendars/{calendar_id}"


def of_partners(name: str, get: str = OK) -> Row:
    """Return the row of a route about what a partner has."""
    outcomes: Outcomes = only(*PARTNERS, get=get) | NO_PARTNER
    return row(name, outcomes)


def changed(name: str) -> Row:
    """Return the row of a change by its partner or an admin."""
    return row(name, own=only(*PARTNERS, *ADMINS), foreign=only(*ADMINS), absent=all_roles(ABSENT))


def seen(name: str) -> Row:
    """Return the row of something that everybody sees."""
    return public(name, own=OK, foreign=OK, absent=ABSENT)


ROUTES = table(
    public("GET /api/services"),
    seen(f"GET {SERVICE}"),
    of_partners("POST /api/services", CREATED),
    changed(f"PATCH {SERVICE}"),
    changed(f"DELETE {SERVICE}"),
    of_partners("GET /api/calendars"),
    of_partners("POST /api/calendars", CREATED),
    changed(f"PATCH {CALENDAR}"),
    seen("GET /api/availability"),
    of_partners("PUT /api/availability/weekly"),
    of_partners("PUT /api/availability/exceptions"),
    of_partners("DELETE /api/availability/exceptions/{date}", ABSENT),
    seen("GET /api/bookings/slots"),
    *booking_matrix.ROUTES,
    *calendar_matrix.ROUTES,
)

EVENTS = table(
    *booking_matrix.EVENTS,
    event(
        "join_slots_room", own=only(*PARTNERS, others=ABSENT), foreign=all_roles(OK), absent=all_roles(ABSENT)
    ),
    event("leave_slots_room", own=all_roles(OK), foreign=all_roles(OK), absent=all_roles(OK)),
)
