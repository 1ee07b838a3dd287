"""Outgoing webhooks: one's own endpoints, of partners and admins. Those of others are not found."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ACCEPTED,
    ADMINS,
    CREATED,
    PARTNERS,
    Row,
    only,
    row,
    table,
)

OWNERS = (*PARTNERS, *ADMINS)
UNKNOWN = only(*OWNERS, get=ABSENT)
BY_ADMIN = only(*ADMINS)


def of_owner(name: str, get: str = "200") -> Row:
    """Return the row of a route about one of the own endpoints, or one of its deliveries."""
    return row(name, own=only(*OWNERS, get=get), foreign=UNKNOWN, absent=UNKNOWN)


ENDPOINT, DELIVERY = "/api/webhook-endpoints/{endpoint_id}", "/api/webhook-deliveries/{webhook_delivery_id}"
ROUTES = table(
    row("GET /api/webhook-event-types", only(*OWNERS)),
    row("GET /api/webhook-endpoints", only(*OWNERS)),
    row("POST /api/webhook-endpoints", only(*OWNERS, get=CREATED)),
    of_owner(f"GET {ENDPOINT}"),
    of_owner(f"PATCH {ENDPOINT}"),
    of_owner(f"DELETE {ENDPOINT}"),
    of_owner(f"POST {ENDPOINT}/rotate-secret"),
    of_owner(f"POST {ENDPOINT}/verify"),
    of_owner(f"POST {ENDPOINT}/test"),
    of_owner(f"GET {ENDPOINT}/stats"),
    of_owner(f"GET {ENDPOINT}/deliveries"),
    of_owner(f"POST {ENDPOINT}/replay", ACCEPTED),
    of_owner(f"GET {DELIVERY}"),
    of_owner(f"POST {DELIVERY}/retry"),
    row("GET /api/admin/webhook-endpoints", BY_ADMIN),
    row(
        "POST /api/admin/webhook-endpoints/{endpoint_id}/disable",
        own=BY_ADMIN,
        foreign=BY_ADMIN,
        absent=only(*ADMINS, get=ABSENT),
    ),
)
