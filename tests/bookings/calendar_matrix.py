"""Calendar programs and waiting lists: each has one's own; a feed is for whatever program has its address."""

from __future__ import annotations

from tests.bookings.booking_matrix import BOOKING, UNKNOWN, read
from tests.security.matrix_table import ABSENT, CREATED, OK, all_roles, only, own_only, public, row

FEED, WAITS = "/api/bookings/calendar-feed", "/api/bookings/waitlist"

ROUTES = (
    read(f"GET {BOOKING}.ics"),
    row(f"POST {FEED}", all_roles(CREATED)),
    row(f"DELETE {FEED}", all_roles(ABSENT), fresh_users=True),  # these users have none
    public("GET /calendar/{feed_token}.ics", ABSENT),
    row(f"POST {WAITS}", only("customer", get=UNKNOWN)),
    row(f"GET {WAITS}", all_roles(OK)),
    own_only(f"DELETE {WAITS}/{{wait_id}}"),
)
