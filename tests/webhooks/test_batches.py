"""Batches of events: one that cannot be stored costs no other, and whatever is signed is read as far as possible."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.webhooks.vendors import payload
from tests.webhooks.conftest import delivery, process, receipts_of, stored, suppressed
from tests.webhooks.vendors import JSON, Vendors, event, sendgrid_headers

# what a JSON text can contain, and PostgreSQL or Python cannot take
ODD = {
    "NUL": '"a\\u0000b@test.example"',
    "half of a surrogate pair": '"a\\ud800b@test.example"',
    "no UTF-8": '"a\udcffb@test.example"',
    "another type": '{"a": [1, null]}',
    "an endless number": "1" * 5000,
    "a long text": '"' + "x" * 5000 + '@test.example"',
}


def call(vendors: Vendors, *events: str) -> None:
    """Send a batch whose events are JSON texts."""
    body = ("[" + ",".join(events) + "]").encode("utf-8", "surrogateescape")
    assert vendors.call("sendgrid", body, JSON | sendgrid_headers(body)).status_code == 204


def state_of(key: str) -> tuple[bool, str | None]:
    """Return whether the call with this text is processed, and what is missing."""
    (row,) = stored(key)
    return row.digested_at is not None, row.error


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "field", ["email", "reason", "sg_message_id", "delivery", "sg_event_id", "timestamp", "extra"]
)
def test_an_odd_event_costs_its_neighbours_nothing(vendors: Vendors, sent: Any, field: str, odd: str) -> None:
    first, last = sent("email", "sendgrid"), sent("email", "sendgrid")
    strange = json.dumps(event("bounce", delivery=new_id()) | {field: "HERE"}).replace('"HERE"', ODD[odd])
    call(
        vendors,
        json.dumps(event("delivered", delivery=first.id, email=first.address)),
        strange,
        json.dumps(event("bounce", delivery=last.id, email=last.address, reason="550 5.1.1 no such user")),
    )
    process()
    assert delivery(first.id).status == "delivered"
    assert (delivery(last.id).status, suppressed(last.address)) == ("undelivered", "permanent_bounce")


def test_an_event_that_postgresql_refuses_is_left_out_alone(
    vendors: Vendors, sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payload, "clean", lambda value: value)
    rows = [sent("email", "sendgrid") for _ in range(4)]
    events = [event("bounce", delivery=row.id, email=row.address) for row in rows]
    events[1]["email"] = f"\0{events[1]['email']}"
    events[2]["sg_message_id"] = "\0"
    vendors.sendgrid(*events)
    process()
    assert [delivery(row.id).status for row in rows] == ["undelivered", "sent", "sent", "undelivered"]
    assert [suppressed(row.address) for row in rows] == ["permanent_bounce", None, None, "permanent_bounce"]
    assert state_of(rows[0].id) == (False, "of 4 events, 0 belong to no delivery, 2 are invalid")


def test_a_strange_character_makes_no_other_address(vendors: Vendors, sent: Any) -> None:
    row = sent("email", "sendgrid")
    for character in ("\0", "\ud83d"):
        strange = row.address[:3] + character + row.address[3:]
        call(vendors, json.dumps(event("spamreport", delivery=row.id, email=strange)))
    process()
    assert suppressed(row.address) is None


def test_a_time_that_makes_no_sense_is_the_time_of_the_call(vendors: Vendors, sent: Any) -> None:
    row = sent("email", "sendgrid")
    times = ["now", 10**30, -(10**30), None, [], 4_000_000_000, True]
    vendors.sendgrid(*(event("processed", delivery=row.id, timestamp=each) for each in times))
    process()
    assert state_of(row.id) == (True, None)
    latest = db.fetch_value(
        text("SELECT max(extract(epoch FROM at)) FROM delivery_receipts WHERE delivery_id = :id"),
        {"id": row.id},
    )
    assert float(latest) <= time.time()
    assert len(receipts_of(row.id)) == len(times)


@pytest.mark.parametrize(
    "strange", [{"timestamp": "yesterday"}, {"timestamp": 7}, {"error": "x"}, {"error": {"detail": ["\0"]}}]
)
def test_a_receipt_of_vonages_is_read_as_far_as_possible(
    vendors: Vendors, sent: Any, strange: dict[str, Any]
) -> None:
    row = sent("sms", "vonage")
    vendors.vonage(message_uuid=row.reference, status="delivered", client_ref=row.id, **strange)
    process()
    assert delivery(row.id).status == "delivered"


def test_a_form_of_twilios_may_contain_nul(vendors: Vendors, sent: Any) -> None:
    row = sent()
    vendors.twilio(
        MessageSid=f"{row.reference}\0", delivery=row.id, MessageStatus="delivered", To="\0", ErrorCode="\0"
    )
    process()
    assert delivery(row.id).status == "delivered"


def test_json_that_is_nested_too_deeply_is_refused_by_the_reader() -> None:
    with pytest.raises(ValueError, match="nested"):
        payload.read_json(b"[" * 200_000)
    with pytest.raises(ValueError, match="Expecting"):
        payload.read_json(b"no JSON")
