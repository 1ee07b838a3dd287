"""The routes of reviews and follows, which tests/test_contract.py compares with the OpenAPI document."""

from __future__ import annotations

REVIEW, STAFF_REVIEW = "/api/reviews/{review_id}", "/api/admin/reviews/{review_id}"
PUBLIC = {"GET /api/reviews", f"GET {REVIEW}"}
KEYED = {
    "POST /api/reviews",
    f"PATCH {REVIEW}",
    f"PUT {REVIEW}/reply",
    f"POST {REVIEW}/report",
    f"PATCH {STAFF_REVIEW}/hide",
    f"PATCH {STAFF_REVIEW}/show",
}
DELETED_BY_VERSION = {f"DELETE {REVIEW}", f"DELETE {REVIEW}/reply"}
KEYED |= DELETED_BY_VERSION
WITHOUT_BODY = {"PUT /api/partners/{partner_id}/follow"}
ROUTES = (
    PUBLIC
    | KEYED
    | DELETED_BY_VERSION
    | WITHOUT_BODY
    | {
        "GET /api/reviews/mine",
        "GET /api/reviews/received",
        "GET /api/reviews/stats",
        "GET /api/admin/reviews",
        f"GET {STAFF_REVIEW}",
        "GET /api/admin/satisfaction",
        "DELETE /api/partners/{partner_id}/follow",
        "GET /api/following",
        "GET /api/followers",
    }
)
