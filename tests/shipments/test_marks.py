"""Late and stale shipments, the public page, the staff's list, erasure and export."""

from __future__ import annotations

from datetime import timedelta

import requests
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.shipments import jobs, tokens
from metaia.shipments.state import STATUSES
from metaia.shipments.tracking.presenters import WORDS
from tests.shipments.conftest import START, Dock


def change(shipment: Json, values: str) -> None:
    with db.transaction():
        db.execute(text(f"UPDATE shipments SET {values} WHERE id = :id"), {"id": shipment["id"]})


def page(dock: Dock, shipment: Json, **headers: str) -> requests.Response:
    path = "/api/track/" + shipment["shareUrl"].rpartition("/")[2]
    return requests.get(dock.url + path, headers=headers, timeout=30)


def test_a_late_parcel_is_marked_once(dock: Dock) -> None:
    made = dock.ship()
    change(made, "estimated_delivery = now() - interval '1 minute'")
    jobs.mark()
    jobs.mark()
    assert (dock.read(made)["late"], dock.notices(dock.customer)) == (True, ["shipment_late"])
    listed = dock.shop.get("/api/shipments?late=true").json()["data"]["shipments"]
    assert [each["id"] for each in listed] == [made["id"]]
    later = dock.shop.patch(f"/api/shipments/{made['id']}", {"estimatedDelivery": "2099-01-01T00:00:00Z"})
    assert later.json()["data"]["shipment"]["late"] is False
    change(made, "estimated_delivery = now() - interval '1 minute'")
    jobs.mark()
    assert (dock.read(made)["late"], dock.notices(dock.customer)) == (True, ["shipment_late"])
    dock.dart(made, ("DL", "Delivered", 1))
    assert dock.read(made)["late"] is False


def test_a_stale_parcel_is_marked_until_its_next_scan(dock: Dock) -> None:
    made, screen = dock.ship(), dock.shop.socket()
    change(made, "stale_due_at = now() - interval '1 minute'")
    jobs.mark()
    jobs.mark()
    assert (dock.read(made)["stale"], dock.notices(dock.shop), dock.notices(dock.customer)) == (
        True,
        ["shipment_stale"],
        [],
    )
    assert screen.wait("shipment_update", where=lambda data: data["shipment"]["stale"])
    staff = dock.world.staff("support")
    found = staff.get(f"/api/shipments?stale=true&q={made['trackingCode'].lower()}").json()["data"][
        "shipments"
    ]
    assert [each["id"] for each in found] == [made["id"]]
    dock.dart(made, ("UD", "In Transit", 1))
    assert dock.read(made)["stale"] is False


def test_the_public_page_shows_no_order_and_no_address(dock: Dock) -> None:
    order = dock.order(customerInfo={"name": "Asha Rao", "phone": "+919876543210", "address": "12 Hill Road"})
    made = dock.ship(order)
    dock.dart(made, ("UD", "In Transit", 1))
    answer = page(dock, made)
    tracking = answer.json()["data"]["tracking"]
    assert (tracking["status"], tracking["carrier"], tracking["firstName"]) == ("in_transit", "Dart", "Asha")
    assert tracking["scans"] == [
        {"status": "in_transit", "at": f"{START:%Y-%m-%d}T07:00:00.000000Z", "city": "Pune_Hub"}
    ]
    html = page(dock, made, Accept="text/html")
    assert "On its way" in html.text
    assert html.headers["Content-Type"].startswith("text/html")
    for shown in (answer.text, html.text):
        for hidden in (
            "Rao",
            "Hill Road",
            "9876543210",
            order["id"],
            made["trackingCode"],
            "by the hub",
            made["id"],
        ):
            assert hidden not in shown, hidden


def test_a_place_of_yesterday_is_where_a_parcel_was_last_seen(dock: Dock) -> None:
    """Truxify 15395: an old position must not look like a live one."""
    made = dock.ship(slug="manual")
    recent, old = (rfc3339(now() - timedelta(hours=hours)) for hours in (1, 26))
    dock.scan(made, "picked_up", at=old, location={"city": "Pune"})
    assert page(dock, made).json()["data"]["tracking"]["lastSeen"]["current"] is False
    assert "Last seen in Pune" in page(dock, made, Accept="text/html").text
    dock.scan(made, "in_transit", at=recent, location={"city": "Nashik"})
    seen = page(dock, made).json()["data"]["tracking"]["lastSeen"]
    assert (seen["city"], seen["current"]) == ("Nashik", True)
    assert "Last seen" not in page(dock, made, Accept="text/html").text


def test_forged_links_find_nothing(dock: Dock) -> None:
    made = dock.ship()
    token = made["shareUrl"].rpartition("/")[2]
    forged = (
        "B" + token[1:],
        token[:-1],
        token + "=",
        token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        "x",
        "é",
    )
    for each in forged:
        answer = page(dock, {"shareUrl": f"/{each}"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), each
    assert page(dock, {"shareUrl": "/x"}, Accept="text/html").status_code == 404
    assert tokens.read(token) == made["id"]
    assert {*WORDS} == {*STATUSES}


def test_a_deleted_customer_leaves_no_places(dock: Dock) -> None:
    made = dock.ship()
    dock.dart(made, ("UD", "In Transit", 1), ("DL", "Delivered", 2))
    exported = dock.customer.get("/api/auth/export").json()["data"]["export"]["shipments"]
    assert [scan["location"]["city"] for scan in exported[0]["scans"]] == ["Pune_Hub"] * 2
    of_shop = dock.shop.get("/api/auth/export").json()["data"]["export"]["shipments"]
    assert [(each["id"], "scans" in each) for each in of_shop] == [(made["id"], False)]
    with db.transaction():
        gone = "UPDATE users SET active = false, inactive_because = 'deleted' WHERE id = :id"
        db.execute(text(gone), {"id": dock.customer.id})
    jobs.forget()
    scans = dock.read(made)["scans"]
    assert [(scan["status"], scan["location"], scan["message"]) for scan in scans] == [
        ("in_transit", None, None),
        ("delivered", None, None),
    ]


def test_old_scans_are_deleted_and_the_status_stays(dock: Dock) -> None:
    made = dock.ship()
    dock.dart(made, ("DL", "Delivered", 1))
    with db.transaction():
        aged = "UPDATE shipment_scans SET received_at = now() - interval '401 days' WHERE shipment_id = :id"
        db.execute(text(aged), {"id": made["id"]})
    jobs.forget()
    after = dock.read(made)
    assert (after["status"], after["scans"]) == ("delivered", [])
