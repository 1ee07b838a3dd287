"""Adding shipments to orders, correcting and cancelling them, and scans by hand."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from tests.shipments.conftest import Dock, code, moment, refusal, shipment_in

SHIPPED: dict[str, Any] = {"slug": "dart", "trackingCode": "AWB123"}


def test_a_partner_ships_an_order(dock: Dock) -> None:
    order = dock.order()
    screen, shop = dock.customer.socket(), dock.shop.socket()
    made = dock.ship(
        order, trackingCode=" awb 12-3 " + code(), items=[{"index": 0, "quantity": 1}], weight=900
    )
    assert made["trackingCode"].startswith("AWB12-3AWB")
    assert (made["status"], made["carrier"], made["late"], made["scans"]) == ("label", "Dart", False, [])
    assert made["trackingUrl"] == f"https://carrier.example/parcel?code={made['trackingCode']}"
    assert made["allowedActions"] == ["update", "cancel"]
    [seen] = screen.wait("shipment_update")
    assert (seen["shipmentId"], seen["previousStatus"]) == (made["id"], None)
    assert seen["shipment"]["allowedActions"] == []
    assert shop.wait("shipment_update")[0]["shipment"]["allowedActions"] == ["update", "cancel"]
    for person in (dock.customer, dock.shop):
        listed = person.get(f"/api/orders/{order['id']}/shipments").json()["data"]["shipments"]
        assert [each["id"] for each in listed] == [made["id"]]
        found = person.get(f"/api/shipments?orderId={order['id']}&state=label&slug=dart").json()
        assert [each["id"] for each in found["data"]["shipments"]] == [made["id"]]
    assert dock.status(order) == "ready"


def test_carriers_are_listed_without_secrets(dock: Dock) -> None:
    answer = dock.customer.get("/api/carriers")
    listed = {each["slug"]: each for each in answer.json()["data"]["carriers"]}
    assert {*listed} == {"manual", "arrow", "dart", "post", "house"}
    assert listed["manual"] == {
        "slug": "manual", "name": "Other carrier", "convention": "manual", "trackingUrl": None, "canAsk": False,
    }  # fmt: skip
    assert "secret" not in answer.text


BAD: dict[str, Any] = {
    "no carrier": {"slug": "nobody"},
    "a wrong slug": {"slug": "../x"},
    "no code": {"trackingCode": ""},
    "a short code": {"trackingCode": "A1"},
    "a long code": {"trackingCode": "A" * 65},
    "a code with a null byte": {"trackingCode": "AWB1\x00"},
    "a code that is no text": {"trackingCode": 12345},
    "a code in other letters": {"trackingCode": "АWВ12345"},
    "no items": {"items": []},
    "an item that is not there": {"items": [{"index": 9, "quantity": 1}]},
    "too many of an item": {"items": [{"index": 0, "quantity": 3}]},
    "an item twice": {"items": [{"index": 0, "quantity": 1}, {"index": 0, "quantity": 1}]},
    "no weight": {"weight": 0},
    "a time without a zone": {"estimatedDelivery": "2026-12-01T10:00:00"},
    "an unknown field": {"address": "x"},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_shipments_are_refused(dock: Dock, name: str) -> None:
    answer = dock.add(dock.order(), **SHIPPED | BAD[name])
    assert answer.status_code == 422, answer.text


def test_only_the_partner_and_admins_ship(dock: Dock) -> None:
    order = dock.order()
    assert refusal(dock.add(order, by=dock.customer)) == (403, "forbidden")
    assert refusal(dock.add(order, by=dock.world.person("tailor"))) == (403, "forbidden")
    assert refusal(dock.add({"id": new_id()})) == (404, "not_found")
    assert dock.add(order, by=dock.world.staff("admin")).status_code == 201
    assert refusal(dock.add(dock.order("pending"))) == (409, "illegal_transition")
    entries = text(
        "SELECT count(*) FROM audit_log WHERE action = 'shipment.created' AND subject LIKE 'shipment-%'"
    )
    assert db.fetch_value(entries) >= 1


def test_a_tracking_code_is_used_once(dock: Dock) -> None:
    order, same = dock.order(), code()
    made = dock.ship(order, trackingCode=same)
    own = dock.add(order, trackingCode=same)
    assert refusal(own) == (409, "tracking_code_in_use")
    assert own.json()["error"]["details"] == {"shipmentId": made["id"]}
    other = dock.add(dock.order(), trackingCode=same.lower())
    assert (refusal(other), other.json()["error"]["details"]) == ((409, "tracking_code_in_use"), {})
    assert dock.add(order, "post", trackingCode=same).status_code == 201
    assert dock.shop.post(f"/api/shipments/{made['id']}/cancel", {}).status_code == 200
    assert dock.add(order, trackingCode=same).status_code == 201
    with db.transaction():
        aged = text("UPDATE shipments SET created_at = now() - interval '181 days' WHERE code = :code")
        db.execute(aged, {"code": same})
    assert dock.add(dock.order(), trackingCode=same).status_code == 201


def test_of_many_requests_at_once_one_gets_the_code(dock: Dock) -> None:
    orders, same = [dock.order() for _ in range(4)], code()
    running = [gevent.spawn(dock.add, order, trackingCode=same) for order in orders]
    assert sorted(each.get(timeout=60).status_code for each in running) == [201, 409, 409, 409]


def test_an_order_has_at_most_twenty_parcels(dock: Dock) -> None:
    order = dock.order(items=[{"name": "Suit", "quantity": 30, "price": 1}])
    one = [{"index": 0, "quantity": 1}]
    made = [dock.ship(order, items=one) for _ in range(20)]
    assert refusal(dock.add(order, items=one)) == (409, "too_many_shipments")
    dock.shop.post(f"/api/shipments/{made[0]['id']}/cancel", {})
    assert dock.add(order, items=[{"index": 0, "quantity": 11}]).status_code == 201


def test_a_parcel_is_corrected_before_it_leaves(dock: Dock) -> None:
    made, new = dock.ship(slug="manual"), code()
    path = f"/api/shipments/{made['id']}"
    changed = dock.shop.patch(
        path, {"trackingCode": new, "estimatedDelivery": moment(48), "expectedVersion": 1}
    )
    assert (shipment_in(changed)["trackingCode"], shipment_in(changed)["version"]) == (new, 2)
    stale = dock.shop.patch(path, {"trackingCode": code(), "expectedVersion": 1})
    assert refusal(stale) == (409, "stale_version")
    assert stale.json()["error"]["details"]["shipment"]["trackingCode"] == new
    assert refusal(dock.customer.patch(path, {"trackingCode": code()})) == (403, "forbidden")
    assert dock.scan(made, "picked_up").status_code == 201
    assert refusal(dock.shop.patch(path, {"trackingCode": code()})) == (409, "shipment_closed")


def test_scans_by_hand_move_a_parcel(dock: Dock) -> None:
    order = dock.order()
    made = dock.ship(order, "manual")
    assert made["allowedActions"] == ["update", "cancel", "scan"]
    place = {"city": "Pune", "lat": 18.5, "lng": 73.8}
    after = shipment_in(dock.scan(made, "in_transit", 1, location=place, note="Left the hub"))
    [scan] = after["scans"]
    assert (scan["status"], scan["message"], scan["location"]["city"]) == (
        "in_transit",
        "Left the hub",
        "Pune",
    )
    assert (after["status"], after["lastScanAt"], dock.status(order)) == (
        "in_transit",
        scan["at"],
        "out_for_delivery",
    )
    again = shipment_in(dock.scan(made, "in_transit", 1, location=place))
    assert (len(again["scans"]), again["version"]) == (1, after["version"])
    assert dock.scan(made, "delivered", 2).status_code == 201
    assert dock.status(order) == "delivered"
    assert refusal(dock.scan(made, "in_transit", 3)) == (409, "shipment_closed")
    assert shipment_in(dock.scan(made, "returning", 3))["status"] == "returning"
    assert refusal(dock.scan(dock.ship(), "in_transit")) == (409, "not_manual")


BAD_SCANS: dict[str, Any] = {
    "no status": {"status": "gone"},
    "a status with a route of its own": {"status": "cancelled"},
    "in the future": {"at": "2199-01-01T00:00:00Z"},
    "long before": {"at": "2001-01-01T00:00:00Z"},
    "half a point": {"location": {"lat": 1}},
    "a long note": {"note": "x" * 301},
    "a place off the map": {"location": {"lat": 91, "lng": 0}},
}


@pytest.mark.parametrize("name", BAD_SCANS)
def test_bad_scans_are_refused(dock: Dock, name: str) -> None:
    assert (
        dock.scan(dock.ship(slug="manual"), **{"status": "in_transit"} | BAD_SCANS[name]).status_code == 422
    )


def test_two_last_parcels_at_once_deliver_the_order_once(dock: Dock) -> None:
    order = dock.order()
    parcels = [dock.ship(order, "manual") for _ in range(2)]
    running = [gevent.spawn(dock.scan, each, "delivered") for each in parcels]
    assert [each.get(timeout=60).status_code for each in running] == [201, 201]
    steps = dock.shop.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"]
    assert [step["action"] for step in steps[-2:]] == ["dispatch", "deliver"]
    assert dock.status(order) == "delivered"
