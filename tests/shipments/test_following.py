"""How shipments and their orders follow from scans, in any order of arrival."""

from __future__ import annotations

import random
from itertools import permutations

from sqlalchemy import text

from metaia.core import db
from metaia.webhooks import jobs as webhook_jobs
from tests.shipments.conftest import Dock, code


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
    assert all("shipment_lost" in dock.notices(person) for person in (dock.shop, dock.customer))
    assert dock.shop.post(f"/api/shipments/{lost['id']}/cancel", {}).status_code == 200
    assert dock.status(order) == "delivered"
    assert "shipment_cancelled" not in dock.notices(dock.shop)
    steps = dock.shop.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"]
    assert [step["action"] for step in steps[-2:]] == ["dispatch", "deliver"]
