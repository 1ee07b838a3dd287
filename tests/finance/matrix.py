"""The books: support reads them, admins correct them. An admin never approves an adjustment of their own."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ACCEPTED,
    ADMINS,
    CREATED,
    OK,
    STAFF,
    Row,
    all_roles,
    only,
    row,
    table,
)

BOOKS = "/api/admin/finance"
ADJUSTMENTS = f"{BOOKS}/adjustments"


def decided(action: str, own: tuple[str, ...], foreign: tuple[str, ...]) -> Row:
    """Return the row of an action on adjustments; `own` and `foreign` are the roles that may perform it."""
    return row(
        f"POST {ADJUSTMENTS}/{{adjustment_id}}/{action}",
        own=only(*own),
        foreign=only(*foreign),
        absent=only(*ADMINS, get=ABSENT),
    )


ROUTES = table(
    row(f"GET {BOOKS}/accounts", only(*STAFF)),
    row(f"GET {BOOKS}/postings", only(*STAFF)),
    row(f"GET {BOOKS}/postings/{{posting_id}}", foreign=only(*STAFF), absent=only(*STAFF, get=ABSENT)),
    row(
        f"POST {BOOKS}/postings/{{posting_id}}/reverse",
        foreign=only(*ADMINS, get=CREATED),
        absent=only(*ADMINS, get=ABSENT),
    ),
    row("GET /api/finance/audit", only(*STAFF)),
    row("POST /api/finance/audit/run", only(*ADMINS, get=ACCEPTED)),
    row("GET /api/finance/statements", all_roles(OK)),
    row("GET /api/finance/statements/{period}", all_roles(OK)),
    row("GET /api/finance/summary", all_roles(OK)),
    row("GET /api/finance/transactions", all_roles(OK)),
    row("GET /api/finance/transactions/analytics", all_roles(OK)),
    row(f"POST {ADJUSTMENTS}", only(*ADMINS, get=CREATED)),
    row(f"GET {ADJUSTMENTS}", only(*STAFF)),
    row(
        f"GET {ADJUSTMENTS}/{{adjustment_id}}",
        own=only(*STAFF),
        foreign=only(*STAFF, get=OK),
        absent=only(*STAFF, get=ABSENT),
    ),
    row(f"GET {BOOKS}/commission-rules", only(*STAFF)),
    row(f"PUT {BOOKS}/commission-rules", only(*ADMINS)),
    decided("approve", own=(), foreign=ADMINS),
    decided("reject", own=(), foreign=ADMINS),
    decided("withdraw", own=ADMINS, foreign=()),
)
