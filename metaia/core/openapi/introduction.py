"""The introduction of the OpenAPI document, and the order of its parts."""

from __future__ import annotations

INTRODUCTION = """\
One backend for the apps of a marketplace: customers order, partners process the orders, couriers deliver, staff
supervises.

**Log in.** `make run` fills demo data with ten users: `customer@`, `customer2@`, `tailor@`, `vendor@`, `vet@`,
`delivery@`, `delivery2@`, `support@`, `admin@` and `super@metaia.example`, all with the password `metaia-demo`. Send
`POST /api/auth/login` with its example, copy `accessToken` from the answer, press **Authorize** and paste it. It lives
15 minutes; `POST /api/auth/refresh` gives a new pair.

**A first order.** As the customer, send `POST /api/orders` with its example. Without `partnerId` the order belongs to
the house, so log in as `admin@metaia.example` and send `PATCH /api/orders/{order_id}/accept`. An order's
`allowedActions` are what its reader may do next.

**Answers** are `{"status": "success", "data": {…}, "meta": {…}}`, or `{"status": "error", "error": {"code",
"message", "details"}, "requestId"}`. Rely on `code`; `message` is for people. Keys come in camelCase or snake_case
and go out in camelCase. Times are RFC 3339 in UTC, amounts are numbers of major units beside `currency`.

**Safe repetition.** Send `Idempotency-Key` with each POST: the same request gets its first answer again.
**Versions**: send `If-Match` with the `ETag` that you have read, or `expectedVersion`; a 409 shows the current state.
**Lists**: `limit`, `sort`, filters, and `cursor` from `meta.nextCursor`.

**Live.** `/api/asyncapi.json` describes the events over Socket.IO, WebSockets and server-sent events; `GET /api/sync`
gives the same events page by page. `/api/postman.json` is a collection with these routes, log-in included.
"""
# Tags in the order in which a newcomer reads them; others come last.
TAGS = (
    *("auth", "orders", "tracking", "notifications", "realtime", "events", "websockets", "presence"),
    *("account", "sessions", "second_factor", "preferences", "devices", "suppressions", "unsubscribing"),
    *("orders_bare", "admin_orders", "admin_users", "campaigns", "staff_notifications", "staff_suppressions"),
    *("refunds", "disputes"),
    *("finance", "transactions", "summaries", "statements", "admin_finance", "adjustments", "commission"),
    *("credit", "admin_credit", "credit_requests", "payouts", "payout_account", "admin_payouts"),
    *("cash", "admin_cash"),
    *("partners", "partners_me", "partners_delivery", "partner_categories", "admin_partners"),
    *("audit", "event_log", "statistics", "webhook_inbox", "webhooks"),
    *("index", "system", "metrics", "documents"),
)


def position(tag: str) -> int:
    """Return the place of a tag in the document."""
    return TAGS.index(tag) if tag in TAGS else len(TAGS)
