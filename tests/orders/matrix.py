"""Orders. The caller's own order is one that the caller is a party of; for staff it is an order without a partner.

Each action is performed from a status that allows it (`matrix_people.py:INITIAL_STATUS`).
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    CREATED,
    FORBIDDEN,
    OK,
    PARTNERS,
    STAFF,
    Row,
    all_roles,
    only,
    own_only,
    public,
    row,
    table,
)


def read(name: str) -> Row:
    """Return the row of a read: for the parties of the order, and staff."""
    return row(name, own=all_roles(OK), foreign=only(*STAFF), absent=all_roles(ABSENT))


def change(name: str, *parties: str) -> Row:
    """Return the row of a change: for `parties` with their own orders, and for admins with all orders."""
    return row(name, own=only(*parties, *ADMINS), foreign=only(*ADMINS), absent=all_roles(ABSENT))


ROUTES = table(
    row("POST /api/orders", only("customer", *PARTNERS, *ADMINS, get=CREATED)),
    row("GET /api/orders", all_roles(OK)),
    read("GET /api/orders/{order_id}"),
    read("GET /api/orders/{order_id}/timeline"),
    public("POST /api/orders/quote"),
    row(
        "GET /api/orders/{order_id}/pricing",
        own=only("customer", *PARTNERS, *STAFF),
        foreign=only(*STAFF),
        absent=all_roles(ABSENT),
    ),
    # what partners and customers keep for orders
    row("GET /api/coupons", only(*PARTNERS, *ADMINS)),
    row("POST /api/coupons", only(*PARTNERS, *ADMINS, get=CREATED)),
    change("GET /api/coupons/{coupon_id}", *PARTNERS),
    change("PATCH /api/coupons/{coupon_id}", *PARTNERS),
    row("GET /api/addresses", all_roles(OK)),
    row("POST /api/addresses", all_roles(CREATED)),
    own_only("PATCH /api/addresses/{address_id}"),
    own_only("DELETE /api/addresses/{address_id}"),
    row("GET /api/measurements", all_roles(OK)),
    row("POST /api/measurements", all_roles(CREATED)),
    own_only("PATCH /api/measurements/{measurements_id}"),
    own_only("DELETE /api/measurements/{measurements_id}"),
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
    change("PATCH /api/orders/{order_id}/request-courier", *PARTNERS),
    change("PATCH /api/orders/{order_id}/cancel-courier", *PARTNERS),
    change("PATCH /api/orders/{order_id}/unassign", *PARTNERS),
    row(
        "PATCH /api/orders/{order_id}/release",
        own=only("delivery"),
        foreign=all_roles(FORBIDDEN),
        absent=all_roles(ABSENT),
    ),
    change("PATCH /api/orders/{order_id}/report-problem", "delivery"),
    change("PATCH /api/orders/{order_id}/return", "delivery"),
    change("POST /api/orders/{order_id}/delivery-code", "customer"),
    # paths of the first partner app
    change("PATCH /orders/{order_id}/accept", *PARTNERS),
    change("PATCH /orders/{order_id}/reject", *PARTNERS),
    change("PATCH /orders/{order_id}/ready", *PARTNERS),
    # in Timing's shape
    row("GET /api/admin/orders", only(*STAFF)),
    row(
        "PUT /api/admin/orders/{order_id}/status",
        own=only(*ADMINS),
        foreign=only(*ADMINS),
        absent=only(*ADMINS, get=ABSENT),
    ),
)
