"""Refunds: admins request any, partners those of their payments; payers and support read them.

Disputes: admins answer them, partners read those about payments to them.
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ACCEPTED,
    ADMINS,
    OK,
    PARTNERS,
    STAFF,
    Row,
    all_roles,
    only,
    row,
    table,
)

REFUND = "/api/refunds/{refund_id}"

DISPUTE = "/api/disputes/{dispute_id}"


def answered(action: str) -> Row:
    """Return the row of an answer to disputes."""
    admins = only(*ADMINS)
    return row(f"POST {DISPUTE}/{action}", own=admins, foreign=admins, absent=only(*ADMINS, get=ABSENT))


def acted(action: str) -> Row:
    """Return the row of an action on refunds."""
    return row(
        f"POST {REFUND}/{action}",
        own=only(*PARTNERS, *ADMINS),
        foreign=only(*ADMINS),
        absent=all_roles(ABSENT),
    )


ROUTES = table(
    row(
        "POST /api/payments/{payment_id}/refunds",
        own=only(*PARTNERS, *ADMINS, get=ACCEPTED),
        foreign=only(*ADMINS, get=ACCEPTED),
        absent=all_roles(ABSENT),
    ),
    row("GET /api/refunds", all_roles(OK)),
    row(f"GET {REFUND}", own=all_roles(OK), foreign=only(*STAFF), absent=all_roles(ABSENT)),
    acted("retry"),
    acted("cancel"),
    row("GET /api/disputes", all_roles(OK)),
    row(f"GET {DISPUTE}", own=only(*PARTNERS, *STAFF), foreign=only(*STAFF), absent=all_roles(ABSENT)),
    answered("accept"),
    answered("contest"),
)
