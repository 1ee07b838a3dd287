"""Bad input at the entrance of each vendor: the answer of the contract, and nothing stored but the refusal."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.webhooks.refusals import service
from metaia.webhooks.vendors.registry import VENDORS
from tests.providers.payments.stubs import razorpay, stripe
from tests.support.waiting import until
from tests.webhooks.conftest import process, stored
from tests.webhooks.vendors import (
    EVENTS,
    FORM,
    JSON,
    OURS,
    SECRET,
    TOKEN,
    Vendors,
    sendgrid_headers,
    twilio_signature,
    vonage_token,
)

MEGABYTE = 1024 * 1024
CLOUDINARY = "secret-of-the-tests"
SETTINGS = {
    "RAZORPAY_WEBHOOK_SECRET": razorpay.WEBHOOK_SECRET,
    "STRIPE_WEBHOOK_SECRET": stripe.WEBHOOK_SECRET,
    "CLOUDINARY_URL": f"cloudinary://key:{CLOUDINARY}@demo",
}
Headers = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """How a vendor signs: `sign(body, secret, age)`; `timed` vendors sign the time too."""

    name: str
    header: str
    sign: Callable[[bytes, str, float], Headers]
    secret: str
    timed: bool = True
    kind: Headers = None  # type: ignore[assignment]

    def headers(self, body: bytes, secret: str = "", age: float = 0) -> Headers:
        return (self.kind or JSON) | self.sign(body, secret or self.secret, age)


def _razorpay(body: bytes, secret: str, _: float) -> Headers:
    return {"X-Razorpay-Signature": hmac.digest(secret.encode(), body, "sha256").hex()}


def _stripe(body: bytes, secret: str, age: float) -> Headers:
    moment = str(int(time.time() - age))
    signature = hmac.digest(secret.encode(), f"{moment}.".encode() + body, "sha256").hex()
    return {"Stripe-Signature": f"t={moment},v1={signature}"}


def _cloudinary(body: bytes, secret: str, age: float) -> Headers:
    moment = str(int(time.time() - age))
    digest = hashlib.sha256(body + moment.encode() + secret.encode()).hexdigest()
    return {"X-Cld-Timestamp": moment, "X-Cld-Signature": digest}


def _sendgrid(body: bytes, secret: str, age: float) -> Headers:
    made = sendgrid_headers(body, age=age)
    if secret != "ours":
        made[f"{EVENTS}Signature"] = sendgrid_headers(body + b"!", age=age)[f"{EVENTS}Signature"]
    return made


def _twilio(body: bytes, secret: str, _: float) -> Headers:
    try:
        fields = dict(part.split("=", 1) for part in body.decode().split("&"))
    except ValueError:
        fields = {}
    return {"X-Twilio-Signature": twilio_signature(f"{OURS}/api/webhooks/twilio", fields, secret)}


def _vonage(body: bytes, secret: str, age: float) -> Headers:
    return {"Authorization": f"Bearer {vonage_token(body, age=age, secret=secret)}"}


SOURCES = [
    Source("razorpay", "X-Razorpay-Signature", _razorpay, razorpay.WEBHOOK_SECRET, timed=False),
    Source("stripe", "Stripe-Signature", _stripe, stripe.WEBHOOK_SECRET),
    Source("cloudinary", "X-Cld-Signature", _cloudinary, CLOUDINARY),
    Source("sendgrid", f"{EVENTS}Signature", _sendgrid, "ours"),
    Source("vonage", "Authorization", _vonage, SECRET),
    Source("twilio", "X-Twilio-Signature", _twilio, TOKEN, timed=False, kind=FORM),
]
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
REFUSED: dict[str, tuple[Callable[[Source, bytes], tuple[Any, Headers]], int, str]] = {
    "wrong secret": (lambda s, body: (body, s.headers(body, "x" * 40)), 401, "signature"),
    "one bit of the body": (
        lambda s, body: (body[:-1] + bytes([body[-1] ^ 1]), s.headers(body)),
        401,
        "signature",
    ),
    "no header": (lambda s, body: (body, s.kind or JSON), 401, "unsigned"),
    "non-ASCII header": (
        lambda s, body: (body, s.headers(body) | {s.header: "\xe9\xff".encode("latin-1")}),
        401,
        "signature",
    ),
    "six minutes old": (lambda s, body: (body, s.headers(body, age=360)), 401, "time"),
    "in six minutes": (lambda s, body: (body, s.headers(body, age=-360)), 401, "time"),
    "1 MB and a byte": (lambda s, _: (b"x" * (MEGABYTE + 1), s.headers(b"x=")), 413, "too_large"),
    "gzip": (
        lambda s, body: (gzip.compress(body), s.headers(gzip.compress(body)) | {"Content-Encoding": "gzip"}),
        415,
        "compressed",
    ),
    "empty, unsigned": (lambda s, _: (b"", s.kind or JSON), 401, "unsigned"),
    "another type": (
        lambda s, body: (body, s.headers(body) | {"Content-Type": "text/plain"}),
        415,
        "content_type",
    ),
}


@pytest.fixture(autouse=True)
def accounts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setitem(app.config, name, value)


def body_of(source: Source, marker: str) -> bytes:
    content = {"id": marker, "event": "payment.captured", "type": "payment_intent.succeeded"}
    if source.kind == FORM:
        return urlencode({"MessageSid": marker, "MessageStatus": "sent"}).encode()
    return json.dumps([{"sg_event_id": marker}] if source.name == "sendgrid" else content).encode()


def everything() -> dict[str, int]:
    """Return the numbers of rows in all tables that a webhook may fill."""
    until(lambda: not db.fetch_value(text("SELECT count(*) FROM outbox")), "earlier events are in the log")
    tables = (
        "webhook_inbox",
        "payments",
        "payment_facts",
        "ledger_postings",
        "delivery_receipts",
        "event_log",
    )
    return {name: db.fetch_value(text(f"SELECT count(*) FROM {name}")) for name in tables}


def kept(app: Flask, source: Source) -> list[Any]:
    with app.app_context():
        return [each for each in service.latest() if each.source == source.name]


@each_source
@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_call_is_refused_and_only_the_refusal_is_kept(
    app: Flask, vendors: Vendors, source: Source, what: str
) -> None:
    make, status, why = REFUSED[what]
    if why == "time" and not source.timed:
        pytest.skip("this vendor signs no time")
    marker, before, refusals = new_id(), everything(), len(kept(app, source))
    body, headers = make(source, body_of(source, marker))
    answer = vendors.call(source.name, body, headers)
    assert answer.status_code == status, answer.text
    assert "detail" not in answer.text or answer.json()["error"]["details"] in ({}, None)
    assert stored(marker) == []
    assert everything() == before
    found = kept(app, source)
    assert (len(found) - refusals, found[0].why) == (1, why)


@each_source
def test_a_second_header_never_helps_an_attacker(vendors: Vendors, source: Source) -> None:
    """HTTP joins them; whatever the order, a body that the vendor did not sign is refused."""
    marker = new_id()
    body = body_of(source, marker)
    signed = source.headers(body)
    for first, second in ((signed[source.header], "x"), ("x", signed[source.header])):
        request = requests.Request(
            "POST", f"{vendors.url}/api/webhooks/{source.name}", headers=signed, data=body + b" "
        ).prepare()
        request.headers[source.header] = f"{first}, {second}"
        with requests.Session() as session:
            assert session.send(request, timeout=30).status_code == 401
    assert stored(marker) == []


AMOUNTS = (
    "NaN",
    "1e400",
    "-1e400",
    "Infinity",
    "-5",
    "0",
    '"12"',
    "null",
    "[]",
    "99999999999999999999",
    "12.5",
)
CURRENCIES = ('"inr"', '"XYZ"', '"₹"', "null", "7", '"INRR"')


def payment_body(source: Source, marker: str, amount: str = "100", currency: str = '"INR"') -> bytes:
    """Return the JSON of a captured payment as text, so that it can be what no JSON library writes."""
    money = f'"amount": {amount}, "amount_received": {amount}, "currency": {currency}'
    entity = f'{{"id": "pay_{marker}", {money}, "status": "captured", "order_id": "order_{marker}", "created_at": 1}}'
    if source.name == "stripe":
        entity = entity.replace('"captured"', '"succeeded"')
        event = f'"id": "evt_{marker}", "type": "payment_intent.succeeded", "created": 1'
        return f'{{{event}, "data": {{"object": {entity}}}}}'.encode()
    payload = f'{{"payment": {{"entity": {entity}}}}}'
    return f'{{"event": "payment.captured", "payload": {payload}, "created_at": 1}}'.encode()


@pytest.mark.parametrize("source", SOURCES[:2], ids=lambda source: source.name)
@pytest.mark.parametrize("amount", AMOUNTS)
def test_a_signed_amount_that_is_none_moves_nothing(vendors: Vendors, source: Source, amount: str) -> None:
    marker = new_id()[-12:]
    body = payment_body(source, marker, amount)
    before = db.fetch_value(text("SELECT count(*) FROM ledger_postings"))
    assert vendors.call(source.name, body, source.headers(body)).status_code == 204
    process()
    assert db.fetch_value(text("SELECT count(*) FROM ledger_postings")) == before
    (row,) = stored(marker)
    assert (row.digested_at is not None, row.error) == (True, None)


@pytest.mark.parametrize("source", SOURCES[:2], ids=lambda source: source.name)
@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_signed_currency_that_is_none_is_no_error(vendors: Vendors, source: Source, currency: str) -> None:
    marker = new_id()[-12:]
    body = payment_body(source, marker, currency=currency)
    assert vendors.call(source.name, body, source.headers(body)).status_code == 204
    process()
    assert [row.error for row in stored(marker)] == [None]


@each_source
def test_signed_nonsense_is_answered_and_kept(vendors: Vendors, source: Source) -> None:
    marker = new_id()
    bodies = [
        f'{{"id": "{marker}", "id": "twice", "event": "payment.captured", "event": "x"}}'.encode(),
        f'[[[["{marker}"]]]]'.encode(),
        f'{{"event": "never.heard.of", "type": "nor.this", "id": "{marker}"}}'.encode(),
        f'"{marker}"'.encode(),
    ]
    if source.kind == FORM:
        bodies = [f"MessageSid={marker}".encode(), f"Other={marker}".encode()]
    for body in bodies:
        assert vendors.call(source.name, body, source.headers(body)).status_code == 204, body
    process()
    assert len(stored(marker)) == len(bodies)


def test_each_vendor_is_tested_here() -> None:
    assert {source.name for source in SOURCES} >= {*VENDORS} - {"payu", "demo"}
