"""Catalogues are public; only their partner and admins change them."""

from __future__ import annotations

from tests.bookings.matrix import NO_PARTNER, changed, of_partners, seen
from tests.security.matrix_table import (
    ABSENT,
    CREATED,
    OK,
    PARTNERS,
    STAFF,
    all_roles,
    only,
    public,
    row,
    table,
)

INVALID = "422 invalid"
THINGS = {"sections": "section_id", "modifier-groups": "group_id", "tax-rates": "tax_rate_id"}
PRODUCT = "/api/products/{product_id}"

ROUTES = table(
    public("GET /api/products"),
    seen(f"GET {PRODUCT}"),
    of_partners("POST /api/products", CREATED),
    changed(f"PATCH {PRODUCT}"),
    changed(f"DELETE {PRODUCT}"),
    changed(f"PUT {PRODUCT}/stock"),
    of_partners("POST /api/products/bulk"),
    of_partners("GET /api/products/export.csv"),
    of_partners("POST /api/products/import"),
    of_partners("GET /api/products/imports"),
    row(
        "GET /api/products/imports/{import_id}",
        own=only(*PARTNERS, *STAFF, others=ABSENT),
        foreign=only(*STAFF, others=ABSENT),
        absent=all_roles(ABSENT),
    ),
    changed(f"PATCH {PRODUCT}/availability"),
    seen("GET /api/partners/{partner_id}/menu"),
    row("POST /api/partners/me/posts", only(*PARTNERS, get=CREATED)),
    seen("GET /api/partners/{partner_id}/posts"),
    row("GET /api/feed", all_roles(OK)),
    changed("DELETE /api/posts/{post_id}"),
    row("PUT /api/sections/order", only(*PARTNERS, get=INVALID) | NO_PARTNER),  # not all of their sections
    *(public(f"GET /api/{things}", OK) for things in THINGS),
    *(of_partners(f"POST /api/{things}", CREATED) for things in THINGS),
    *(
        changed(f"{method} /api/{things}/{{{name}}}")
        for things, name in THINGS.items()
        for method in ("PATCH", "DELETE")
    ),
)
