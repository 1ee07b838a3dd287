"""The demo provider over HTTP: an API for METAIA, pages for customers, and signed webhooks."""

from __future__ import annotations

import copy
import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import requests

from metaia.core.json import Json
from metaia.dev.stubs.demo_payments import page
from metaia.dev.stubs.demo_payments.books import LATE, Books, Refused, status_of
from metaia.dev.stubs.vendor import Answer, Call, World

PATH = r"/demo-payments(/.*)?"
API = "/demo-payments/api"
HEADER = "Demo-Signature"
SECRET, LATE_SECONDS = "DEMO_PAYMENTS_SECRET", "DEMO_LATE_SECONDS"  # settings
_ROUTES = (
    ("POST", r"/payments", "create"),
    ("GET", r"/payments/(\w+)", "read"),
    ("POST", r"/payments/(\w+)/cancel", "cancel"),
    ("GET", r"/attempts/(\w+)", "read_attempt"),
    ("POST", r"/attempts/(\w+)/capture", "capture"),
    ("POST", r"/attempts/(\w+)/refunds", "refund"),
)


def answer(call: Call, world: World) -> Answer:
    """Return the answer to a call of the API, or to a browser."""
    books = _books(world)
    with books.lock:
        if not call.path.startswith(f"{API}/"):
            return page.answer(call, books)
        if not hmac.compare_digest(call.bearer().encode(), world.settings.get(SECRET, "").encode()):
            return Answer(401, {"error": {"type": "authentication_failed"}})
        for method, pattern, name in _ROUTES:
            found = re.fullmatch(API + pattern, call.path)
            if found and method == call.method:
                return _done(lambda: _HANDLERS[name](books, call, *found.groups()))  # noqa: B023 - called here
    return Answer(404, {"error": {"type": "unknown_route"}})


def signed(body: bytes, secret: str, at: int) -> str:
    """Return the header of a webhook: a time, and the HMAC-SHA256 of time and body."""
    return f"t={at},v1={hmac.new(secret.encode(), b'%d.%b' % (at, body), 'sha256').hexdigest()}"


def _done(handle: Callable[[], Json]) -> Answer:
    try:
        return Answer(200, handle())
    except Refused as refused:
        return Answer(404 if str(refused).startswith("unknown") else 400, {"error": {"type": str(refused)}})


def _read_attempt(books: Books, _: Call, attempt: str) -> Json:
    return books.of_attempt(attempt)[1]


def _capture(books: Books, call: Call, attempt_id: str) -> Json:
    attempt, payment = books.of_attempt(attempt_id)
    amount = call.json().get("amount")
    if status_of(attempt) != "authorized" or not isinstance(amount, int) or amount > attempt["amount"]:
        raise Refused("not_authorized")
    attempt["amount"] = amount
    books.change(payment, attempt, "captured")
    return payment


def _refund(books: Books, call: Call, attempt_id: str) -> Json:
    return books.refund(*books.of_attempt(attempt_id), call.json())


_HANDLERS: Mapping[str, Callable[..., Json]] = {
    "create": lambda books, call: books.open(call.json()),
    "read": lambda books, _, payment: books.find(payment),
    "cancel": lambda books, _, payment: books.cancel(books.find(payment)),
    "read_attempt": _read_attempt,
    "capture": _capture,
    "refund": _refund,
}


def _books(world: World) -> Books:
    """Return the books of this world, which the first call opens."""
    if world.demo_payments is None:
        settings = world.settings
        world.demo_payments = Books(
            lambda payment: _tell(copy.deepcopy(payment), settings.get(SECRET, "")),
            float(settings.get(LATE_SECONDS) or LATE),
        )
    found: Books = world.demo_payments
    return found


def _tell(payment: Json, secret: str) -> None:
    """Send a webhook, in a thread, once: METAIA asks if it was lost."""
    if urlsplit(payment["callback"]).scheme in {"http", "https"}:
        at = int(time.time())
        body = json.dumps({"event": "payment.updated", "at": at, "payment": payment}).encode()
        headers = {HEADER: signed(body, secret, at), "Content-Type": "application/json"}
        threading.Thread(target=_send, args=(payment["callback"], body, headers), daemon=True).start()


def _send(url: str, body: bytes, headers: dict[str, str]) -> None:
    try:
        requests.post(url, data=body, headers=headers, timeout=10)
    except requests.RequestException:
        return
