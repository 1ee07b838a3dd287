"""Requests of clients and vendors, and what is published and booked for payments."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlencode

import requests
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from tests.payments.conftest import Shop
from tests.providers.payments.stubs import razorpay

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def verify(shop: Shop, **body: Any) -> requests.Response:
    return shop.customer.post("/api/payments/verify", body)


def checkout(order_id: str, payment_id: str) -> Json:
    """Return what Razorpay's checkout hands to the client."""
    signed = f"{order_id}|{payment_id}".encode()
    signature = hmac.new(razorpay.KEY_SECRET.encode(), signed, "sha256").hexdigest()
    return {
        "razorpay_order_id": order_id,
        "razorpay_payment_id": payment_id,
        "razorpay_signature": signature,
    }


def postings(thing: Any) -> list[str]:
    query = text("SELECT kind FROM ledger_postings WHERE subject = :subject ORDER BY booked_at, id")
    return [row.kind for row in db.fetch_all(query, {"subject": thing.subject})]


def back(shop: Shop, form: dict[str, str]) -> requests.Response:
    """Post a form as the browser does that comes from PayU's page."""
    url = f"{shop.world.url}/api/payments/return/payu"
    headers = FORM | {"Origin": "https://secure.payu.in"}
    return requests.post(url, urlencode(form), headers=headers, allow_redirects=False, timeout=30)


def webhook(shop: Shop, body: str, kind: str) -> requests.Response:
    return requests.post(
        f"{shop.world.url}/api/webhooks/payu", body, headers={"Content-Type": kind}, timeout=10
    )


def notices(opened: Json) -> list[Any]:
    query = text("SELECT type FROM notifications WHERE subject = :subject")
    return db.fetch_all(query, {"subject": f"payment-{opened['payment']['id']}"})


def statuses(opened: Json) -> list[str]:
    """Return the statuses in the published events of a payment, each once in a row."""
    query = text(
        "SELECT payload ->> 'status' AS status FROM outbox WHERE subject = :subject AND type = :name"
        " UNION ALL SELECT payload ->> 'status' FROM event_log WHERE subject = :subject AND type = :name"
    )
    given = {"subject": f"payment-{opened['payment']['id']}", "name": "payment.updated"}
    found = [row.status for row in db.fetch_all(query, given)]
    return [status for number, status in enumerate(found) if number == 0 or status != found[number - 1]]
