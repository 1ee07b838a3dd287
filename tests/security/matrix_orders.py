"""Orders. One's own is an order in which one takes part; that of staff is one of the house, which has no partner.

Each action is asked for in a status from which it is possible (`stage.py:STARTS`).
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    CREATED,
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


def read(name: str) -> Row:
    """Return the row of a look at an order: for those who take part, and staff."""
    return row(name, own=all_roles(OK), foreign=only(*STAFF), absent=all_roles(ABSENT))


def change(name: str, *parties: str) -> Row:
    """Return the row of a change: the order's own `parties` may, and admins with every order."""
    return row(name, own=only(*parties, *ADMINS), foreign=only(*ADMINS), absent=all_roles(ABSENT))


ORDERS = table(
    row("POST /api/orders", only("customer", get=CREATED)),
    row("GET /api/orders", all_roles(OK)),
    read("GET /api/orders/{order_id}"),
    read("GET /api/orders/{order_id}/timeline"),
    public("GET /api/orders/{order_id}/status", own=OK, foreign=OK, absent=ABSENT),  # the id is the secret
    change("PUT /api/orders/{order_id}/status", *PARTNERS),  # to accepted
    change("PATCH /api/orders/{order_id}/accept", *PARTNERS),
    change("PATCH /api/orders/{order_id}/reject", *PARTNERS),
    change("PATCH /api/orders/{order_id}/prepare", *PARTNERS),
    change("PATCH /api/orders/{order_id}/ready", *PARTNERS),
    change("PATCH /api/orders/{order_id}/assign", *PARTNERS),
    change("PATCH /api/orders/{order_id}/dispatch", *PARTNERS, "delivery"),
    change("PATCH /api/orders/{order_id}/deliver", "delivery"),
    change("PATCH /api/orders/{order_id}/complete", *PARTNERS, "customer"),
    change("PATCH /api/orders/{order_id}/cancel", *PARTNERS, "customer"),
    # as the first partner app calls them
    change("PATCH /orders/{order_id}/accept", *PARTNERS),
    change("PATCH /orders/{order_id}/reject", *PARTNERS),
    change("PATCH /orders/{order_id}/ready", *PARTNERS),
    # for admin pages
    row("GET /api/admin/orders", only(*STAFF)),
    row(
        "PUT /api/admin/orders/{order_id}/status",
        own=only(*ADMINS),
        foreign=only(*ADMINS),
        absent=only(*ADMINS, get=ABSENT),
    ),
)
