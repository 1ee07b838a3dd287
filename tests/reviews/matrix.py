"""Reviews and follows. The caller's own review is one that a customer has written, or a partner or courier has got.

`foreign` reviews are of others: public ones, so that all read them. Staff has none: their `own` one is of others, too.
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
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

REVIEW = "/api/reviews/{review_id}"
STAFF_REVIEW = "/api/admin/reviews/{review_id}"
FOLLOW = "/api/partners/{partner_id}/follow"


def change(name: str, *by: str) -> Row:
    """Return the row of a change."""
    others = only(*(role for role in by if role in ADMINS))
    return row(name, own=only(*by), foreign=others, absent=all_roles(ABSENT))


def decide(name: str) -> Row:
    """Return the row of a decision of staff."""
    absent = {role: ABSENT if role in ADMINS else FORBIDDEN for role in all_roles(OK)}
    return row(name, own=only(*ADMINS), foreign=only(*ADMINS), absent=absent)


ROUTES = table(
    row("POST /api/reviews", all_roles(ABSENT)),  # of an order that does not exist
    public("GET /api/reviews"),
    row("GET /api/reviews/mine", all_roles(OK)),
    row("GET /api/reviews/received", only(*PARTNERS, "delivery")),
    row("GET /api/reviews/stats", only(*PARTNERS, *STAFF)),
    public(f"GET {REVIEW}", own=OK, foreign=OK, absent=ABSENT),
    change(f"PATCH {REVIEW}", "customer"),
    change(f"DELETE {REVIEW}", "customer"),
    change(f"PUT {REVIEW}/reply", *PARTNERS, *ADMINS),
    change(f"DELETE {REVIEW}/reply", *PARTNERS, *ADMINS),
    row(
        f"POST {REVIEW}/report",
        own=only(*PARTNERS, "delivery"),
        foreign=only("customer", *PARTNERS, "delivery"),
        absent=all_roles(ABSENT),
    ),
    row("GET /api/admin/reviews", only(*STAFF)),
    row(
        f"GET {STAFF_REVIEW}",
        own=only(*STAFF),
        foreign=only(*STAFF),
        absent=only(*STAFF, get=ABSENT),
    ),
    decide(f"PATCH {STAFF_REVIEW}/hide"),
    decide(f"PATCH {STAFF_REVIEW}/show"),
    row("GET /api/admin/satisfaction", only(*STAFF)),
    row(f"PUT {FOLLOW}", own=all_roles(FORBIDDEN), foreign=all_roles(OK), absent=all_roles(ABSENT)),
    row(f"DELETE {FOLLOW}", own=all_roles(OK), foreign=all_roles(OK), absent=all_roles(OK)),
    row("GET /api/following", all_roles(OK)),
    row("GET /api/followers", only(*PARTNERS)),
)
