"""Asking carriers over real HTTP: by the job, and for a user."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.dev.stubs import delhivery, easypost, parcels, shiprocket
from metaia.dev.stubs.parcels import Event, Parcel
from metaia.dev.stubs.server import Mood, Stub
from metaia.shipments import jobs
from metaia.webhooks import jobs as webhook_jobs
from tests.shipments.conftest import SECRET, SLUGS, START, Dock, configured, refusal, shipment_in

KEY = "an-api-key-of-a-carrier"
ASKABLE = ("arrow", "dart", "post")
# In the words of each carrier: a scan in transit, and one out for delivery.
WORDS = {
    "arrow": (("in_transit", ""), ("out_for_delivery", "")),
    "dart": (("In Transit", "UD"), ("Dispatched", "UD")),
    "post": (("IN TRANSIT", ""), ("OUT FOR DELIVERY", "")),
}
WEBHOOKS: dict[str, parcels.Webhook] = {
    "arrow": easypost.webhook,
    "dart": delhivery.webhook,
    "post": shiprocket.webhook,
}
each_carrier = pytest.mark.parametrize("slug", ASKABLE)


@pytest.fixture
def stub(app: Flask, monkeypatch: pytest.MonkeyPatch, dock: Dock) -> Iterator[Stub]:
    settings: dict[str, str] = {}
    with Stub(settings) as running:
        asked: Json = {"baseUrl": running.url, "apiKey": KEY}
        keys = {slug: {"convention": SLUGS[slug], "apiKey": KEY} for slug in ASKABLE}
        settings["LOGISTICS_WEBHOOKS"] = json.dumps(keys)
        monkeypatch.setitem(app.config, "LOGISTICS_WEBHOOKS", configured(**dict.fromkeys(ASKABLE, asked)))
        yield running


def carried(stub: Stub, slug: str, shipment: Json, count: int = 2) -> Parcel:
    """Let a carrier have a parcel with scans."""
    words = WORDS[slug][:count]
    events = [Event(word, START + timedelta(hours=at), "Pune", kind) for at, (word, kind) in enumerate(words)]
    known = stub.world.parcels.setdefault(shipment["trackingCode"], Parcel(shipment["trackingCode"]))
    known.events, known.reference = events, f"trk_{known.code}"
    return known


def make_due(shipment: Json) -> None:
    with db.transaction():
        due = "UPDATE shipments SET ask_at = now(), asked_at = now() - interval '2 minutes' WHERE id = :id"
        db.execute(text(due), {"id": shipment["id"]})


@each_carrier
def test_a_carrier_is_asked_when_no_webhook_comes(dock: Dock, stub: Stub, slug: str) -> None:
    made = dock.ship(slug=slug)
    assert made["allowedActions"] == ["update", "cancel", "refresh"]
    carried(stub, slug, made)
    make_due(made)
    jobs.ask()
    after = dock.read(made)
    assert (after["status"], [scan["status"] for scan in after["scans"]]) == (
        "out_for_delivery",
        ["in_transit", "out_for_delivery"],
    )
    due = text("SELECT ask_at > now() + interval '5 hours' FROM shipments WHERE id = :id")
    assert db.fetch_value(due, {"id": made["id"]})


@each_carrier
def test_answers_and_webhooks_state_the_same_scans(dock: Dock, stub: Stub, slug: str) -> None:
    made = dock.ship(slug=slug)
    parcel = carried(stub, slug, made)
    url = f"{dock.url}/api/webhooks/logistics/{slug}"
    calls = [WEBHOOKS[slug](url, SECRET, parcel, number) for number in (1, 2)]
    assert set(parcels.send(calls, twice=True, shuffle=3)) == {200}
    webhook_jobs.digest()
    before = dock.read(made)
    assert (before["status"], len(before["scans"])) == ("out_for_delivery", 2)
    make_due(made)
    jobs.ask()
    assert dock.read(made) == before
    assert dock.notices(dock.customer).count("shipment_today") == 1


def test_a_tracker_of_easypost_is_made_at_once(dock: Dock, stub: Stub) -> None:
    made = dock.ship(slug="arrow")
    jobs.ask()
    assert made["trackingCode"] in stub.world.parcels
    jobs.ask()
    assert stub.asked["easypost"] == 1


@each_carrier
def test_a_user_asks_once_a_minute(dock: Dock, stub: Stub, slug: str) -> None:
    made = dock.ship(slug=slug)
    carried(stub, slug, made, 1)
    path = f"/api/shipments/{made['id']}/refresh"
    assert refusal(dock.customer.post(path)) == (403, "forbidden")
    assert shipment_in(dock.shop.post(path))["status"] == "in_transit"
    again = dock.shop.post(path)
    assert refusal(again) == (429, "rate_limited")
    assert 0 < int(again.headers["Retry-After"]) <= 60


@each_carrier
@pytest.mark.parametrize("mood", [Mood(drop=True), Mood(status=500), Mood(status=401), Mood(status=200)])
def test_a_carrier_that_fails_is_asked_later(dock: Dock, stub: Stub, slug: str, mood: Mood) -> None:
    made = dock.ship(slug=slug)
    stub.moods = dict.fromkeys(("easypost", "delhivery", "shiprocket"), iter([mood] * 2))
    answer = dock.shop.post(f"/api/shipments/{made['id']}/refresh")
    assert refusal(answer) == (503, "carrier_unavailable")
    make_due(made)
    jobs.ask()
    after = dock.read(made)
    assert (after["status"], after["version"]) == ("label", 1)
    soon = "ask_at BETWEEN now() + interval '50 minutes' AND now() + interval '1 hour'"
    due = text(f"SELECT {soon} FROM shipments WHERE id = :id")
    assert db.fetch_value(due, {"id": made["id"]})
