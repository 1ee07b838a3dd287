"""The address that vendors call: stored and refused calls."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextvars import Context
from typing import Any
from urllib.parse import urlencode

import gevent
import pytest
import requests
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.jobs.registry import JOBS
from metaia.notifications.delivery import receipts
from metaia.webhooks import jobs, service
from tests.support.people import World
from tests.webhooks.conftest import delivery, process, receipts_of, stored
from tests.webhooks.vendors import (
    EVENTS,
    FORM,
    JSON,
    OURS,
    SETTINGS,
    Vendors,
    event,
    sendgrid_headers,
    twilio_signature,
    vonage_token,
)

MEGABYTE = 1024 * 1024


def refused(answer: requests.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_call_is_kept_as_it_came_and_answered_without_a_word(vendors: Vendors) -> None:
    sid = f"SM{new_id()}"
    answer = vendors.twilio(MessageSid=sid, MessageStatus="sent", delivery="x")
    assert (answer.status_code, answer.content) == (204, b"")
    (row,) = stored(sid)
    assert (row.source, row.query, row.tries, row.digested_at) == ("twilio", "delivery=x", 0, None)
    assert bytes(row.body).startswith(b"MessageSid=")
    assert row.headers == {"Content-Type": FORM["Content-Type"], "I-Twilio-Idempotency-Token": ""}


def test_the_same_call_is_answered_again_and_kept_once(vendors: Vendors) -> None:
    sid, told = f"SM{new_id()}", event("processed")
    for _ in range(3):
        assert vendors.twilio(MessageSid=sid, MessageStatus="sent").status_code == 204
        assert vendors.sendgrid(told).status_code == 204
        assert vendors.vonage(message_uuid=sid, status="submitted").status_code == 204
    assert sorted(row.source for row in stored(sid)) == ["twilio", "vonage"]
    assert len(stored(told["sg_event_id"])) == 1


def test_a_replay_is_kept_once_though_it_says_that_it_is_another(vendors: Vendors) -> None:
    """An unsigned header, such as Twilio's token for retries, must not turn one call into two."""
    fields = {"MessageSid": f"SM{new_id()}", "MessageStatus": "sent"}
    headers = FORM | {"X-Twilio-Signature": twilio_signature(f"{OURS}/api/webhooks/twilio", fields)}
    for token in ("one", "two"):
        vendors.call("twilio", urlencode(fields), headers | {"I-Twilio-Idempotency-Token": token})
    vendors.call("twilio", urlencode(dict(reversed(fields.items()))), headers)
    assert len(stored(fields["MessageSid"])) == 1


@pytest.mark.parametrize("name", ["nobody", "Twilio", "twilio%00", "..", "😀", "x" * 500])
def test_an_address_that_no_vendor_has(vendors: Vendors, name: str) -> None:
    refused(vendors.call(name, b"", FORM), 404, "not_found")


@pytest.mark.parametrize("name", [name for name in SETTINGS if name != "PUBLIC_BASE_URL"])
def test_without_a_secret_the_address_does_not_exist(
    app: Flask, vendors: Vendors, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An empty secret would be known to all."""
    monkeypatch.setitem(app.config, name, "")
    source = name.partition("_")[0].lower()
    signature = twilio_signature(f"{OURS}/api/webhooks/twilio", {}, "")
    headers = {"X-Twilio-Signature": signature}
    kind = FORM if source == "twilio" else JSON
    refused(vendors.call(source, b"", kind | headers), 404, "not_found")


@pytest.mark.parametrize("source", ["twilio", "vonage", "sendgrid"])
@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "", "application/xml", "\xff"]
)
def test_another_content_type_is_refused(vendors: Vendors, source: str, kind: str) -> None:
    headers: Any = {"Content-Type": kind.encode("latin-1")}
    refused(vendors.call(source, b"[]", headers), 415, "unsupported_media_type")


def test_other_methods_are_refused(vendors: Vendors) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = requests.request(method, f"{vendors.url}/api/webhooks/twilio", timeout=30)
        refused(answer, 405, "method_not_allowed")


BAD_HEADERS: dict[str, tuple[str, dict[str, str]]] = {
    "no signature": ("twilio", {}),
    "an empty one": ("twilio", {"X-Twilio-Signature": ""}),
    "no base64": ("twilio", {"X-Twilio-Signature": "%%%"}),
    "a long one": ("twilio", {"X-Twilio-Signature": "A" * 5000}),
    "no token": ("vonage", {}),
    "another scheme": ("vonage", {"Authorization": "Basic dTpw"}),
    "no JWT": ("vonage", {"Authorization": "Bearer ....."}),
    "a JWT without a secret": ("vonage", {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJpYXQiOjF9."}),
    "no headers": ("sendgrid", {}),
    "no timestamp": ("sendgrid", {f"{EVENTS}Signature": "MEUCIA=="}),
    "no signature, SendGrid": ("sendgrid", {f"{EVENTS}Timestamp": "1600112502"}),
    "nonsense": (
        "sendgrid",
        {f"{EVENTS}Timestamp": "later", f"{EVENTS}Signature": "é".encode().decode("latin-1")},
    ),
}


@pytest.mark.parametrize(("source", "headers"), BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_a_signature_that_is_missing_or_malformed_is_refused(
    vendors: Vendors, source: str, headers: dict[str, str]
) -> None:
    marker = new_id()
    body = f"MessageSid={marker}" if source == "twilio" else json.dumps([{"sg_event_id": marker}])
    refused(
        vendors.call(source, body, (FORM if source == "twilio" else JSON) | headers), 401, "webhook_refused"
    )
    assert stored(marker) == []


def test_a_body_that_was_changed_is_refused(vendors: Vendors) -> None:
    body = json.dumps([event("delivered")]).encode()
    for other in (body + b" ", body.replace(b"delivered", b"bounce"), b""):
        refused(vendors.call("sendgrid", other, JSON | sendgrid_headers(body)), 401, "webhook_refused")
        headers = JSON | {"Authorization": f"Bearer {vonage_token(body)}"}
        refused(vendors.call("vonage", other, headers), 401, "webhook_refused")


def test_a_signature_for_another_address_is_refused(vendors: Vendors) -> None:
    """The address names the delivery."""
    fields = {"MessageSid": f"SM{new_id()}", "MessageStatus": "delivered"}
    headers = FORM | {
        "X-Twilio-Signature": twilio_signature(f"{OURS}/api/webhooks/twilio?delivery=1", fields)
    }
    for path in ("twilio", "twilio?delivery=2", "twilio?delivery=1&delivery=2"):
        refused(vendors.call(path, urlencode(fields), headers), 401, "webhook_refused")
    assert vendors.call("twilio?delivery=1", urlencode(fields), headers).status_code == 204


def test_twilio_may_sign_with_the_port_and_send_json(vendors: Vendors) -> None:
    fields = {"MessageSid": f"SM{new_id()}", "MessageStatus": "delivered"}
    signature = twilio_signature(f"{OURS}:443/api/webhooks/twilio", fields)
    assert (
        vendors.call("twilio", urlencode(fields), FORM | {"X-Twilio-Signature": signature}).status_code == 204
    )
    body = json.dumps(fields | {"MessageSid": f"SM{new_id()}"}).encode()
    path = f"twilio?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = JSON | {"X-Twilio-Signature": twilio_signature(f"{OURS}/api/webhooks/{path}", {})}
    assert vendors.call(path, body, headers).status_code == 204
    refused(vendors.call(path, body + b" ", headers), 401, "webhook_refused")
    unhashed = JSON | {"X-Twilio-Signature": twilio_signature(f"{OURS}/api/webhooks/twilio", {})}
    refused(vendors.call("twilio", body, unhashed), 401, "webhook_refused")


@pytest.mark.parametrize("age", [301, 86400, -301, -86400])
def test_a_call_from_another_time_is_refused(vendors: Vendors, age: float) -> None:
    refused(vendors.sendgrid(event("delivered"), age=age), 401, "webhook_refused")
    refused(vendors.vonage(status="delivered", age=age), 401, "webhook_refused")


@pytest.mark.parametrize("age", [280, -280])
def test_clocks_may_differ_a_little(vendors: Vendors, age: float) -> None:
    assert vendors.sendgrid(event("delivered"), age=age).status_code == 204
    assert vendors.vonage(status="delivered", age=age).status_code == 204


def test_how_much_is_a_setting(app: Flask, vendors: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WEBHOOK_TOLERANCE_MINUTES", 60)
    assert vendors.sendgrid(event("delivered"), age=3500).status_code == 204


@pytest.mark.parametrize("source", ["twilio", "vonage", "sendgrid"])
def test_bodies_of_five_megabytes_are_refused_whether_or_not_they_say_so(
    vendors: Vendors, source: str
) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(80):
            yield b"x" * 65536

    kind = FORM if source == "twilio" else JSON
    for body in (b"x" * 5 * MEGABYTE, pieces()):
        refused(vendors.call(source, body, kind), 413, "too_large")


def test_a_batch_that_other_routes_would_not_take_is_taken(vendors: Vendors) -> None:
    marker = new_id()
    assert vendors.sendgrid(event("processed", sg_event_id=marker, reason="x" * 700_000)).status_code == 204
    assert len(stored(marker)) == 1


def test_a_call_in_pieces_is_read(vendors: Vendors) -> None:
    body = json.dumps([event("processed")]).encode()
    answer = vendors.call("sendgrid", iter([body[:9], body[9:]]), JSON | sendgrid_headers(body))
    assert answer.status_code == 204


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe=1", b"a=%FF%FE", b"a=%ED%A0%80", b"a&" * 100_000, b"=" * 100, b"\0", b"a=%00", b"&&&&", b""],
    ids=lambda body: repr(body[:12]),
)
def test_forms_that_make_no_sense_are_refused(vendors: Vendors, body: bytes) -> None:
    refused(vendors.call("twilio", body, FORM | {"X-Twilio-Signature": "QUFB"}), 401, "webhook_refused")


@pytest.mark.parametrize(
    "body", [b"\xff", b"{", b"null", b"7", b'"x"', b"{}", b"[" * 50_000, b'[{"event": NaN}]']
)
def test_signed_nonsense_is_kept_and_ends_in_quarantine(world: World, vendors: Vendors, body: bytes) -> None:
    body += b" " * (int(new_id()[-4:], 16) % 1000)
    headers = JSON | {"Authorization": f"Bearer {vonage_token(body)}"}
    assert vendors.call("vonage", body, headers).status_code == 204
    for _ in range(len(service.RETRY_PAUSES) + 1):
        process(again=True)
    newest = (
        world.staff("support").get("/api/admin/webhooks?source=vonage&limit=1").json()["data"]["webhooks"][0]
    )
    assert (newest["state"], newest["tries"], newest["bytes"]) == (
        "quarantined",
        len(service.RETRY_PAUSES) + 1,
        len(body),
    )
    assert newest["error"]


def test_refusals_are_counted_and_logged_without_secrets(
    world: World, vendors: Vendors, logged: io.StringIO
) -> None:
    staff = world.staff()

    def counted() -> dict[str, float]:
        found = re.findall(r'metaia_webhooks_total\{.*what="(.*)"\} (.*)', staff.get("/metrics").text)
        return {what: float(count) for what, count in found}

    phone, signature, before = "+15005559999", "c2VjcmV0LXNpZ25hdHVyZQ==", counted()
    vendors.call("twilio", urlencode({"From": phone}), FORM | {"X-Twilio-Signature": signature})
    vendors.call("twilio", b"x" * 2 * MEGABYTE, FORM)
    vendors.call(new_id(), b"", FORM)
    vendors.call("vonage", b"", FORM)
    vendors.twilio(MessageStatus="sent", From=phone)
    after = counted()
    for what in ("twilio 401", "twilio 413", "unknown 404", "vonage 415", "twilio 204"):
        assert after[what] - before.get(what, 0) == 1, what
    assert "the signature is wrong" in logged.getvalue()
    for secret in (phone[1:], signature, SETTINGS["TWILIO_AUTH_TOKEN"]):
        assert secret not in logged.getvalue()


def test_what_goes_wrong_in_a_job_is_logged_without_what_was_said(
    vendors: Vendors, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = text("SELECT 1 / (length(:said) - length(:said))")
    monkeypatch.setattr(
        receipts, "store", lambda _: db.fetch_value(statement, {"said": "a telephone number"})
    )
    vendors.twilio(MessageStatus="sent", To="+15005558888")
    process()
    assert "division by zero" in logged.getvalue()
    assert "telephone" not in logged.getvalue()
    assert "15005558888" not in logged.getvalue()


def test_nothing_of_a_call_happens_before_its_job(vendors: Vendors, sent: Any) -> None:
    row = sent()
    vendors.twilio(delivery=row.id, MessageStatus="delivered")
    assert (delivery(row.id).status, receipts_of(row.id)) == ("sent", [])
    process()
    assert (delivery(row.id).status, receipts_of(row.id)) == ("delivered", ["delivered"])


def test_a_job_is_asked_for_while_something_waits(app: Flask, vendors: Vendors) -> None:
    """The leader of the relay counts due webhooks in the table, so a Redis that loses its jobs loses no webhook."""
    name = f"{jobs.__name__}.digest"
    due = JOBS.of(app)[name].due
    assert due is not None
    process()
    assert due() == 0
    vendors.twilio(MessageStatus="queued")
    assert due() == 1
    process()
    assert due() == 0, "until the pause is over"


def test_a_call_whose_worker_dies_is_digested_by_the_next(vendors: Vendors, sent: Any) -> None:
    row = sent()
    vendors.twilio(delivery=row.id, MessageStatus="delivered")
    assert service.QUEUE.claim(100)
    process()
    assert delivery(row.id).status == "sent"
    process(again=True)
    assert delivery(row.id).status == "delivered"


def test_two_workers_do_not_digest_the_same_call(app: Flask, vendors: Vendors, sent: Any) -> None:
    def other_worker() -> None:
        with app.app_context():
            jobs.digest()

    row, sid = sent(), f"SM{new_id()}"
    vendors.twilio(delivery=row.id, MessageSid=sid, MessageStatus="delivered")
    (call,) = stored(sid)
    with db.transaction():
        assert service.QUEUE.lock_pending(call.id) is not None
        gevent.spawn(Context().run, other_worker).get()  # it is not row-locked in this transaction
    assert (stored(sid)[0].tries, delivery(row.id).status) == (0, "sent")
    process()
    assert (stored(sid)[0].tries, delivery(row.id).status) == (1, "delivered")
