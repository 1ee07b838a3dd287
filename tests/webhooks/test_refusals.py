"""Refused calls: staff see why, operators are alarmed, and nobody without a secret can fill a table."""

from __future__ import annotations

import gzip
import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.redis import connect
from metaia.webhooks.refusals import jobs, service
from metaia.webhooks.vendors.registry import VENDORS
from tests.support.people import World
from tests.webhooks.conftest import stored
from tests.webhooks.vendors import FORM, JSON, SECRET, Vendors, event, sendgrid_headers, vonage_token

MEGABYTE = 1024 * 1024
REFUSALS = "/api/admin/webhooks/refusals"


@pytest.fixture(autouse=True)
def none(app: Flask) -> None:
    """Begin without refusals."""
    app.extensions[service.EXTENSION].delete(*(service.KEY + source for source in VENDORS))


def seen(world: World) -> dict[str, Any]:
    data: dict[str, Any] = world.staff("support").get(REFUSALS).json()["data"]
    return data


def forget_accepted(source: str) -> None:
    with db.transaction():
        statement = text(
            "UPDATE webhook_inbox SET received_at = received_at - interval '1 hour' WHERE source = :source"
        )
        db.execute(statement, {"source": source})


def test_staff_see_why_a_call_was_refused_and_nothing_of_it(world: World, vendors: Vendors) -> None:
    body = json.dumps([event("delivered")]).encode()
    vendors.call("sendgrid", body, JSON)
    vendors.call("sendgrid", body + b" ", JSON | sendgrid_headers(body))
    vendors.call("sendgrid", body, JSON | sendgrid_headers(body, age=360))
    vendors.call("sendgrid", b"x" * (MEGABYTE + 1), JSON)
    vendors.call("sendgrid", gzip.compress(body), JSON | {"Content-Encoding": "gzip"})
    vendors.call("sendgrid", body, FORM)
    found = seen(world)["refusals"]
    whys = ["content_type", "compressed", "too_large", "time", "signature", "unsigned"]
    assert [each["why"] for each in found] == whys
    assert {each["source"] for each in found} == {"sendgrid"}
    assert {each["address"] for each in found} == {"127.0.0.1"}
    assert found[2]["bytes"] == MEGABYTE + 1
    assert all(each.keys() == {"at", "source", "why", "bytes", "address"} for each in found)


def test_an_accepted_call_and_an_unknown_address_are_no_refusals(world: World, vendors: Vendors) -> None:
    assert vendors.sendgrid(event("delivered")).status_code == 204
    vendors.call(new_id(), b"{}", JSON)
    vendors.call("cloudinary", b"{}", JSON)  # it has no secret here
    assert seen(world)["refusals"] == []


def test_only_the_latest_thousand_of_each_source_are_kept(app: Flask, vendors: Vendors) -> None:
    redis, key = app.extensions[service.EXTENSION], service.KEY + "vonage"
    vendors.call("vonage", b"{}", JSON)
    redis.lpush(key, *[redis.lindex(key, 0)] * 2000)
    vendors.call("twilio", b"{}", JSON)
    vendors.call("vonage", b"{}", JSON)
    assert redis.llen(key) == service.MOST
    assert redis.ttl(key) > 0
    with app.app_context():
        found = service.latest()
    assert len(found) == service.MOST
    assert "twilio" in {each.source for each in found}, "a flood at one source hides none of another"


def test_rising_refusals_alarm_unless_calls_are_accepted(
    world: World, vendors: Vendors, logged: io.StringIO
) -> None:
    forget_accepted("vonage")
    for _ in range(service.RISING - 1):
        vendors.call("vonage", b"{}", JSON)
    assert (seen(world)["alarms"], jobs.watch()) == ([], 0)
    vendors.call("vonage", b"{}", JSON)
    assert seen(world)["alarms"] == [{"source": "vonage", "refused": service.RISING}]
    metrics = world.staff("admin").get("/metrics").text
    assert re.search(r'metaia_webhooks_refused\{source="vonage"\} 5', metrics)
    assert jobs.watch() == 1
    assert "none is accepted" in logged.getvalue()
    vendors.vonage(status="delivered")
    assert (seen(world)["alarms"], jobs.watch()) == ([], 0)


def test_a_redis_that_is_down_costs_no_answer(app: Flask, world: World, vendors: Vendors) -> None:
    staff, redis = world.staff("support"), app.extensions[service.EXTENSION]
    try:
        app.extensions[service.EXTENSION] = connect("redis://127.0.0.1:1")
        assert vendors.call("vonage", b"{}", JSON).status_code == 401
        assert staff.get(REFUSALS).status_code == 503
        assert jobs.watch() == 0
    finally:
        app.extensions[service.EXTENSION] = redis


def test_each_of_several_secrets_verifies(
    app: Flask, world: World, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.config, "VONAGE_SIGNATURE_SECRET", f"a-secret-that-comes-next-year-only , {SECRET}"
    )
    for secret, status in (("a-secret-that-comes-next-year-only", 204), (SECRET, 204), ("x" * 32, 401)):
        body = json.dumps({"message_uuid": new_id(), "status": "delivered"}).encode()
        headers = JSON | {"Authorization": f"Bearer {vonage_token(body, secret=secret)}"}
        assert vendors.call("vonage", body, headers).status_code == status
        assert len(stored(json.loads(body)["message_uuid"])) == (status == 204)
    late = json.dumps({"message_uuid": new_id()}).encode()
    vendors.call("vonage", late, JSON | {"Authorization": f"Bearer {vonage_token(late, age=400)}"})
    assert seen(world)["refusals"][0]["why"] == "time"
