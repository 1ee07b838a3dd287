"""How a cell of the matrix is checked: one way for all routes and one for all events, with valid input."""

from __future__ import annotations

import json
import re
import uuid

import requests
import websocket
from flask import Flask
from socketio.exceptions import ConnectionError as Refused

from metaia.chat.messages.schemas import EXAMPLE as MESSAGE_EXAMPLE
from metaia.core.json import Json
from metaia.core.openapi import examples
from metaia.finance.adjustments import schemas as adjustment_schemas
from metaia.finance.payout_accounts import schemas as payout_account_schemas
from metaia.payments.reconciliation import schemas as reconciliation_schemas
from metaia.products.coupons.schemas import EXAMPLE as COUPON_EXAMPLE
from metaia.realtime.inbound import INBOUND
from metaia.reviews import schemas as review_schemas
from tests.security.matrix_people import OBJECTS, MatrixWorld
from tests.security.matrix_table import OK, UPGRADED, Row
from tests.support import contract
from tests.support.announcements import TEXTS
from tests.support.bookings import at
from tests.support.people import PASSWORD, WAIT, Person
from tests.support.staff_browser import Browser
from tests.support.waiting import refused

CONNECT = "connect"
CHAT = "/api/chat/conversations/{conversation_id}/messages"
WEB_SOCKETS = ("GET /ws", "GET /admin")
# Values by field that the examples of the OpenAPI document do not have.
FIELDS = {"password": PASSWORD, "currentPassword": PASSWORD, "newPassword": "another-long-enough-password"}
# Bodies where the example lacks a required alternative, or would not fit the row.
BODIES: dict[str, Json] = {
    "POST /api/partners/me/posts": {"text": "News."},
    "POST /api/orders/{order_id}/shipments": {"slug": "manual", "trackingCode": "AWB12345"},
    "PATCH /api/shipments/{shipment_id}": {"estimatedDelivery": "2031-01-01T00:00:00Z"},
    "POST /api/shipments/{shipment_id}/cancel": {},
    "POST /api/shipments/{shipment_id}/scans": {"status": "picked_up", "at": at(days=-1).isoformat()},
    "POST /api/admin/announcements": {
        "audience": {"roles": ["customer"]},
        "content": TEXTS,
        "endsAt": at(days=1).isoformat(),
    },
    "PATCH /api/admin/announcements/{announcement_id}": {"content": TEXTS},
    "POST /api/coupons": COUPON_EXAMPLE,
    "PATCH /api/coupons/{coupon_id}": {"value": 10},
    "PATCH /api/addresses/{address_id}": {"lat": 19.06, "lng": 72.83},
    "POST /api/reviews": review_schemas.EXAMPLE | {"bookingId": None, "mediaIds": []},
    "POST /api/orders": {
        "items": [{"name": "Suit", "quantity": 1, "price": 12.5}],
        "customerId": None,
        "customerInfo": {"name": "Asha"},
    },
    "POST /api/orders/quote": {"items": [{"name": "Suit", "quantity": 1, "price": 12.5}], "customerId": None},
    f"POST {CHAT}": MESSAGE_EXAMPLE | {"replyTo": None, "attachments": [], "mentions": []},
    f"POST {CHAT}/batch": {"messages": [MESSAGE_EXAMPLE]},
    "POST /api/bookings": {"serviceId": "00000000-0000-4000-8000-000000000000"},
    "POST /api/bookings/waitlist": {"from": at(days=2).isoformat(), "to": at(days=3).isoformat()},
    "PUT /api/bookings/{booking_id}/status": {"status": "cancelled"},
    "PATCH /api/bookings/{booking_id}/move": {"startsAt": at(days=10).isoformat(), "calendarId": None},
    "POST /api/admin/users": {"role": "support"},
    "POST /api/admin/orders/bulk": {"ids": ["00000000-0000-4000-8000-000000000000"]},  # a dry run
    "POST /api/admin/users/bulk": {"ids": ["00000000-0000-4000-8000-000000000000"]},
    "PATCH /api/admin/users/{user_id}": {"active": True},
    "POST /api/products": {"name": "Shirt", "price": 5},
    "POST /api/products/bulk": {"partnerId": None, "filter": {}, "set": {"available": True}},
    "PUT /api/products/{product_id}/stock": {"stock": 5},
    "PATCH /api/products/{product_id}/availability": {"available": True},
    "POST /api/modifier-groups": {"name": "Monogram", "kind": "text", "maxLength": 9},
    "POST /api/tax-rates": {"included": True},
    "PATCH /api/tax-rates/{tax_rate_id}": {"included": True},
    "PUT /api/sections/order": {"ids": ["00000000-0000-4000-8000-000000000000"]},
    "PATCH /api/offers/{offer_id}/accept": {"expectedVersion": 1},
    "PATCH /api/offers/{offer_id}/counter": {"total": 900},
    "PATCH /api/offers/{offer_id}/revise": {"total": 900},
    "POST /api/offers/bulk": {"action": "reject"},
    "PUT /api/orders/{order_id}/status": {"status": "accepted"},
    "PATCH /api/orders/{order_id}/deliver": {"code": None, "mediaIds": [], "signatureMediaId": None},
    "PATCH /api/orders/{order_id}/report-problem": {"mediaId": None},
    "PUT /api/couriers/me/shift": {
        "on": True,
        "vehicle": "car",
        "lat": None,
        "lng": None,
        "expectedVersion": None,
    },
    "PATCH /api/admin/couriers/{courier_id}/shift": {"on": False},
    "POST /api/admin/deliveries/{order_delivery_id}/offer": {"courierIds": None, "mode": "broadcast"},
    "PUT /api/admin/orders/{order_id}/status": {"status": "accepted"},
    "POST /api/auth/second-factor/recovery-codes": {"password": PASSWORD},
    "POST /api/upload/sign": {"kind": "image", "filename": "a.jpg", "contentType": "image/jpeg", "size": 9},
    "POST /api/upload/{media_id}/complete": {"sha256": "0" * 64},  # of tests/support/media.py:insert_media
    "PUT /api/admin/users/{user_id}/upload-limits": {"limit": None, "filesLimit": None},
    "POST /api/admin/finance/adjustments": adjustment_schemas.EXAMPLE,
    "POST /api/admin/finance/cash-handovers": {"amount": 5, "short": 0, "currency": "INR"},
    "POST /api/finance/credit/requests": {"currency": "INR", "limit": 500},
    "PUT /api/finance/payout-account": payout_account_schemas.EXAMPLE,
    "POST /api/finance/payouts": {"amount": None, "currency": "INR"},
    "PUT /api/admin/finance/commission-rules": {"partnerId": None, "fromDay": "2199-01-01"},
    "POST /api/disputes/{dispute_id}/contest": {"summary": "It was delivered."},
    "POST /api/payments/{payment_id}/cancel": {"expectedVersion": None},
    "POST /api/payments/{payment_id}/capture": {"expectedVersion": None},
    "POST /api/payments/verify": {"paymentId": "00000000-0000-4000-8000-000000000000"},
    "POST /api/admin/webhooks/replay": {"ids": ["00000000-0000-4000-8000-000000000000"], "dryRun": True},
    "POST /api/admin/reconciliation/settlements": reconciliation_schemas.EXAMPLE,
    "PUT /api/availability/weekly": {
        "calendarId": None,
        "timeZone": None,
        "weekly": {},
        "expectedVersion": None,
    },
    "PUT /api/availability/exceptions": {
        "calendarId": None,
        "from": "2031-01-02",
        "to": None,
        "closed": True,
        "hours": [],
        "expectedVersion": None,
    },
    "POST /api/webhook-endpoints": {"url": "https://93.184.216.34/hook", "events": ["*"]},
    "PATCH /api/webhook-endpoints/{endpoint_id}": {"url": "https://93.184.216.34/hook", "events": ["*"]},
    "POST /api/partners/me/pause": {"until": None, "minutes": 30},
    "POST /api/notifications/devices": {"token": "the-matrix-device"},
}
KEYED = {
    "POST /api/payments/{payment_id}/refunds",
    "POST /api/admin/finance/adjustments",
    "POST /api/admin/finance/cash-handovers",
    "POST /api/finance/payouts",
}  # routes that require an Idempotency-Key
UNSUBSCRIBE = "/api/notifications/unsubscribe"
# Query strings.
QUERIES = {
    "GET /api/search": "?q=suit",
    "GET /api/couriers": "?orderId={order_id}",
    "GET /api/chat/analytics": "?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z",
    "GET /api/admin/chat/analytics": "?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z",
    "GET /api/admin/chat/conversations/{conversation_id}/messages": "?reason=because",
    "GET /api/admin/chat/search": "?q=linen&reason=because",
    "GET /api/chat/conversations/{conversation_id}/changes": "?since=0",
    "GET /api/offers/analytics": "?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z",
    "GET /api/chat/search": "?q=linen",
    "GET /api/reviews": "?partnerId=00000000-0000-4000-8000-000000000000",
    "GET /api/reviews/stats": "?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z",
    "GET /api/admin/satisfaction": "?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z",
    "GET /api/bookings/analytics": "?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z",
    **{
        f"GET /api/{whose}/{{figures}}{list_}": f"?from=2026-10-01&to=2026-10-02{value}"
        for whose in ("analytics", "admin/analytics")
        for list_, value in (("", ""), ("/drill", "&value=placed"))
    },
    "GET /api/payments/methods": "?orderId=00000000-0000-4000-8000-000000000000",
    "GET /api/admin/reconciliation": "?day=2026-01-01",
    "GET /api/upload/urls": "?ids=00000000-0000-4000-8000-000000000000",
    "GET /api/finance/statements/{period}": "?currency=INR",
    "GET /api/availability": "?calendarId={calendar_id}",
    **{
        f"GET /api/{things}": "?partnerId=00000000-0000-4000-8000-000000000000"
        for things in ("sections", "modifier-groups", "tax-rates")
    },
    "GET /api/bookings/slots": "?calendarId={calendar_id}&from=2026-10-01&to=2026-10-01",
    **{f"POST /api/upload/{kind}": "?wait=0" for kind in ("image", "document", "voice")},
    f"GET {UNSUBSCRIBE}": "?token={unsubscribe_token}",
    f"POST {UNSUBSCRIBE}": "?token={unsubscribe_token}",
    f"POST {UNSUBSCRIBE}/undo": "?token={unsubscribe_token}",
}
FORMS: dict[str, Json | str] = {  # in place of a body; a text is CSV
    f"POST {UNSUBSCRIBE}": {"List-Unsubscribe": "One-Click"},
    "POST /api/products/import": "name,price\nShirt,5\n",
    "POST /api/payments/return/payu": {"txnid": "1", "status": "success", "hash": "0"},
}
# Files in place of a body.
FILES = {
    "POST /api/upload/image": b"\xff\xd8\xff\xe0 a JPEG",
    "POST /api/upload/document": b"%PDF-1.7 a document",
    "POST /api/upload/voice": b"OggS a message",
}
# Bulk actions, with ids in the body → the name of the count in the answer.
BULK = {
    "PUT /api/notifications/read": "changed",
    "POST /api/notifications/delete": "deleted",
    "POST /api/offers/bulk": "changed",
}
BULK_IDS = {"POST /api/offers/bulk": "offer_id"}  # what they name; by default notifications
# Arguments of events, without the ids of things; by default an event has only these.
MESSAGES: dict[str, Json] = {
    "courier:location": {"lat": 19.06, "lng": 72.83, "at": "2026-11-28T12:00:00Z"},
    "chat:send": MESSAGE_EXAMPLE,
    "chat:edit": {"text": "Hello again"},
    "chat:delete": {"reason": None},
    "chat:react": {"emoji": "👍"},
    "chat:read": {"seq": 0},
    "chat:delivered": {"conversations": [{"id": "00000000-0000-4000-8000-000000000000", "seq": 1}]},
    "offer:create": {
        "recipientId": "00000000-0000-4000-8000-000000000000",
        "items": [{"name": "Suit", "quantity": 1}],
    },
    "offer:respond": {"action": "counter", "total": 900},
}
# Lists of ids in bodies that only admins send, who may name anything.
BY_STAFF = {
    "POST /api/admin/orders/bulk",
    "POST /api/admin/users/bulk",
    "POST /api/disputes/{dispute_id}/contest",
    "POST /api/admin/webhooks/replay",
    "POST /api/admin/deliveries/{order_delivery_id}/offer",
}
# Lists of ids of which a test of the domain asks for those of others: they are refused as unknown.
OWN_THINGS = {
    "POST /api/reviews",
    "PATCH /api/reviews/{review_id}",
    "PATCH /api/orders/{order_id}/deliver",
    "POST /api/services",
    "PATCH /api/services/{service_id}",
    "POST /api/products",
    "PATCH /api/products/{product_id}",
    "POST /api/products/bulk",
    "POST /api/partners/me/posts",
    "PUT /api/partners/me",
    "PATCH /api/partners/me",
    "POST /api/coupons",  # products of others are in no cart of the partner, so they have no effect
    "PATCH /api/coupons/{coupon_id}",
    "PUT /api/sections/order",
    "POST /api/chat/conversations/{conversation_id}/messages",
    "POST /api/chat/conversations/{conversation_id}/participants",
    "POST /api/chat/conversations",
    "PUT /api/chat/conversations/read",
}
# Placeholders in paths and events that are no ids of objects.
CONSTANTS = {
    "path": "swagger-ui.css",
    "key": "private/0/full.webp",
    "currency": "INR",
    "upload_token": "forged",
    "feed_token": "forged",
    "status": "online",
    "filename": "queues.css",
    "version": "1",
    "asset": "index.css",
    "address": "orders",
    "slot": "1",
    "instance_number": "0",
    "queue_name": "matrix",
    "registry_name": "failed",
    "per_page": "8",
    "order": "asc",
    "page": "1",
    "job_id": "none",
    "name": "order_ready",
    "figures": "orders",
    "locale": "en",
    "channel": "email",
    "source": "sendgrid",
    "period": "2026-01",
    "date": "2031-01-01",
    "partner": "no-such-shop",
    "slug": "tailor",
    "emoji": "👍",
}


def call_route(world: MatrixWorld, row: Row, actor: str, kind: str) -> str:
    """Call a route as an actor, with an object if the path has an id; return the status, and the code of an error."""
    person = world.person(actor, fresh=row.fresh_users)
    method, _, pattern = _address_of(row.name).partition(" ")
    path = pattern.format(**_named(world, row, person, kind))
    if row.by_cookie:
        return _outcome(_page(world.browser(actor, fresh=row.fresh_users), method, path))
    headers = {"Authorization": f"Bearer {person.token}"} if person else {}
    headers |= {"Idempotency-Key": uuid.uuid4().hex} if row.name in KEYED else {}
    if row.name in WEB_SOCKETS:
        return _web_socket(world.http.url.replace("http", "ws") + path, headers)
    body, form = _body(world, row.name), FORMS.get(row.name)
    headers |= {"Content-Type": "text/csv"} if isinstance(form, str) else {}
    if row.name in BULK:
        body = BODIES.get(row.name, {}) | {"ids": [*_named(world, row, person, kind).values()]}
    file = {"files": {"file": FILES[row.name]}} if row.name in FILES else {"json": body}
    answer = world.http.call(
        method, path, data=form, headers=headers, stream=True, allow_redirects=False, **file
    )
    return _outcome(answer, count=BULK.get(row.name))


def send_event(world: MatrixWorld, row: Row, actor: str, kind: str) -> str:
    """Send an event as an actor; return OK, or the code of the error in its acknowledgement."""
    person = world.person(actor)
    try:
        socket = world.socket(actor)
    except Refused:
        return str(refused(world.http.url, auth={"token": person.token} if person else {})["code"])
    if row.name == CONNECT:
        return OK
    answer = socket.ask(row.name, _sent_once(MESSAGES.get(row.name, {})) | _named(world, row, person, kind))
    return OK if answer["ok"] else str(answer["error"]["code"])


def parameters(app: Flask, name: str) -> list[str]:
    """Return the placeholders of a route's path, or the fields of an event."""
    if name in BULK:
        return [BULK_IDS.get(name, "notification_id")]
    inbound = INBOUND.of(app).get(name)
    if inbound is None:
        return re.findall(r"{(\w+)}", _address_of(name))
    named = [*inbound.schema().fields]
    return (
        [each for each in named if each in OBJECTS and each not in MESSAGES[name]]
        if name in MESSAGES
        else named
    )


def _address_of(name: str) -> str:
    return name + QUERIES.get(name, "")


def _page(browser: Browser, method: str, path: str) -> requests.Response:
    """Call a page of staff or of the console; a change of the former with the CSRF token of a page loaded before."""
    if method == "GET":
        return browser.get(path)
    if path.startswith("/console/"):
        body = (
            {"email": _address(), "password": PASSWORD} if path.endswith("/1") and method == "POST" else None
        )
        return browser.call(method, path, json=body, headers={"Origin": browser.url})
    return browser.change(path) if "metaia-staff" in browser.http.cookies else browser.post(path)


def _outcome(answer: requests.Response, *, count: str | None = None) -> str:
    with answer:  # a stream does not end
        if answer.ok:
            done = f" {count} {answer.json()['data'][count]}" if count else ""
            return f"{answer.status_code}{done}"
        if answer.headers["Content-Type"].startswith("text/html"):
            code = re.search(r'class="quiet">\d+ (\w+), request', answer.text)
            return f"{answer.status_code} {code[1] if code else 'a page without a code'}"
        return f"{answer.status_code} {answer.json()['error']['code']}"


def _named(world: MatrixWorld, row: Row, person: Person | None, kind: str) -> dict[str, str]:
    """Return the values of the placeholders of a path or event."""
    action = row.name.rpartition("/")[2]
    return {
        name: CONSTANTS.get(name) or world.object_id(name, kind, person, action)
        for name in parameters(world.app, row.name)
    }


def _body(world: MatrixWorld, name: str) -> Json | None:
    """Return a valid body of a route, None if it has no body."""
    document = contract.of(world.http.url).document
    method, _, path = name.partition(" ")
    operation = document["paths"].get(path, {}).get(method.lower(), {})
    if "requestBody" not in operation or name in FORMS or name in FILES:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    given: Json = examples.example(document, schema)
    known = FIELDS | {"email": _address(), "deliveryPartnerId": world.courier.id}
    given |= {field: known[field] for field in given.keys() & known.keys()}
    return _sent_once(given | BODIES.get(name, {}))


def _sent_once(given: Json) -> Json:
    """Return a body with a client id, or a code, of its own: those of the examples belong to another request."""
    text = json.dumps(given).replace(str(COUPON_EXAMPLE["code"]), uuid.uuid4().hex)
    changed: Json = json.loads(text.replace(MESSAGE_EXAMPLE["clientMessageId"], str(uuid.uuid4())))
    return changed


def _address() -> str:
    return f"{uuid.uuid4().hex}@test.example"


def _web_socket(address: str, headers: dict[str, str]) -> str:
    """Connect a WebSocket; return UPGRADED, or the status and code of the answer."""
    try:
        socket = websocket.create_connection(address, header=headers, timeout=WAIT)
    except websocket.WebSocketBadStatusException as refused:
        return f"{refused.status_code} {json.loads(refused.resp_body or '{}')['error']['code']}"
    try:
        socket.ping()  # an accepted client gets a pong
        opcode, _ = socket.recv_data(control_frame=True)
        assert opcode != websocket.ABNF.OPCODE_CLOSE
        return UPGRADED
    finally:
        socket.shutdown()
