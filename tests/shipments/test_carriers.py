"""Webhooks of carriers: each convention, refusals, orders that follow, and permuted histories over HTTP."""

from __future__ import annotations

import json

import pytest
from flask import Flask

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
    signed,
    standard,
)

IST = f"{START:%Y-%m-%d} 11:30:00"  # START by Indian clocks
ETA = "2030-12-01T00:00:00"


def easypost(code_: str) -> Json:
    details = {
        "status": "out_for_delivery", "status_detail": "out_for_delivery", "message": "With the courier",
        "datetime": START.isoformat(), "tracking_location": {"city": "PUNE", "state": "MH", "zip": "1"},
    }  # fmt: skip
    result = {
        "object": "Tracker",
        "id": "trk_1",
        "tracking_code": code_,
        "est_delivery_date": f"{ETA}Z",
    }
    return {
        "object": "Event",
        "description": "tracker.updated",
        "result": result | {"tracking_details": [details]},
    }


def shiprocket(code_: str) -> Json:
    scan = {"date": IST, "activity": "With the courier", "location": "Pune"}
    scan["sr-status-label"] = "OUT FOR DELIVERY"
    return {"awb": code_, "current_status": "OUT FOR DELIVERY", "etd": ETA, "scans": [scan]}


def neutral(code_: str) -> Json:
    scan = {
        "status": "out_for_delivery",
        "at": START.isoformat(),
        "location": {"city": "Pune", "lat": 18.5, "lng": 73.8},
    }
    data = {"trackingCode": code_, "estimatedDelivery": f"{ETA}Z", "scans": [scan]}
    return {"type": "shipment.scanned", "timestamp": START.isoformat(), "data": data}


BODIES = {
    "arrow": easypost,
    "dart": lambda code_: delhivery(code_, "UD", "Dispatched", EDD=ETA),
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
    assert scan["at"].startswith(f"{START:%Y-%m-%d}T06:00:00")  # from local times too
    assert scan["location"]["city"].startswith(("Pune", "PUNE"))
    assert after["estimatedDelivery"].startswith("2030-12-01")
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
    assert SECRET not in json.dumps(shown)
