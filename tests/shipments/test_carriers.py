"""Webhooks of carriers: each convention, refusals, orders that follow, and permuted histories over HTTP."""

from __future__ import annotations

import json
import random
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.settings import carriers
from metaia.webhooks import jobs as webhook_jobs
from tests.shipments.conftest import (
    BEFORE,
    SECRET,
    SLUGS,
    START,
    Dock,
    code,
    configured,
    delhivery,
    moment,
    signed,
    standard,
)

IST = "2026-11-28T11:30:00"  # START by Indian clocks


def easypost(code_: str) -> Json:
    details = {
        "status": "out_for_delivery", "status_detail": "out_for_delivery", "message": "With the courier",
        "datetime": START.isoformat(), "tracking_location": {"city": "PUNE", "state": "MH", "country": "IN", "zip": "1"},
    }  # fmt: skip
    result = {
        "object": "Tracker",
        "id": "trk_1",
        "tracking_code": code_,
        "est_delivery_date": "2026-12-01T00:00:00Z",
    }
    return {
        "object": "Event",
        "description": "tracker.updated",
        "result": result | {"tracking_details": [details]},
    }


def shiprocket(code_: str) -> Json:
    scan = {"date": IST.replace("T", " "), "activity": "With the courier", "location": "Pune"}
    scan["sr-status-label"] = "OUT FOR DELIVERY"
    return {"awb": code_, "current_status": "OUT FOR DELIVERY", "etd": "2026-12-01 00:00:00", "scans": [scan]}


def neutral(code_: str) -> Json:
    scan = {
        "status": "out_for_delivery",
        "at": START.isoformat(),
        "location": {"city": "Pune", "lat": 18.5, "lng": 73.8},
    }
    data = {"trackingCode": code_, "estimatedDelivery": "2026-12-01T00:00:00Z", "scans": [scan]}
    return {"type": "shipment.scanned", "timestamp": START.isoformat(), "data": data}


BODIES = {
    "arrow": easypost,
    "dart": lambda code_: delhivery(code_, "UD", "Dispatched", EDD="2026-12-01T00:00:00"),
    "post": shiprocket,
    "house": neutral,
}
each_carrier = pytest.mark.parametrize("slug", SLUGS)


@each_carrier
def test_a_carrier_states_a_scan(dock: Dock, slug: str) -> None:
    order = dock.order()
    made = dock.ship(order, slug)
    screen = dock.customer.socket()
    body = BODIES[slug](made["trackingCode"])
    for _ in range(2):
        answer = dock.push(slug, body)
        assert (answer.status_code, answer.json()) == (200, {})
    webhook_jobs.digest()
    after = dock.read(made)
    [scan] = after["scans"]
    assert (after["status"], scan["status"]) == ("out_for_delivery", "out_for_delivery")
    assert scan["at"].startswith("2026-11-28T06:00:00")  # from local times too
    assert scan["location"]["city"].startswith(("Pune", "PUNE"))
    assert after["estimatedDelivery"][:10] in {"2026-12-01"}
    [seen] = screen.wait("shipment_update", where=lambda data: data["status"] == "out_for_delivery")
    assert (seen["previousStatus"], seen["location"]["city"]) == ("label", scan["location"]["city"])
    assert dock.status(order) == "out_for_delivery"
    assert dock.notices(dock.customer) == ["shipment_today"]


@each_carrier
def test_a_previous_secret_is_accepted_and_a_wrong_one_refused(dock: Dock, slug: str) -> None:
    body = json.dumps(BODIES[slug](code())).encode()
    assert dock.push(slug, body, signed(slug, body, BEFORE)).status_code == 200
    for headers in ({}, signed(slug, body, "x" * 30), dict.fromkeys(signed(slug, body), "")):
        answer = dock.push(slug, body, headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "webhook_refused")


def test_signatures_are_of_this_body_and_time(dock: Dock) -> None:
    body = json.dumps(neutral(code())).encode()
    for headers in (standard(body + b" "), standard(body, age=3600), standard(body, age=-3600)):
        assert dock.push("house", body, headers).status_code == 401
    assert dock.push("arrow", body, signed("arrow", body + b" ")).status_code == 401


def test_unknown_slugs_and_unfit_bodies_are_refused(dock: Dock) -> None:
    for slug in ("nobody", "manual", "..", "x" * 300):
        assert dock.push(slug, b"{}", {}).status_code == 404
    assert dock.push("dart", b"{}", signed("dart", b"") | {"Content-Type": "text/plain"}).status_code == 415
    large = b'{"x": "' + b"x" * 1024 * 1024 + b'"}'
    assert dock.push("dart", large, signed("dart", large)).status_code == 413


ODD: list[object] = [
    {}, [], "text", None, 5, {"Shipment": []}, {"Shipment": {"AWB": None}}, {"Shipment": {"AWB": True}},
    {"Shipment": {"AWB": "A1", "Status": "Dispatched"}},
    {"Shipment": {"AWB": "A1\x00", "Status": {"StatusDateTime": "yesterday"}}},
    {"Shipment": {"AWB": "A" * 5000, "Status": {"StatusDateTime": "0001-01-01T00:00:00"}}},
]  # fmt: skip


@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
def test_odd_contents_are_accepted_and_change_nothing(dock: Dock, content: object) -> None:
    assert dock.push("dart", content).status_code == 200
    webhook_jobs.digest()
    made = dock.ship(slug="dart")
    for slug in SLUGS:
        assert dock.push(slug, content).status_code == 200
    assert dock.read(made)["version"] == 1


def test_words_that_no_table_has_are_kept_as_a_scan(dock: Dock) -> None:
    made = dock.ship()
    dock.dart(made, ("UD", "In Transit", 1), ("UD", "Held by customs", 2))
    after = dock.read(made)
    assert (after["status"], [scan["status"] for scan in after["scans"]]) == (
        "in_transit",
        ["in_transit", "unknown"],
    )
    assert after["scans"][1]["message"] == "Held by customs by the hub"


def test_scans_that_came_first_are_taken_with_the_shipment(dock: Dock) -> None:
    unknown = code()
    dock.dart({"trackingCode": unknown}, ("UD", "In Transit", 1))
    made = dock.ship(trackingCode=unknown)
    webhook_jobs.digest()
    assert dock.read(made)["status"] == "in_transit"


def test_a_code_that_a_carrier_uses_again_is_of_the_new_parcel(dock: Dock) -> None:
    old = dock.ship()
    dock.dart(old, ("UD", "In Transit", 1))
    with db.transaction():
        aged = "UPDATE shipments SET created_at = created_at - interval '200 days' WHERE id = :id"
        db.execute(text(aged), {"id": old["id"]})
    new = dock.ship(trackingCode=old["trackingCode"])
    dock.dart(old, ("UD", "Dispatched", 5), ("DL", "Delivered", -24 * 150))
    assert dock.read(new)["status"] == "out_for_delivery"
    assert dock.read(old)["status"] == "delivered"


def test_two_parcels_of_one_order(dock: Dock) -> None:
    """A late scan moves no delivered parcel back, and the second parcel does not erase the first (nearmerch 214)."""
    order = dock.order()
    first, second = dock.ship(order), dock.ship(order)
    dock.dart(first, ("DL", "Delivered", 5), ("UD", "In Transit", 2))
    listed = dock.customer.get(f"/api/orders/{order['id']}/shipments").json()["data"]["shipments"]
    assert [(each["id"], each["status"]) for each in listed] == [
        (first["id"], "delivered"),
        (second["id"], "label"),
    ]
    assert dock.status(order) == "out_for_delivery"
    assert dock.notices(dock.customer) == ["shipment_delivered"]
    dock.dart(second, ("DL", "Delivered", 6))
    assert dock.status(order) == "delivered"
    assert dock.notices(dock.customer) == ["shipment_delivered"]


HISTORY = (("UD", "Manifested", 0), ("UD", "In Transit", 1), ("UD", "Dispatched", 2), ("RT", "In Transit", 3))


def test_histories_in_any_order_give_one_status_and_each_notice_once(dock: Dock) -> None:
    orders = random.Random(8).sample([*permutations(HISTORY)], 8)
    for scans in orders:
        made = dock.ship(dock.order("accepted"))
        dock.dart(made, *scans, *scans[:2])
        after = dock.read(made)
        assert (after["status"], len(after["scans"])) == ("returning", 4)
        assert [scan["at"] for scan in after["scans"]] == sorted(scan["at"] for scan in after["scans"])
    told = dock.notices(dock.shop)
    assert told == ["shipment_returning"] * len(orders)


def test_an_order_that_cannot_follow_stays(dock: Dock) -> None:
    order = dock.order("accepted")
    made = dock.ship(order)
    dock.dart(made, ("DL", "Delivered", 1))
    assert (dock.read(made)["status"], dock.status(order)) == ("delivered", "accepted")


def test_a_returned_parcel_moves_no_order_and_its_cancellation_lets_the_rest_arrive(dock: Dock) -> None:
    order = dock.order()
    kept, lost = dock.ship(order), dock.ship(order)
    dock.dart(kept, ("DL", "Delivered", 3))
    dock.dart(lost, ("UD", "Dispatched", 2), ("UD", "Lost", 3))
    assert (dock.status(order), dock.read(lost)["status"]) == ("out_for_delivery", "lost")
    assert "shipment_lost" in dock.notices(dock.shop) and "shipment_lost" in dock.notices(dock.customer)
    assert dock.shop.post(f"/api/shipments/{lost['id']}/cancel", {}).status_code == 200
    assert dock.status(order) == "delivered"
    assert "shipment_cancelled" not in dock.notices(dock.shop)
    steps = dock.shop.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"]
    assert [(step["action"], step["actor"]["role"]) for step in steps[-2:]] == [
        ("dispatch", "system"),
        ("deliver", "system"),
    ]


WRONG = {
    "no JSON": "{",
    "a list": "[]",
    "no convention": '{"x": {"secret": "1234567890123456"}}',
    "no secret": '{"x": {"convention": "standard"}}',
    "a short secret": '{"x": {"convention": "standard", "secret": "short"}}',
    "a slug in capitals": '{"X": {"convention": "standard", "secret": "1234567890123456"}}',
    "manual": '{"manual": {"convention": "standard", "secret": "1234567890123456"}}',
    "an address that Shiprocket refuses": '{"sr-1": {"convention": "shiprocket", "secret": "1234567890123456"}}',
    "an unknown key": '{"x": {"convention": "standard", "secret": "1234567890123456", "token": "a"}}',
    "an address without a code": '{"x": {"convention": "standard", "secret": "1234567890123456", "trackingUrl": "x"}}',
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_settings_are_refused_without_the_secret(name: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - any text
        carriers.carriers(WRONG[name])
    assert "1234567890123456" not in str(refused.value)


def test_a_carrier_that_is_not_configured_any_more(
    dock: Dock, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = dock.ship(slug="house")
    assert dock.push("house", neutral(made["trackingCode"])).status_code == 200
    left = {slug: each for slug, each in configured().items() if slug != "house"}
    monkeypatch.setitem(app.config, "LOGISTICS_WEBHOOKS", left)
    webhook_jobs.digest()
    shown = dock.read(made)
    assert (shown["carrier"], shown["status"], shown["trackingUrl"]) == ("house", "label", None)
    assert dock.push("house", b"{}", {}).status_code == 404
    assert SECRET not in json.dumps(shown) and moment()
