"""SMS and push: addresses, contents, dropped devices, and fallback to another channel."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import repeat
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.dev.stubs import webpush
from metaia.dev.stubs.server import Mood
from metaia.notifications.delivery import attempts, claims, expo_receipts
from metaia.notifications.delivery import queries as delivery_queries
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors


def device(person: Person, kind: str, token: str, **more: Any) -> str:
    """Register a device of a person, and return its id."""
    answer = person.post("/api/notifications/devices", {"kind": kind, "token": token} | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["device"]["id"])


def dropped(device_id: str) -> tuple[datetime | None, str | None]:
    row = db.fetch_one(text("SELECT * FROM devices WHERE id = :id"), {"id": device_id})
    assert row is not None
    return row.dropped_at, row.dropped_because


def pushes(pipeline: Pipeline, person: Person) -> dict[str, tuple[str, str | None]]:
    """Return (status, reason) of a person's push deliveries by device."""
    return {row.address: (row.status, row.reason) for row in pipeline.deliveries(person, "push")}


@pytest.fixture
def devices(
    app: Flask, customer: Person, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Give the customer a device of each kind; return their ids by kind."""
    monkeypatch.setitem(app.config, "WEBPUSH_SERVICES", [vendors.stub.url])
    there = webpush.subscription(vendors.stub.url, f"browser-{new_id()}")
    return {
        "fcm": device(customer, "fcm", f"registration-{new_id()}"),
        "webpush": device(customer, "webpush", there["endpoint"], keys=there["keys"]),
        "expo": device(customer, "expo", f"ExponentPushToken[{new_id()}]"),
    }


def test_an_sms_says_it_in_short_and_its_receipts_find_the_delivery(
    app: Flask, pipeline: Pipeline, vendors: Vendors, customer: Person, phone: str
) -> None:
    pipeline.notify(customer, "order_ready", "M7")
    pipeline.run()
    (sms,) = vendors.stub.to(phone)
    row = pipeline.only(customer, "sms")
    assert sms.text == "Your order M7 is ready."
    assert sms.callback == f"{app.config['PUBLIC_BASE_URL']}/api/webhooks/twilio?delivery={row.id}"
    assert (row.status, row.address, row.reference) == ("sent", phone, sms.reference)


def test_who_has_no_telephone_gets_no_sms_and_the_reason_is_kept(
    pipeline: Pipeline, vendors: Vendors, world: World
) -> None:
    person = world.person()
    pipeline.notify(person, "order_ready")
    pipeline.run()
    sms, push = pipeline.only(person, "sms"), pipeline.only(person, "push")
    assert (sms.status, sms.reason) == ("suppressed", "no_telephone")
    assert (push.status, push.reason) == ("suppressed", "no_device")
    assert vendors.stub.arrived == []


def test_a_push_goes_to_every_device_of_its_user_and_to_no_other(
    pipeline: Pipeline, vendors: Vendors, customer: Person, world: World, devices: dict[str, str]
) -> None:
    device(world.person(), "fcm", f"stranger-{new_id()}")
    pipeline.notify(customer, "order_dispatched", "M8")
    pipeline.run()
    arrived = {each.vendor: each for each in vendors.stub.arrived}
    assert set(arrived) == {"fcm", "webpush", "expo"}
    assert len(vendors.stub.arrived) == 3
    keys = {each.key for each in vendors.stub.arrived}
    assert keys == {row.id for row in pipeline.deliveries(customer, "push")}
    for each in vendors.stub.arrived:
        assert (each.title, each.text) == ("Out for delivery", "Order M8 is on its way.")
        assert each.raw["data"]["type"] == "order_dispatched"
    assert set(pushes(pipeline, customer).values()) == {("sent", None)}


@pytest.mark.parametrize("kind", ["fcm", "webpush", "expo"])
def test_a_dead_device_is_dropped_and_the_others_are_not(
    pipeline: Pipeline, vendors: Vendors, customer: Person, devices: dict[str, str], kind: str
) -> None:
    row = db.fetch_one(text("SELECT token FROM devices WHERE id = :id"), {"id": devices[kind]})
    assert row is not None
    vendors.stub.gone[row.token] = ""
    pipeline.notify(customer, "order_dispatched")
    pipeline.plan()
    pipeline.notify(customer, "order_completed")
    pipeline.plan()  # it was not dropped yet at the planning
    pipeline.run()
    statuses = [
        each.status for each in pipeline.deliveries(customer, "push") if each.address == devices[kind]
    ]
    assert statuses in (["failed", "suppressed"], ["failed", "failed"])
    assert dropped(devices[kind])[1] == "unregistered"
    pipeline.notify(customer, "order_dispatched")
    pipeline.run()
    assert len(vendors.stub.arrived) == 6, "three times to two devices"
    assert [device_id for device_id in devices.values() if dropped(device_id)[0]] == [devices[kind]]


def test_one_device_that_has_to_wait_does_not_hold_up_the_others(
    pipeline: Pipeline, vendors: Vendors, customer: Person, devices: dict[str, str]
) -> None:
    vendors.stub.moods["fcm"] = repeat(Mood(status=503), 1)
    pipeline.notify(customer, "order_dispatched")
    pipeline.run()
    assert pushes(pipeline, customer) == {
        devices["fcm"]: ("queued", "retry"),
        devices["webpush"]: ("sent", None),
        devices["expo"]: ("sent", None),
    }
    pipeline.end_pauses(customer)
    pipeline.run()
    assert sorted(each.vendor for each in vendors.stub.arrived) == ["expo", "fcm", "webpush"]


def test_a_very_long_text_is_shortened_for_small_screens(
    pipeline: Pipeline, vendors: Vendors, customer: Person, devices: dict[str, str]
) -> None:
    pipeline.notify(customer, "order_ready", "M" * 5000, note="n" * 5000)
    pipeline.run()
    assert len(vendors.stub.arrived) == 4
    for arrived in vendors.stub.arrived:
        assert arrived.text.startswith("Your order MMM")
        assert arrived.text.endswith("…")
        assert len(arrived.text) == (1000 if arrived.channel == "sms" else 300)
        assert "data" not in arrived.raw or "data" not in arrived.raw["data"], "it was too big"


def fallback(pipeline: Pipeline, tailor: Person) -> Any:
    """Return the SMS that is the fallback of the push messages."""
    row = pipeline.only(tailor, "sms")
    assert row.unless_seen
    return row


@pytest.fixture
def tailor(world: World, phone: str) -> Person:
    return world.person("tailor", phone=phone)


def test_what_is_urgent_and_not_seen_in_time_comes_as_an_sms(
    pipeline: Pipeline, vendors: Vendors, tailor: Person, smtp: Mailbox
) -> None:
    device(tailor, "fcm", f"registration-{new_id()}")
    pipeline.notify(tailor, "order_new")
    pipeline.run()
    assert [each.vendor for each in vendors.stub.arrived] == ["fcm"]
    assert len(smtp.mails) == 1
    row = fallback(pipeline, tailor)
    assert (row.status, row.reason) == ("queued", "fallback")
    assert 110 < (row.due_at - now()).total_seconds() <= 120
    pipeline.end_pauses(tailor)
    pipeline.run()
    assert [each.vendor for each in vendors.stub.arrived] == ["fcm", "twilio"]
    assert (fallback(pipeline, tailor).status, fallback(pipeline, tailor).reason) == ("sent", "fallback")


def test_what_was_seen_in_time_does_not_come_again(
    pipeline: Pipeline, vendors: Vendors, tailor: Person, phone: str
) -> None:
    pipeline.notify(tailor, "order_new")
    pipeline.run()
    tailor.put("/api/notifications/read-all")
    pipeline.end_pauses(tailor)
    pipeline.run()
    assert vendors.stub.to(phone) == []
    assert (fallback(pipeline, tailor).status, fallback(pipeline, tailor).reason) == ("cancelled", "seen")


def test_what_keeps_killing_its_workers_falls_back_at_once(pipeline: Pipeline, tailor: Person) -> None:
    device(tailor, "fcm", f"registration-{new_id()}")
    assert tailor.patch("/api/notifications/preferences", {"off": {"order": ["email"]}}).ok
    pipeline.notify(tailor, "order_new")
    pipeline.plan()
    for _ in range(claims.MAX_ATTEMPTS):
        assert fallback(pipeline, tailor).due_at > now()
        attempts.start(delivery_queries.to_send(claims.claim(pipeline.queue)), "fcm", 0)
        pipeline.expire_lease(tailor)
        claims.reclaim()
    assert pipeline.only(tailor, "push").status == "failed"
    assert fallback(pipeline, tailor).due_at <= now()
    pipeline.run()
    assert fallback(pipeline, tailor).status == "sent"


def test_who_is_deactivated_gets_nothing_more(
    pipeline: Pipeline, vendors: Vendors, customer: Person, smtp: Mailbox
) -> None:
    pipeline.notify(customer, "order_ready")
    pipeline.plan()
    with db.transaction():
        db.execute(text("UPDATE users SET active = false WHERE id = :id"), {"id": customer.id})
    pipeline.run()
    assert smtp.mails == []
    assert vendors.stub.arrived == []
    assert {row.reason for row in pipeline.deliveries(customer, "email", "sms")} == {"inactive"}


def test_expos_receipts_are_asked_for_when_they_are_there(
    pipeline: Pipeline, vendors: Vendors, customer: Person
) -> None:
    kept, lost = (f"ExponentPushToken[{new_id()}]" for _ in range(2))
    ids = {token: device(customer, "expo", token) for token in (kept, lost)}
    pipeline.notify(customer, "order_dispatched")
    pipeline.run()
    expo = pipeline.failover.for_channel("push", "expo")[0]
    expo_receipts.fetch(expo)  # type: ignore[arg-type]
    assert "expo receipts" not in vendors.stub.asked, "too early for receipts"
    pipeline.change(
        customer, "updated_at", now() - expo_receipts.AVAILABLE_AFTER - timedelta(seconds=1), status="sent"
    )
    vendors.stub.moods["expo receipts"] = repeat(Mood(status=503), 1)
    assert expo_receipts.fetch(expo) == 0  # type: ignore[arg-type]
    vendors.stub.gone[lost] = ""
    assert expo_receipts.fetch(expo) == 2  # type: ignore[arg-type]
    statuses = {row.address: row.status for row in pipeline.deliveries(customer, "push")}
    assert statuses == {ids[kept]: "delivered", ids[lost]: "undelivered"}
    assert dropped(ids[lost])[1] == "unregistered"
    assert dropped(ids[kept])[0] is None
    asked = vendors.stub.asked["expo receipts"]
    assert expo_receipts.fetch(expo) == 0  # type: ignore[arg-type]
    assert vendors.stub.asked["expo receipts"] == asked, "no receipt is missing"


def test_tickets_that_expo_has_forgotten_are_not_asked_for(
    pipeline: Pipeline, vendors: Vendors, customer: Person
) -> None:
    device(customer, "expo", f"ExponentPushToken[{new_id()}]")
    pipeline.notify(customer, "order_dispatched")
    pipeline.run()
    pipeline.change(
        customer, "updated_at", now() - expo_receipts.KEPT_FOR - timedelta(hours=1), status="sent"
    )
    expo_receipts.fetch(pipeline.failover.for_channel("push", "expo")[0])  # type: ignore[arg-type]
    assert "expo receipts" not in vendors.stub.asked


def test_a_mail_reaches_an_internationalised_domain_without_smtputf8(
    pipeline: Pipeline, world: World, smtp: Mailbox
) -> None:
    mark = new_id()
    person = world.person(email=f"x@{mark}.bücher.example")
    pipeline.notify(person, "order_accepted")
    pipeline.run()
    assert pipeline.only(person, "email").status == "sent"
    assert len(smtp.to(f"x@{mark}.xn--bcher-kva.example")) == 1
