"""The OpenAPI document itself, and its page."""

import re
from pathlib import PurePosixPath

import pytest
import requests
from jsonschema import Draft202012Validator

from metaia.core.errors import CODES
from tests.chat import contract_table as chat
from tests.deliveries import contract_table as deliveries
from tests.reviews import contract_table as reviews
from tests.shipments import contract_table as shipments
from tests.support import contract
from tests.webhook_endpoints.matrix import ROUTES as WEBHOOK_ENDPOINTS

# CONTRACT.md: Conventions, Authentication (what exists of it), Orders, and what the issues added so far
PROMISED = deliveries.PROMISED | {
    "GET /api/products",
    "POST /api/products",
    "PATCH /api/products/{product_id}",
    "DELETE /api/products/{product_id}",
    "GET /api/sections",
    "POST /api/sections",
    "PATCH /api/sections/{section_id}",
    "DELETE /api/sections/{section_id}",
    "GET /api/modifier-groups",
    "POST /api/modifier-groups",
    "PATCH /api/modifier-groups/{group_id}",
    "DELETE /api/modifier-groups/{group_id}",
    "GET /api/tax-rates",
    "POST /api/tax-rates",
    "PATCH /api/tax-rates/{tax_rate_id}",
    "DELETE /api/tax-rates/{tax_rate_id}",
    "GET /api/products/{product_id}",
    "PUT /api/products/{product_id}/stock",
    "POST /api/products/bulk",
    "GET /api/products/export.csv",
    "POST /api/products/import",
    "GET /api/products/imports",
    "GET /api/products/imports/{import_id}",
    "PATCH /api/products/{product_id}/availability",
    "PUT /api/sections/order",
    "GET /api/partners/{partner_id}/menu",
    "GET /api/categories",
    "PUT /api/admin/categories/{slug}",
    "GET /api/partners",
    "GET /api/partners/{partner}",
    "GET /api/partners/me",
    "PUT /api/partners/me",
    "PATCH /api/partners/me",
    "PUT /api/partners/me/hours",
    "PUT /api/partners/me/delivery",
    "POST /api/partners/me/submit",
    "POST /api/partners/me/hide",
    "POST /api/partners/me/show",
    "POST /api/partners/me/pause",
    "POST /api/partners/me/resume",
    "GET /api/admin/partners",
    "PATCH /api/admin/partners/{partner_id}/approve",
    "PATCH /api/admin/partners/{partner_id}/return",
    "PATCH /api/admin/partners/{partner_id}/hide",
    "PATCH /api/admin/partners/{partner_id}/show",
    "POST /api/orders/quote",
    "GET /api/orders/{order_id}/pricing",
    "POST /api/partners/me/posts",
    "GET /api/partners/{partner_id}/posts",
    "DELETE /api/posts/{post_id}",
    "GET /api/feed",
    "GET /api/coupons",
    "POST /api/coupons",
    "GET /api/coupons/{coupon_id}",
    "PATCH /api/coupons/{coupon_id}",
    "GET /api/addresses",
    "POST /api/addresses",
    "PATCH /api/addresses/{address_id}",
    "DELETE /api/addresses/{address_id}",
    "GET /api/measurements",
    "POST /api/measurements",
    "PATCH /api/measurements/{measurements_id}",
    "DELETE /api/measurements/{measurements_id}",
    "DELETE /api/webhook-endpoints/{endpoint_id}",
    "GET /api/services",
    "POST /api/services",
    "GET /api/services/{service_id}",
    "PATCH /api/services/{service_id}",
    "DELETE /api/services/{service_id}",
    "GET /api/calendars",
    "POST /api/calendars",
    "PATCH /api/calendars/{calendar_id}",
    "GET /api/availability",
    "PUT /api/availability/weekly",
    "PUT /api/availability/exceptions",
    "DELETE /api/availability/exceptions/{date}",
    "POST /api/bookings/calendar-feed",
    "DELETE /api/bookings/calendar-feed",
    "GET /api/bookings/{booking_id}.ics",
    "GET /calendar/{feed_token}.ics",
    "POST /api/bookings/waitlist",
    "GET /api/bookings/waitlist",
    "DELETE /api/bookings/waitlist/{wait_id}",
    "GET /api/bookings/slots",
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
    "POST /api/auth/logout",
    "POST /api/auth/logout-all",
    "GET /api/auth/sessions",
    "DELETE /api/auth/sessions/{session_id}",
    "GET /api/auth/second-factor",
    "POST /api/auth/second-factor",
    "DELETE /api/auth/second-factor",
    "POST /api/auth/second-factor/confirm",
    "POST /api/auth/second-factor/recovery-codes",
    "GET /api/auth/me",
    "PATCH /api/auth/me",
    "DELETE /api/auth/me",
    "POST /api/auth/verify-email",
    "POST /api/auth/resend-verification",
    "POST /api/auth/forgot-password",
    "POST /api/auth/reset-password",
    "POST /api/auth/unlock",
    "POST /api/auth/confirm-unlock",
    "POST /api/auth/change-password",
    "POST /api/auth/change-email",
    "POST /api/auth/confirm-email",
    "POST /api/auth/deactivate",
    "GET /api/auth/export",
    "GET /account",
    "GET /account/{version}/{asset}",
    "POST /api/bookings",
    "GET /api/bookings",
    "GET /api/admin/dashboard",
    "GET /api/admin/analytics/definitions",
    *(f"GET /api/{whose}/{{figures}}" for whose in ("analytics", "admin/analytics")),
    *(f"GET /api/{whose}/{{figures}}/drill" for whose in ("analytics", "admin/analytics")),
    "GET /api/bookings/analytics",
    "GET /api/deals",
    "GET /api/deals/{deal_id}",
    "GET /api/deals/{deal_id}/timeline",
    "GET /api/bookings/{booking_id}",
    "GET /api/bookings/{booking_id}/timeline",
    "GET /api/bookings/{booking_id}/cancellation",
    "PUT /api/bookings/{booking_id}/status",
    "PATCH /api/bookings/{booking_id}/confirm",
    "PATCH /api/bookings/{booking_id}/decline",
    "PATCH /api/bookings/{booking_id}/cancel",
    "PATCH /api/bookings/{booking_id}/move",
    "PATCH /api/bookings/{booking_id}/accept-move",
    "PATCH /api/bookings/{booking_id}/decline-move",
    "PATCH /api/bookings/{booking_id}/check-in",
    "PATCH /api/bookings/{booking_id}/complete",
    "PATCH /api/bookings/{booking_id}/no-show",
    "PATCH /api/bookings/{booking_id}/reopen",
    "GET /api/admin/bookings",
    "POST /api/offers",
    "GET /api/offers",
    "POST /api/offers/bulk",
    "GET /api/offers/analytics",
    "GET /api/offers/{offer_id}",
    "GET /api/offers/{offer_id}/history",
    "PATCH /api/offers/{offer_id}/accept",
    "PATCH /api/offers/{offer_id}/counter",
    "PATCH /api/offers/{offer_id}/revise",
    "PATCH /api/offers/{offer_id}/reject",
    "PATCH /api/offers/{offer_id}/withdraw",
    "PATCH /api/offers/{offer_id}/cancel",
    "GET /api/admin/offers",
    "POST /api/orders",
    "GET /api/orders",
    "GET /api/orders/{order_id}",
    "GET /api/orders/{order_id}/timeline",
    "GET /api/orders/{order_id}/status",
    "PUT /api/orders/{order_id}/status",
    "PATCH /api/orders/{order_id}/accept",
    "PATCH /api/orders/{order_id}/reject",
    "PATCH /api/orders/{order_id}/prepare",
    "PATCH /api/orders/{order_id}/ready",
    "PATCH /api/orders/{order_id}/assign",
    "PATCH /api/orders/{order_id}/dispatch",
    "PATCH /api/orders/{order_id}/deliver",
    "PATCH /api/orders/{order_id}/complete",
    "PATCH /api/orders/{order_id}/cancel",
    "PATCH /orders/{order_id}/accept",
    "PATCH /orders/{order_id}/reject",
    "PATCH /orders/{order_id}/ready",
    "GET /api/admin/orders",
    "PUT /api/admin/orders/{order_id}/status",
    "GET /api/admin/users",
    "GET /api/admin/users/{user_id}",
    "POST /api/admin/users",
    "PATCH /api/admin/users/{user_id}",
    "POST /api/admin/users/{user_id}/end-sessions",
    "POST /api/admin/users/{user_id}/remove-second-factor",
    "POST /api/admin/users/{user_id}/impersonate",
    "GET /api/admin/audit",
    "POST /api/admin/announcements",
    "GET /api/admin/announcements",
    "PATCH /api/admin/announcements/{announcement_id}",
    "POST /api/admin/announcements/{announcement_id}/revoke",
    "GET /api/announcements",
    "PUT /api/announcements/{announcement_id}/dismiss",
    "GET /api/search",
    "GET /api/admin/events",
    "GET /api/notifications",
    "PUT /api/notifications/{notification_id}/read",
    "PUT /api/notifications/read-all",
    "DELETE /api/notifications/{notification_id}",
    "PUT /api/notifications/{notification_id}/click",
    "PUT /api/notifications/read",
    "POST /api/notifications/delete",
    "GET /api/notifications/preferences",
    "PATCH /api/notifications/preferences",
    "POST /api/notifications/devices",
    "GET /api/notifications/devices",
    "DELETE /api/notifications/devices/{device_id}",
    "GET /api/admin/notifications",
    "GET /api/admin/notifications/stats",
    "GET /api/admin/notifications/types",
    "GET /api/admin/notifications/types/{name}/previews",
    "GET /api/admin/notifications/{notification_id}/trace",
    "POST /api/admin/notifications/deliveries/{delivery_id}/retry",
    "GET /api/notifications/suppressions",
    "POST /api/notifications/suppressions/{suppression_id}/lift",
    "GET /api/admin/suppressions",
    "POST /api/admin/suppressions/{suppression_id}/lift",
    "POST /api/admin/campaigns",
    "GET /api/admin/campaigns",
    "GET /api/admin/campaigns/{campaign_id}",
    "PATCH /api/admin/campaigns/{campaign_id}",
    "POST /api/admin/campaigns/{campaign_id}/test",
    "POST /api/admin/campaigns/{campaign_id}/start",
    "POST /api/admin/campaigns/{campaign_id}/pause",
    "POST /api/admin/campaigns/{campaign_id}/resume",
    "POST /api/admin/campaigns/{campaign_id}/cancel",
    "POST /api/admin/orders/bulk",
    "POST /api/admin/users/bulk",
    "GET /api/admin/operations",
    "GET /api/admin/operations/{operation_id}",
    "GET /api/admin/operations/{operation_id}/results",
    "GET /api/admin/operations/{operation_id}/results.csv",
    "POST /api/admin/operations/{operation_id}/cancel",
    "POST /api/admin/operations/{operation_id}/retry",
    "GET /api/notifications/unsubscribe",
    "POST /api/notifications/unsubscribe",
    "POST /api/notifications/unsubscribe/undo",
    "GET /api/sync",
    "GET /api/events",
    "POST /api/realtime/ticket",
    "GET /api/presence",
    "PUT /api/presence",
    "GET /api/users/couriers",
    "GET /ws",
    "GET /admin",
    "GET /metrics",
    "GET /api/admin/websocket/stats",
    "GET /api/asyncapi.json",
    "GET /api/postman.json",
    "GET /",
    "GET /api",
    "GET /favicon.ico",
    "GET /favicon.svg",
    "GET /assets/{version}/{asset}",
    "GET /api/system/health",
    "GET /api/system/health/live",
    "GET /api/system/health/ready",
    "GET /api/system/version",
    "GET /api/system/stats",
    "GET /api/system/performance",
    "GET /api/system/errors",
    "GET /api/system/errors/{fingerprint}",
    "PATCH /api/system/errors/{fingerprint}",
    "GET /api/system/events",
    "GET /api/system/events/types",
    "POST /api/webhooks/{source}",
    "GET /api/admin/webhooks",
    "GET /api/admin/webhooks/refusals",
    "GET /api/admin/reconciliation",
    "POST /api/admin/reconciliation/settlements",
    "POST /api/admin/reconciliation/settlements/returned",
    "GET /api/admin/webhooks/{webhook_id}",
    "GET /api/admin/webhooks/{webhook_id}/body",
    "POST /api/admin/webhooks/replay",
    "GET /api/admin/webhooks/replays/{replay_id}",
    "POST /api/admin/webhooks/{webhook_id}/retry",
    "GET /api/admin/queues",
    "GET /api/admin/queues/{queue_name}/jobs",
    "POST /api/admin/queues/{queue_name}/retry",
    "GET /api/admin/jobs/{job_id}",
    "POST /api/admin/jobs/{job_id}/retry",
    "DELETE /api/admin/jobs/{job_id}",
    "GET /api/admin/users/{user_id}/upload-limits",
    "PUT /api/admin/users/{user_id}/upload-limits",
    "GET /api/upload",
    "POST /api/upload/document",
    "POST /api/upload/image",
    "POST /api/upload/voice",
    "POST /api/upload/sign",
    "GET /api/upload/urls",
    "GET /api/upload/usage",
    "DELETE /api/upload/{media_id}",
    "GET /api/upload/{media_id}",
    "PATCH /api/upload/{media_id}",
    "POST /api/upload/{media_id}/complete",
    "PATCH /api/upload/{media_id}/hide",
    "PATCH /api/upload/{media_id}/show",
    "GET /api/upload/{media_id}/url",
    "PUT /media/incoming/{upload_token}",
    "GET /media/{key}",
    "GET /api/media/{media_id}/content",
    "GET /api/admin/finance/accounts",
    "GET /api/admin/finance/postings",
    "GET /api/admin/finance/postings/{posting_id}",
    "POST /api/admin/finance/postings/{posting_id}/reverse",
    "GET /api/finance/audit",
    "POST /api/finance/audit/run",
    "POST /api/payments/{payment_id}/refunds",
    "GET /api/refunds",
    "GET /api/refunds/{refund_id}",
    "POST /api/refunds/{refund_id}/retry",
    "POST /api/refunds/{refund_id}/cancel",
    "GET /api/disputes",
    "GET /api/disputes/{dispute_id}",
    "POST /api/disputes/{dispute_id}/accept",
    "POST /api/disputes/{dispute_id}/contest",
    "GET /api/finance/statements",
    "GET /api/finance/statements/{period}",
    "GET /api/finance/summary",
    "GET /api/finance/transactions",
    "GET /api/finance/transactions/analytics",
    "POST /api/payments",
    "GET /api/payments",
    "GET /api/payments/methods",
    "GET /api/payments/{payment_id}",
    "GET /api/payments/{payment_id}/timeline",
    "POST /api/payments/verify",
    "POST /api/payments/{payment_id}/cancel",
    "POST /api/payments/{payment_id}/capture",
    "POST /api/payments/return/payu",
    "POST /api/admin/payments/{payment_id}/ask",
    "POST /api/admin/finance/adjustments",
    "GET /api/admin/finance/adjustments",
    "GET /api/admin/finance/adjustments/{adjustment_id}",
    "POST /api/admin/finance/adjustments/{adjustment_id}/approve",
    "POST /api/admin/finance/adjustments/{adjustment_id}/reject",
    "POST /api/admin/finance/adjustments/{adjustment_id}/withdraw",
    "GET /api/finance/cash",
    "POST /api/admin/finance/cash-handovers",
    "GET /api/admin/finance/cash-handovers",
    "POST /api/finance/credit/requests",
    "GET /api/finance/credit/requests",
    "GET /api/finance/credit/requests/{request_id}",
    "POST /api/finance/credit/requests/{request_id}/approve",
    "POST /api/finance/credit/requests/{request_id}/reject",
    "POST /api/finance/credit/requests/{request_id}/withdraw",
    "GET /api/finance/balance",
    "GET /api/finance/payouts",
    "POST /api/finance/payouts",
    "GET /api/finance/payouts/{payout_id}",
    "POST /api/finance/payouts/{payout_id}/cancel",
    "POST /api/admin/finance/payouts/{payout_id}/approve",
    "POST /api/admin/finance/payouts/{payout_id}/paid",
    "POST /api/admin/finance/payouts/{payout_id}/failed",
    "GET /api/admin/finance/payouts/{payout_id}/destination",
    "GET /api/finance/payout-account",
    "PUT /api/finance/payout-account",
    "GET /api/finance/credit",
    "GET /api/admin/finance/credit/{user_id}",
    "PUT /api/admin/finance/credit/{user_id}/{currency}",
    "POST /api/admin/finance/credit/{user_id}/{currency}/freeze",
    "POST /api/admin/finance/credit/{user_id}/{currency}/unfreeze",
    "GET /api/admin/finance/commission-rules",
    "PUT /api/admin/finance/commission-rules",
}
PUBLIC = {
    "POST /api/auth/verify-email", "POST /api/auth/resend-verification", "POST /api/auth/forgot-password",
    "POST /api/auth/reset-password", "POST /api/auth/unlock", "POST /api/auth/confirm-unlock",
    "POST /api/auth/confirm-email", "GET /account", "GET /account/{version}/{asset}",
    "POST /api/auth/register", "POST /api/auth/login", "POST /api/auth/refresh", "GET /api/orders/{order_id}/status",
    "GET /", "GET /api", "GET /favicon.ico", "GET /favicon.svg", "GET /assets/{version}/{asset}",
    "GET /api/asyncapi.json", "GET /api/system/health/live", "GET /api/system/health/ready",
    "GET /api/system/health", "GET /api/system/version",
    "GET /api/events", "GET /ws", "GET /admin", "GET /metrics", "GET /api/postman.json",
    "POST /api/webhooks/{source}", "POST /api/payments/return/payu", "GET /api/bookings/slots",
    "GET /api/services", "GET /api/services/{service_id}", "GET /api/availability",
    "GET /api/notifications/unsubscribe", "POST /api/notifications/unsubscribe",
    "POST /api/notifications/unsubscribe/undo", "GET /media/{key}", "PUT /media/incoming/{upload_token}",
    "GET /calendar/{feed_token}.ics", "GET /api/products", "GET /api/products/{product_id}", "GET /api/sections",
    "GET /api/modifier-groups", "GET /api/tax-rates", "GET /api/partners/{partner_id}/menu",
    "GET /api/partners/{partner_id}/posts",
    "GET /api/partners", "GET /api/partners/{partner}", "GET /api/categories", "POST /api/orders/quote",
}  # fmt: skip
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture(scope="module")
def document(server):
    return requests.get(server.url + contract.DOCUMENT, timeout=30).json()


@pytest.fixture(scope="module")
def operations(document):
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def parts(tree):
    """Yield every object in a JSON document."""
    if isinstance(tree, dict):
        yield tree
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from parts(child)


def test_it_is_an_openapi_3_1_document(document):
    assert document["openapi"].startswith("3.1")
    assert document["info"].keys() >= {"title", "version"}
    for path, item in document["paths"].items():
        assert path.startswith("/")
        assert item.keys() <= METHODS | {"parameters", "summary", "description", "servers", "$ref"}


def test_everything_it_points_to_is_there(document):
    whole = contract.Contract(document)
    references = [part["$ref"] for part in parts(document) if isinstance(part.get("$ref"), str)]
    assert references
    for reference in references:
        assert whole.resolve({"$ref": reference})


def test_its_schemas_are_json_schemas(document):
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
        Draft202012Validator.check_schema(schema)


def test_every_operation_has_a_name_of_its_own_a_summary_and_its_answers(operations):
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9]+", name) for name in names)
    for name, operation in operations.items():
        assert operation["summary"], name
        answers = operation["responses"]
        assert any(status.startswith("2") or status in {"101", "303"} for status in answers), name
        assert answers["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}, name


def refusals(operation):
    return {int(status) for status in operation["responses"] if status.isdigit() and status >= "400"}


def test_every_operation_says_with_which_statuses_it_refuses(operations):
    for name, said in {
        "GET /api/system/health/live": {429},
        "GET /api/system/health/ready": {429, 503},
        "GET /api/asyncapi.json": {400, 429},
        "GET /api/auth/me": {400, 401, 429, 503},
        "GET /api/orders": {400, 401, 403, 422, 429, 503},
        "GET /api/orders/{order_id}": {400, 401, 403, 404, 422, 429, 503},
        "GET /api/orders/{order_id}/status": {400, 404, 422, 429, 503},
        "POST /api/orders": {400, 401, 403, 408, 409, 413, 415, 422, 429, 503},
        "PATCH /api/orders/{order_id}/accept": {400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503},
        "POST /api/auth/login": {400, 401, 408, 413, 415, 422, 429, 503},
        "POST /api/auth/register": {400, 408, 409, 413, 415, 422, 429, 503},
        "POST /api/auth/reset-password": {400, 408, 410, 413, 415, 422, 429, 503},
        "POST /api/auth/logout": {400, 401, 408, 413, 429, 503},
        "DELETE /api/notifications/{notification_id}": {400, 401, 403, 404, 408, 413, 429, 503},
        "GET /ws": {400, 401, 403, 422, 426, 429, 503},
    }.items():
        assert refusals(operations[name]) == said, name


def test_what_its_declaration_says_of_an_operation_holds_for_all(operations):
    for name, operation in operations.items():
        refused = refusals(operation)
        assert 429 in refused, name
        assert (401 in refused) >= (operation.get("security") != []), name
        assert (404 in refused) >= ("{" in name), name
        assert {408, 413, 415, 422} <= refused or "application/json" not in operation.get(
            "requestBody", {}
        ).get("content", {}), name
        for status in refused:
            assert is_error(operation["responses"][str(status)]), f"{name}: {status}"


def is_error(response):
    """Return whether a response is one of the shared ones, or a conflict with typed details."""
    if "$ref" in response:
        return response["$ref"].startswith("#/components/responses/")
    return response["content"]["application/json"]["schema"]["$ref"].endswith("ConflictError")


def test_every_parameter_of_an_address_is_described(document):
    for path, item in document["paths"].items():
        described = {p["name"] for p in item.get("parameters", []) if p["in"] == "path" and p["required"]}
        assert described == set(re.findall(r"{(\w+)}", path))


def test_every_change_with_a_body_has_a_schema_for_it(operations):
    without = {name for name, o in operations.items() if name.startswith(("P",)) and "requestBody" not in o}
    domains = chat.WITHOUT_BODY | reviews.WITHOUT_BODY | deliveries.WITHOUT_BODY | shipments.WITHOUT_BODY
    assert without == domains | {
        "POST /api/admin/operations/{operation_id}/cancel",
        "POST /api/admin/operations/{operation_id}/retry",
        "POST /api/webhook-endpoints/{endpoint_id}/rotate-secret",
        "POST /api/webhook-endpoints/{endpoint_id}/test",
        "POST /api/webhook-endpoints/{endpoint_id}/verify",
        "POST /api/webhook-deliveries/{webhook_delivery_id}/retry",
        "PUT /api/announcements/{announcement_id}/dismiss",
        "POST /api/auth/logout",
        "POST /api/bookings/calendar-feed",
        "POST /api/realtime/ticket",
        "PUT /api/notifications/{notification_id}/read",
        "PUT /api/notifications/{notification_id}/click",
        "PUT /api/notifications/read-all",
        "POST /api/notifications/unsubscribe/undo",
        "POST /api/admin/notifications/deliveries/{delivery_id}/retry",
        "POST /api/notifications/suppressions/{suppression_id}/lift",
        "POST /api/webhooks/{source}",
        "POST /api/admin/webhooks/{webhook_id}/retry",
        "POST /api/admin/payments/{payment_id}/ask",
        "POST /api/admin/queues/{queue_name}/retry",
        "POST /api/admin/jobs/{job_id}/retry",
        "PUT /media/incoming/{upload_token}",
    }


def test_what_the_contract_promises_is_there_and_nothing_that_nobody_listed(operations):
    assert (
        set(operations)
        == PROMISED | chat.ROUTES | reviews.ROUTES | WEBHOOK_ENDPOINTS.keys() | shipments.ROUTES
    )


def test_it_says_where_a_request_may_be_repeated_safely(operations):
    keyed = {
        name
        for name, operation in operations.items()
        if any(
            p.get("name") == "Idempotency-Key" and p["in"] == "header"
            for p in operation.get("parameters", [])
        )
    }
    changes = {name for name in PROMISED if "orders" in name and not name.startswith("GET")}
    changes |= deliveries.IDEMPOTENT
    changes |= {
        name for name in PROMISED if re.match("(POST /api/bookings$|(PATCH|PUT) /api/bookings/)", name)
    }
    changes |= {name for name in PROMISED if re.match("(POST|PATCH) /api/offers", name)}
    changes |= {name for name in PROMISED if name.startswith("POST /api/admin/campaigns")}
    changes |= {f"POST /api/upload/{name}" for name in ("image", "document", "voice", "sign")}
    changes |= {f"PATCH /api/upload/{{media_id}}/{action}" for action in ("hide", "show")}
    changes |= {
        "POST /api/chat/conversations",
        "POST /api/admin/announcements",
        "POST /api/admin/users",
        "POST /api/admin/users/bulk",
        "POST /api/admin/operations/{operation_id}/retry",
        "POST /api/services",
        "POST /api/calendars",
        "POST /api/bookings/waitlist",
        "POST /api/products",
        "POST /api/products/bulk",
        "POST /api/products/import",
        "POST /api/sections",
        "POST /api/modifier-groups",
        "POST /api/tax-rates",
        "POST /api/addresses",
        "POST /api/measurements",
        "POST /api/coupons",
        "POST /api/partners/me/posts",
    }
    changes |= {name for name in PROMISED if re.match("(POST|PATCH) /api/(admin/)?partners/.*/", name)}
    shops = "(PATCH|PUT) /api/(products|sections|modifier-groups|tax-rates|addresses|measurements|coupons)/"
    changes |= {name for name in PROMISED if re.match(shops, name)}
    changes |= {"PUT /api/couriers/me/shift", "PUT /api/partners/me", "PATCH /api/partners/me"}
    changes |= {"PUT /api/partners/me/hours", "PUT /api/partners/me/delivery", "DELETE /api/posts/{post_id}"}
    shops = "DELETE /api/(products|sections|modifier-groups|tax-rates|addresses|measurements)/"
    changes |= {name for name in PROMISED if re.match(shops, name)}
    changes |= {name for name in PROMISED if name.startswith("POST /api/admin/finance")}
    changes -= {"POST /api/orders/quote"}  # writes nothing
    finance = ("POST /api/finance/payouts", "POST /api/finance/credit/requests/")
    changes |= {name for name in PROMISED if name.startswith(finance)}
    changes |= {name for name in PROMISED if re.match("POST .*(refunds|disputes)", name)}
    changes |= {"POST /api/webhook-endpoints/{endpoint_id}/replay"} | reviews.KEYED | shipments.KEYED
    assert keyed == changes | {"POST /api/admin/notifications/deliveries/{delivery_id}/retry"}


def test_it_says_where_a_key_is_required(operations):
    required = {
        name
        for name, operation in operations.items()
        if any(
            p.get("name") == "Idempotency-Key" and p.get("required") for p in operation.get("parameters", [])
        )
    }
    assert required == {
        "POST /api/payments/{payment_id}/refunds",
        "POST /api/admin/finance/adjustments",
        "POST /api/admin/finance/cash-handovers",
        "POST /api/finance/payouts",
    }


def test_it_says_where_if_match_may_stand_for_the_expected_version(document, operations):
    whole, versioned, matched = contract.Contract(document), set(), set()
    for name, operation in operations.items():
        content = operation.get("requestBody", {}).get("content", {})
        schema = whole.resolve(content.get("application/json", {}).get("schema", {}))
        if "expectedVersion" in schema.get("properties", {}):
            versioned.add(name)
        matched |= {name for p in operation.get("parameters", []) if p.get("name") == "If-Match"}
    without_body = {
        "DELETE /api/upload/{media_id}",
        "DELETE /api/services/{service_id}",
        "DELETE /api/products/{product_id}",
        "DELETE /api/sections/{section_id}",
        "DELETE /api/modifier-groups/{group_id}",
        "DELETE /api/tax-rates/{tax_rate_id}",
        "DELETE /api/addresses/{address_id}",
        "DELETE /api/measurements/{measurements_id}",
        "DELETE /api/webhook-endpoints/{endpoint_id}",
        "DELETE /api/availability/exceptions/{date}",
    }
    assert versioned == matched - without_body - reviews.DELETED_BY_VERSION
    assert versioned >= {name for name in PROMISED if "PATCH" in name and "orders" in name}


def test_it_says_which_operations_need_no_login(document, operations):
    assert document["security"] == [{"bearer": []}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert {name for name, operation in operations.items() if operation.get("security") == []} == (
        PUBLIC | reviews.PUBLIC | shipments.PUBLIC
    )


def test_it_lists_every_error_code_and_what_it_means(document):
    problem = document["components"]["schemas"]["Problem"]
    code = problem["properties"]["code"]
    assert set(code["enum"]) == set(CODES)
    assert all(f"- `{name}`: {meaning}" in code["description"] for name, meaning in CODES.items())
    assert set(problem["required"]) == {"code", "message", "details"}


def test_its_page_and_all_that_the_page_loads_come_from_here(server):
    page = requests.get(f"{server.url}/api-docs/", timeout=30)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert contract.DOCUMENT in page.text
    loaded = re.findall(r"""<(?:script|link|img)[^>]+(?:src|href)=["']([^"']+)""", page.text)
    assert len(loaded) >= 3
    for address in loaded:
        assert not re.match(r"(https?:)?//", address), address
        asset = requests.get(f"{server.url}{PurePosixPath('/api-docs') / address}", timeout=30)
        assert asset.status_code == 200, address
    assert '"validatorUrl": null' in page.text  # else the page tells a server elsewhere of this one
    assert not re.search(r"""(?:src|href|url)\s*[=:]\s*["'](?:https?:)?//""", page.text)
