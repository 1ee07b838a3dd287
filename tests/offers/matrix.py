"""Offers. The caller's own offer is one that the caller has got, so that it can be answered.

`foreign` offers are between others. Couriers and staff have none: their `own` one is between others, too.
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    FORBIDDEN,
    OK,
    PARTNERS,
    READ_ONLY,
    STAFF,
    Row,
    all_roles,
    only,
    row,
    table,
)

PARTIES = ("customer", *PARTNERS)
OFFER = "/api/offers/{offer_id}"


def read(name: str) -> Row:
    """Return the row of a read: for both sides and staff."""
    return row(name, own=only(*PARTIES, *STAFF), foreign=only(*STAFF), absent=all_roles(ABSENT))


def change(name: str, *by: str) -> Row:
    """Return the row of a change."""
    return row(name, own=only(*by), foreign=all_roles(FORBIDDEN), absent=all_roles(ABSENT))


ROUTES = table(
    # the recipient of the example is unknown, as one that cannot be written to
    row("POST /api/offers", {**all_roles(FORBIDDEN), **dict.fromkeys(PARTIES, "403 cannot_message")}),
    row("GET /api/offers", all_roles(OK)),
    row("GET /api/admin/offers", only(*STAFF)),
    row("GET /api/offers/analytics", only(*PARTIES, *STAFF)),
    read(f"GET {OFFER}"),
    read(f"GET {OFFER}/history"),
    change(f"PATCH {OFFER}/accept", *PARTIES),
    change(f"PATCH {OFFER}/counter", *PARTIES),
    change(f"PATCH {OFFER}/revise", *PARTIES),
    change(f"PATCH {OFFER}/reject", *PARTIES),
    change(f"PATCH {OFFER}/withdraw", *PARTIES),
    row(f"PATCH {OFFER}/cancel", own=only(*ADMINS), foreign=only(*ADMINS), absent=all_roles(ABSENT)),
    row(
        "POST /api/offers/bulk",
        own={**all_roles("200 changed 0"), **dict.fromkeys(PARTIES, "200 changed 1")},
        foreign=all_roles("200 changed 0"),
        absent=all_roles("200 changed 0"),
        impersonated=READ_ONLY,
    ),
)

EVENTS = table(
    row("offer:create", {**all_roles(FORBIDDEN), **dict.fromkeys(PARTIES, "403 cannot_message")}),
    change("offer:respond", *PARTIES),  # with a counter-offer
)
