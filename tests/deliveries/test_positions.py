"""Positions of couriers: which count, and which parties see them in which phase."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import gevent
from sqlalchemy import select

from metaia.core import db, geo
from metaia.core.audit.log import AuditEntry
from metaia.core.geo import Point
from metaia.core.times import now
from metaia.couriers import service as couriers
from tests.deliveries.conftest import INFO, Pool
from tests.deliveries.test_claims import claim, delivery_of
from tests.support.catalogues import open_shop
from tests.support.people import Person


def fix(seconds: float = 0, **more: Any) -> dict[str, Any]:
    """Return a position of so many seconds ago."""
    return {"lat": 19.06, "lng": 72.83, "at": (now() - timedelta(seconds=seconds)).isoformat()} | more


def send(courier: Person, *fixes: Any) -> Any:
    answer = courier.put("/api/couriers/me/location", {"locations": [*fixes]})
    return answer.json()["data"]["taken"] if answer.ok else answer.json()["error"]["code"]


def test_only_the_newest_good_position_counts(pool: Pool) -> None:
    courier = pool.courier()
    assert send(courier, fix(10), fix(5, lat=19.07), fix(8)) is True
    assert abs(couriers.positions().of([courier.id])[courier.id].lat - 19.07) < 0.001
    for late in (fix(6), fix(130), fix(-70), fix(accuracy=501)):
        assert send(courier, late) is False
    screen = courier.socket()
    assert screen.ask("courier:location", fix(1))["data"] == {"taken": True}
    for bad in (fix(lat=86), fix(lng=181), fix(lat="NaN"), {"lat": 1, "lng": 1}, fix(heading=361)):
        assert send(courier, bad) == "invalid"
        assert screen.ask("courier:location", bad)["error"]["code"] == "invalid"
    assert send(courier, *[fix()] * 51) == "invalid"
    assert send(pool.courier(on=False), fix()) == "off_shift"
    assert courier.put("/api/couriers/me/shift", {"on": False}).ok
    assert couriers.positions().of([courier.id]) == {}


def test_a_shift_begins_at_a_place_if_it_names_a_whole_one(pool: Pool) -> None:
    courier = pool.courier(on=False)
    path, begin = "/api/couriers/me/shift", {"on": True, "vehicle": "walk"}
    wrong: list[dict[str, object]] = [
        {"lat": 19.06},
        {"lng": 72.83},
        {"lat": 86, "lng": 0},
        {"lat": "NaN", "lng": 0},
        {"location": {}},
    ]
    for bad in wrong:
        assert courier.put(path, begin | bad).status_code == 422, bad
    assert courier.put(path, begin | {"lat": 19.06, "lng": 72.83}).ok
    assert abs(couriers.positions().of([courier.id])[courier.id].lng - 72.83) < 0.001


def test_a_first_shift_begins_once_when_it_is_sent_twice(pool: Pool) -> None:
    for _ in range(3):
        courier = pool.courier(on=False)
        body = {"on": True, "vehicle": "walk"}
        sending = [gevent.spawn(courier.put, "/api/couriers/me/shift", body) for _ in range(6)]
        answers = [each.get(timeout=60) for each in sending]
        assert {answer.status_code for answer in answers} == {200}
        assert courier.get("/api/couriers/me/shift").json()["data"]["shift"]["version"] == len(answers)


def test_a_shift_whose_answer_was_lost_changes_once(pool: Pool) -> None:
    courier = pool.courier(on=False)
    assert courier.put("/api/couriers/me/shift", {"on": True, "vehicle": "walk"}).ok
    begin = {"on": True, "vehicle": "bicycle", "expectedVersion": 1}
    headers = {"Idempotency-Key": "begin"}
    answers = [courier.put("/api/couriers/me/shift", begin, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[-1].text
    assert answers[1].json()["data"] == answers[0].json()["data"]


def test_each_party_sees_positions_in_its_phase_only(pool: Pool) -> None:
    order, courier = pool.order(), pool.courier()
    screens = {
        "customer": pool.customer.socket(),
        "shop": pool.shop.socket(),
        "other": pool.courier().socket(),
    }
    assert screens["customer"].ask("join_order_room", order["id"])["ok"]

    def shown() -> dict[str, int]:
        return {name: len(screen.of("courier:location")) for name, screen in screens.items()}

    assert send(courier, fix(3)) is True  # not yet the courier of the order
    assert claim(courier, delivery_of(order)).ok
    assert send(courier, fix(2)) is True
    screens["shop"].wait("courier:location")
    assert shown() == {"customer": 0, "shop": 1, "other": 0}
    courier.act(order, "dispatch")
    couriers.positions().redis.delete(f"metaia:couriers:shown:{order['id']}")  # the pause of three seconds
    assert send(courier, fix(1)) is True
    (seen,) = screens["customer"].wait("courier:location")
    assert (seen["orderId"], seen["lat"]) == (order["id"], 19.06)
    assert shown() == {"customer": 1, "shop": 1, "other": 0}
    courier.act(order, "deliver")
    couriers.positions().redis.delete(f"metaia:couriers:shown:{order['id']}")
    assert send(courier, fix(0)) is True
    assert shown() == {"customer": 1, "shop": 1, "other": 0}


def test_couriers_near_an_order_are_shown_roughly(pool: Pool) -> None:
    order, courier = pool.order("accepted"), pool.courier()
    path = f"/api/couriers?orderId={order['id']}"
    found = pool.shop.get(path).json()["data"]["couriers"]
    assert len(found) <= 20
    mine = [each for each in found if each["id"] == courier.id]
    for each in mine:
        assert set(each) == {"id", "firstName", "vehicle", "distanceKm", "activeJobs", "own"}
    for stranger in (pool.customer, courier, pool.world.person("tailor")):
        assert stranger.get(path).status_code == 403


def test_times_of_arrival_have_whole_minutes() -> None:
    shop, home = Point(19.06, 72.83), Point(19.15, 72.83)
    minutes = geo.ride(shop, home, "car")
    assert 30 < minutes < 33
    moment = now()
    found = geo.estimate(moment, ready_in=10, to_shop=4, to_customer=minutes)
    assert (found.at - moment) / timedelta(minutes=1) == 42
    assert found.low_at < found.at < found.high_at
    assert geo.ride(shop, home, "walk") == 5 * minutes


def test_each_look_of_staff_at_positions_is_in_the_audit_log(pool: Pool) -> None:
    order, courier, support = pool.order(), pool.courier(), pool.world.staff("support")
    assert claim(courier, delivery_of(order)).ok
    assert send(courier, fix()) is True
    path = "/api/admin/deliveries?state=claimed"
    assert "position" not in mine(support.get(path), order)["courier"]
    assert looks_at(courier) == []
    seen = mine(support.get(f"{path}&positions=true"), order)["courier"]["position"]
    assert (round(seen["lat"], 2), round(seen["lng"], 2)) == (19.06, 72.83)
    assert datetime.fromisoformat(seen["at"]) <= now()
    assert looks_at(courier) == [support.id]
    assert courier.get(f"{path}&positions=true").status_code == 403
    assert support.get(f"{path}&positions=perhaps").status_code == 422
    couriers.positions().hide(courier.id)
    assert mine(support.get(f"{path}&positions=true"), order)["courier"]["position"] is None
    assert looks_at(courier) == [support.id]  # nothing was seen


def test_staff_list_deliveries_near_a_place(pool: Pool) -> None:
    support = pool.world.staff("support")
    far, nowhere = open_shop(pool.world.person("tailor")), pool.order()
    open_shop(pool.shop)
    for shop, place in ((pool.shop, {"lat": 19.06, "lng": 72.83}), (far, {"lat": 19.26, "lng": 72.83})):
        assert shop.patch("/api/partners/me", {"location": place}).ok
    close, order = pool.order(), pool.customer.order(partnerId=far.id, customerInfo=INFO)
    for action in ("accept", "ready"):
        order = far.act(order, action)
    ours = [nowhere["id"], close["id"], order["id"]]

    def listed(near: str) -> list[tuple[str, float]]:
        found = support.get(f"/api/admin/deliveries?near={near}").json()["data"]["deliveries"]
        return [(each["orderId"], each["pickupKm"]) for each in found if each["orderId"] in ours]

    assert [each for each, _ in listed("19.2,72.83")] == [order["id"], nowhere["id"], close["id"]]
    assert listed("19.06,72.83")[-1] == (order["id"], 22.2)
    assert listed("48.85,2.35") == []
    for bad in ("91,181", "19", "nan,1", "19.06,72.83,4"):
        assert support.get(f"/api/admin/deliveries?near={bad}").status_code == 422, bad


def mine(answer: Any, order: Any) -> Any:
    """Return the delivery of an order in a list."""
    deliveries = answer.json()["data"]["deliveries"]
    return next(each for each in deliveries if each["orderId"] == order["id"])


def looks_at(courier: Person) -> list[str | None]:
    """Return which users have looked at a courier's position, as the audit log has it."""
    known = (AuditEntry.action == "courier.position_read", AuditEntry.subject == f"user-{courier.id}")
    return [row.actor_id for row in db.fetch_all(select(AuditEntry.actor_id).where(*known))]
