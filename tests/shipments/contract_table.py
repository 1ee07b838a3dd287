"""The routes of shipments, which tests/test_contract.py compares with the OpenAPI document."""

from __future__ import annotations

SHIPMENT = "/api/shipments/{shipment_id}"
OF_ORDER = "/api/orders/{order_id}/shipments"
PUBLIC = {"GET /api/track/{tracking_token}", "POST /api/webhooks/logistics/{slug}"}
KEYED = {f"POST {OF_ORDER}", f"PATCH {SHIPMENT}", f"POST {SHIPMENT}/cancel", f"POST {SHIPMENT}/scans"}
WITHOUT_BODY = {f"POST {SHIPMENT}/refresh", "POST /api/webhooks/logistics/{slug}"}
ROUTES = (
    PUBLIC
    | KEYED
    | WITHOUT_BODY
    | {"GET /api/carriers", f"GET {OF_ORDER}", "GET /api/shipments", f"GET {SHIPMENT}"}
)
