"""Deliveries. The caller's own delivery is that of an order with the caller; for couriers also one that is offered."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    OK,
    PARTNERS,
    STAFF,
    all_roles,
    only,
    row,
    table,
)

NOT_FOUND = only("delivery", get=ABSENT)
ROUTES = table(
    row("GET /api/deliveries", only("delivery")),
    row(
        "GET /api/deliveries/{order_delivery_id}",
        own=all_roles(OK),
        foreign=only(*STAFF),
        absent=all_roles(ABSENT),
    ),
    row(
        "POST /api/deliveries/{order_delivery_id}/claim",
        own=only("delivery"),
        foreign=only("delivery"),
        absent=NOT_FOUND,
    ),
    row(
        "POST /api/deliveries/{order_delivery_id}/decline",
        own=only("delivery"),
        foreign=only("delivery"),
        absent=NOT_FOUND,
    ),
    row(
        "GET /api/couriers",
        own=only(*PARTNERS, *ADMINS),
        foreign=only(*ADMINS),
        absent=all_roles(ABSENT),
    ),
    row("GET /api/couriers/me/shift", only("delivery")),
    row("PUT /api/couriers/me/shift", only("delivery")),
    row("PUT /api/couriers/me/location", only("delivery")),
    row("GET /api/admin/deliveries", only(*STAFF)),
    row(
        "POST /api/admin/deliveries/{order_delivery_id}/offer",
        own=only(*ADMINS),
        foreign=only(*ADMINS),
        absent=only(*ADMINS, get=ABSENT),
    ),
    row(
        "PATCH /api/admin/couriers/{courier_id}/shift",
        own=only(*ADMINS),
        foreign=only(*ADMINS),
        absent=only(*ADMINS, get=ABSENT),
    ),
)
EVENTS = table(row("courier:location", only("delivery")))
