"""Shipments. The caller's own shipment is that of an order with the caller."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
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

ORDER, SHIPMENT = "/api/orders/{order_id}/shipments", "/api/shipments/{shipment_id}"


def managed(name: str, get: str = OK) -> Row:
    """Return the row of a change: the partner of the order, and admins."""
    own, foreign = only(*PARTNERS, *ADMINS, get=get), only(*ADMINS, get=get)
    return row(name, own=own, foreign=foreign, absent=all_roles(ABSENT))


ROUTES = table(
    row("GET /api/carriers", all_roles(OK)),
    managed(f"POST {ORDER}", "201"),
    row(f"GET {ORDER}", own=all_roles(OK), foreign=only(*STAFF), absent=all_roles(ABSENT)),
    row("GET /api/shipments", all_roles(OK)),
    row(f"GET {SHIPMENT}", own=all_roles(OK), foreign=only(*STAFF), absent=all_roles(ABSENT)),
    managed(f"PATCH {SHIPMENT}"),
    managed(f"POST {SHIPMENT}/cancel"),
    managed(f"POST {SHIPMENT}/scans", "201"),
    managed(f"POST {SHIPMENT}/refresh", "409 shipment_closed"),  # of a carrier that cannot be asked
    public("GET /api/track/{tracking_token}", own=OK, foreign=OK, absent=ABSENT),
    public("POST /api/webhooks/logistics/{slug}", ABSENT),  # no carrier is configured
)
