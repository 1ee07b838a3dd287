"""The books: support reads them, admins correct them. An admin never approves an adjustment of their own."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ACCEPTED,
    ADMINS,
    CREATED,
    FORBIDDEN,
    OK,
    PARTNERS,
    STAFF,
    Outcomes,
    Row,
    all_roles,
    only,
    row,
    table,
)

BOOKS = "/api/admin/finance"
CREDIT = f"{BOOKS}/credit/{{user_id}}/{{currency}}"
REQUESTS = "POST /api/finance/credit/requests"
REQUEST = "/api/finance/credit/requests/{request_id}"
PAYOUT = "/api/finance/payouts/{payout_id}"
ADJUSTMENTS = f"{BOOKS}/adjustments"


def of_users(name: str, outcomes: Outcomes) -> Row:
    """Return the row of a route with a user's id, of which the outcome depends on the role only."""
    return row(name, own=outcomes, foreign=outcomes, of_admin=outcomes, absent=outcomes)


def decided(action: str, own: tuple[str, ...], foreign: tuple[str, ...]) -> Row:
    """Return the row of an action on adjustments; `own` and `foreign` are the roles that may perform it."""
    return row(
        f"POST {ADJUSTMENTS}/{{adjustment_id}}/{action}",
        own=only(*own),
        foreign=only(*foreign),
        absent=only(*ADMINS, get=ABSENT),
    )


RECONCILIATION = "/api/admin/reconciliation"

ROUTES = table(
    row(f"GET {RECONCILIATION}", only(*STAFF)),
    row(f"POST {RECONCILIATION}/settlements", only(*ADMINS, get=CREATED)),
    row(f"POST {RECONCILIATION}/settlements/returned", only(*ADMINS, get="409 settlement_unknown")),
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
    row("GET /api/finance/credit", all_roles(OK)),
    row("GET /api/finance/cash", only(*PARTNERS, "delivery")),
    row(f"GET {BOOKS}/cash-handovers", only(*STAFF)),
    row(f"POST {BOOKS}/cash-handovers", only(*ADMINS, get=ABSENT)),  # of a user that does not exist
    row(REQUESTS, only("customer", get=CREATED), fresh_users=True),
    row("GET /api/finance/credit/requests", all_roles(OK)),
    row(
        f"GET {REQUEST}",
        own=all_roles(OK),
        foreign=only(*STAFF, others=ABSENT),
        absent=all_roles(ABSENT),
    ),
    row(
        f"POST {REQUEST}/withdraw",
        own=all_roles(OK),
        foreign=only(*STAFF, get=FORBIDDEN, others=ABSENT),
        absent=all_roles(ABSENT),
    ),
    *(
        row(
            f"POST {REQUEST}/{action}",
            own=only(*ADMINS, get=own),
            foreign=only(*ADMINS),
            absent=only(*ADMINS, get=ABSENT),
        )
        for action, own in (("approve", ABSENT), ("reject", OK))  # only customers have credit
    ),
    row("GET /api/finance/balance", only(*PARTNERS, "delivery")),
    row("GET /api/finance/payout-account", only(*PARTNERS, "delivery")),
    row("PUT /api/finance/payout-account", only(*PARTNERS, "delivery")),
    row("POST /api/finance/payouts", only(*PARTNERS, "delivery", get="409 nothing_to_pay_out")),
    row("GET /api/finance/payouts", all_roles(OK)),
    row(
        f"GET {PAYOUT}",
        own=all_roles(OK),
        foreign=only(*STAFF, others=ABSENT),
        absent=all_roles(ABSENT),
    ),
    row(
        f"POST {PAYOUT}/cancel",
        own=all_roles(OK) | {"support": OK},
        foreign=only(*ADMINS, others=ABSENT) | {"support": FORBIDDEN},
        absent=all_roles(ABSENT),
    ),
    *(
        row(
            f"POST {BOOKS}/payouts/{{payout_id}}/{action}",
            own=only(*ADMINS),
            foreign=only(*ADMINS),
            absent=only(*ADMINS, get=ABSENT),
        )
        for action in ("approve", "paid", "failed")
    ),
    row(
        f"GET {BOOKS}/payouts/{{payout_id}}/destination",
        own=only(*ADMINS),
        foreign=only(*ADMINS),
        absent=only(*ADMINS, get=ABSENT),
    ),
    of_users(f"GET {BOOKS}/credit/{{user_id}}", only(*STAFF)),
    *(
        of_users(action, only(*ADMINS, get=ABSENT))  # none of them is a customer
        for action in (f"PUT {CREDIT}", f"POST {CREDIT}/freeze", f"POST {CREDIT}/unfreeze")
    ),
    row(f"GET {BOOKS}/commission-rules", only(*STAFF)),
    row(f"PUT {BOOKS}/commission-rules", only(*ADMINS)),
    decided("approve", own=(), foreign=ADMINS),
    decided("reject", own=(), foreign=ADMINS),
    decided("withdraw", own=ADMINS, foreign=()),
)
