"""Own fleets of partners, and the partners of couriers. Neither shows whether a user exists."""

from __future__ import annotations

from tests.security.matrix_table import ABSENT, PARTNERS, only, row, table

BY_PARTNER, BY_COURIER, UNKNOWN = only(*PARTNERS), only("delivery"), only("delivery", get=ABSENT)
ROUTES = table(
    row("GET /api/partners/me/couriers", BY_PARTNER),
    row("POST /api/partners/me/couriers", BY_PARTNER),
    row("POST /api/partners/me/couriers/withdraw", BY_PARTNER),
    row(
        "DELETE /api/partners/me/couriers/{courier_id}", own=BY_PARTNER, foreign=BY_PARTNER, absent=BY_PARTNER
    ),
    row("GET /api/couriers/me/fleets", BY_COURIER),
    row("PUT /api/couriers/me/fleets/{partner_id}", own=UNKNOWN, foreign=UNKNOWN, absent=UNKNOWN),
    row("DELETE /api/couriers/me/fleets/{partner_id}", own=BY_COURIER, foreign=BY_COURIER, absent=BY_COURIER),
)
