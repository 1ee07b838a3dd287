"""Couriers see a customer's data only while they carry the order: in answers, events, replays and notifications."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from metaia.core import db
from metaia.core.times import now
from metaia.orders import jobs as order_jobs
from metaia.orders.models import OrderRow
from tests.deliveries.conftest import INFO, NOTE, Pool
from tests.deliveries.test_claims import claim, delivery_of
from tests.support.people import Person
from tests.support.waiting import until

SECRETS = ("Asha", INFO["phone"], "Hill Road", NOTE)


def start(person: Person) -> str:
    return str(person.get("/api/sync").json()["data"]["cursor"])


def replay(person: Person, cursor: str) -> str:
    """Return all that a user gets after a cursor, without cursors."""
    answer = person.get(f"/api/sync?cursor={cursor}&limit=100").json()["data"]
    return json.dumps(answer["events"])


def everything(person: Person, order: Any, cursor: str) -> dict[str, str]:
    """Return what a courier gets from each entrance."""
    paths = {
        "order": f"/api/orders/{order['id']}",
        "timeline": f"/api/orders/{order['id']}/timeline",
        "deal": f"/api/deals/{order['dealId']}/timeline",
        "orders": "/api/orders",
        "search": "/api/orders?q=Asha",
        "delivery": f"/api/deliveries/{delivery_of(order)}",
        "open": "/api/deliveries",
        "mine": "/api/deliveries?state=mine",
        "notifications": "/api/notifications",
    }
    return {name: person.get(path).text for name, path in paths.items()} | {"replay": replay(person, cursor)}


def leaks(found: dict[str, str], *more: str) -> list[tuple[str, str]]:
    return [(name, text) for name, body in found.items() for text in (*SECRETS, *more) if text in body]


def end_contact(order: Any) -> None:
    past = {"contact_until": now() - timedelta(seconds=1)}
    with db.transaction():
        db.execute(update(OrderRow).where(OrderRow.id == order["id"]).values(**past))
    order_jobs.end_contact()


def test_an_open_delivery_shows_city_and_postal_code_of_its_destination(pool: Pool) -> None:
    place = {"address": INFO["address"], "city": "Mumbai", "postalCode": "400050"}
    order = pool.customer.order(partnerId=pool.shop.id, customerInfo=INFO, destination=place)
    assert order["destination"]["postalCode"] == "400050"
    for action in ("accept", "ready"):
        order = pool.shop.act(order, action)
    courier = pool.courier()
    shown = courier.get(f"/api/deliveries/{delivery_of(order)}").json()["data"]["delivery"]
    assert shown["dropoff"] == {"city": "Mumbai", "postalCode": "400050", "location": None}
    assert leaks({"delivery": json.dumps(shown)}) == []


def test_couriers_see_personal_data_only_while_they_carry_an_order(pool: Pool) -> None:
    first, second, stranger = pool.courier(), pool.courier(), pool.courier()
    cursors = {person.id: start(person) for person in (first, second, stranger)}
    order = pool.order()
    for courier in (first, second, stranger):  # offered: no id of the order, which opens the public page
        assert leaks(everything(courier, order, cursors[courier.id]), order["id"], order["orderNumber"]) == []

    path, key = f"/api/deliveries/{delivery_of(order)}/claim", {"Idempotency-Key": order["id"]}
    assert leaks({"claim": first.post(path, {}, headers=key).text}) != []
    seen = everything(first, order, cursors[first.id])
    assert {"order", "orders", "search", "mine", "replay"} <= {name for name, _ in leaks(seen)}
    assert leaks(everything(stranger, order, cursors[stranger.id]), order["id"], order["orderNumber"]) == []

    first.act(order, "release", reason="A flat tyre.")  # from the first event on, nothing is left
    assert leaks(everything(first, order, cursors[first.id])) == []
    assert "order_update" in replay(first, cursors[first.id])
    again = first.post(path, {}, headers=key)
    assert (again.status_code, leaks({"claim": again.text})) == (200, [])

    assert claim(second, delivery_of(order)).ok
    pool.shop.act(order, "assign", deliveryPartnerId=first.id)
    assert leaks(everything(second, order, cursors[second.id])) == []

    first.act(first.act(order, "dispatch"), "deliver", message="Asha was at home")
    assert leaks(everything(first, order, cursors[first.id])) != []
    end_contact(order)
    pool.shop.act(order, "complete")
    until(lambda: "completed" in replay(first, cursors[first.id]), "the event of the completion is there")
    assert leaks(everything(first, order, cursors[first.id])) == []
    steps = first.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"]
    [released] = [step["at"] for step in steps if step["action"] == "release"]  # no courier had it then
    past = first.get(f"/api/orders/{order['id']}/timeline?asOf={released}")
    assert "flat tyre" not in past.text
    answer = pool.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    assert answer["customerInfo"]["address"] == INFO["address"]  # the customer keeps it


def test_a_live_screen_of_a_former_courier_gets_no_personal_data(pool: Pool) -> None:
    order, courier = pool.order(), pool.courier()
    assert claim(courier, delivery_of(order)).ok
    screen = courier.socket()
    assert screen.ask("join_order_room", order["id"])["ok"]
    pool.shop.act(order, "unassign")
    last = screen.wait("order_update", where=lambda data: data["order"]["deliveryPartnerId"] is None)[-1]
    assert leaks({"update": json.dumps(last)}) == []
    other = pool.courier()
    assert claim(other, delivery_of(pool.shop.act(order, "request-courier"))).ok
    closed = screen.wait("delivery:closed", where=lambda data: data["id"] == delivery_of(order))
    assert leaks({"closed": json.dumps(closed)}, order["id"]) == []
    assert not [data for data in screen.of("order_update") if data["order"]["deliveryPartnerId"] == other.id]


def test_customers_and_partners_see_the_courier_and_no_more(pool: Pool) -> None:
    order, courier = pool.order(), pool.courier()
    assert claim(courier, delivery_of(order)).ok
    for viewer in (pool.customer, pool.shop):
        shown = viewer.get(f"/api/deliveries/{delivery_of(order)}").json()["data"]["delivery"]
        assert shown["courier"] == {"id": courier.id, "firstName": "Delivery", "vehicle": "bicycle"}
        assert courier.user["email"] not in json.dumps(shown)
    assert pool.world.person().get(f"/api/deliveries/{delivery_of(order)}").status_code == 403
