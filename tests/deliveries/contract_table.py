"""The routes of couriers and deliveries that the document must have."""

from __future__ import annotations

WITHOUT_BODY = {
    "POST /api/deliveries/{order_delivery_id}/claim",
    "POST /api/deliveries/{order_delivery_id}/decline",
    "PUT /api/couriers/me/fleets/{partner_id}",
}
IDEMPOTENT = {
    "POST /api/deliveries/{order_delivery_id}/claim",
    "POST /api/deliveries/{order_delivery_id}/decline",
    "POST /api/admin/deliveries/{order_delivery_id}/offer",
    "PATCH /api/admin/couriers/{courier_id}/shift",
    "POST /api/partners/me/couriers",
    "POST /api/partners/me/couriers/withdraw",
}
PROMISED = {
    "GET /api/deliveries",
    "GET /api/deliveries/{order_delivery_id}",
    "GET /api/couriers",
    "GET /api/couriers/me/shift",
    "PUT /api/couriers/me/shift",
    "PUT /api/couriers/me/location",
    "GET /api/couriers/me/fleets",
    "DELETE /api/couriers/me/fleets/{partner_id}",
    "GET /api/partners/me/couriers",
    "DELETE /api/partners/me/couriers/{courier_id}",
    "GET /api/admin/deliveries",
    "PATCH /api/orders/{order_id}/request-courier",
    "PATCH /api/orders/{order_id}/cancel-courier",
    "PATCH /api/orders/{order_id}/release",
    "PATCH /api/orders/{order_id}/unassign",
    "PATCH /api/orders/{order_id}/report-problem",
    "PATCH /api/orders/{order_id}/return",
    "POST /api/orders/{order_id}/delivery-code",
    *WITHOUT_BODY,
    *IDEMPOTENT,
}
