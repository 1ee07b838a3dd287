"""Payments: payers and partners see their own, support reads all, admins ask, cancel and capture.

Refunds: admins request any, partners those of their payments; payers and support read them.

Disputes: admins answer them, partners read those about payments to them.
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ACCEPTED,
    ADMINS,
    FORBIDDEN,
    OK,
    PARTNERS,
    STAFF,
    Row,
    all_roles,
    only,
    public,
    row,
    table,
)

PAYMENT = "/api/payments/{payment_id}"
UNAVAILABLE, WRONG_STATUS = (
    "503 provider_unavailable",
    "409 illegal_transition",
)  # paid, and no provider is configured
REFUSED = "401 webhook_refused"
REFUND = "/api/refunds/{refund_id}"

DISPUTE = "/api/disputes/{dispute_id}"


def seen(name: str) -> Row:
    """Return the row of a route that shows a payment."""
    return row(name, own=all_roles(OK), foreign=only(*STAFF), absent=all_roles(ABSENT))


def by_admins(name: str, outcome: str) -> Row:
    """Return the row of a route for admins."""
    mine = only(*ADMINS, get=outcome)
    return row(name, own=mine, foreign=mine, absent=only(*ADMINS, get=ABSENT))


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
    row("POST /api/payments", all_roles(ABSENT)),
    row("GET /api/payments", all_roles(OK)),
    row("GET /api/payments/methods", all_roles(ABSENT)),
    row("POST /api/payments/verify", all_roles(ABSENT)),
    seen(f"GET {PAYMENT}"),
    seen(f"GET {PAYMENT}/timeline"),
    row(
        f"POST {PAYMENT}/cancel",
        own=all_roles(WRONG_STATUS) | dict.fromkeys((*PARTNERS, "support"), FORBIDDEN),
        foreign=only(*ADMINS, get=WRONG_STATUS),
        absent=all_roles(ABSENT),
    ),
    by_admins(f"POST {PAYMENT}/capture", WRONG_STATUS),
    by_admins("POST /api/admin/payments/{payment_id}/ask", UNAVAILABLE),
    public("POST /api/payments/return/payu", REFUSED),
)
