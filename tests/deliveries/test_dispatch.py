"""Rounds of offers: waves, one courier after another, own fleets, lost couriers, and a Redis that is away."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisGone
from sqlalchemy import select, text, update

from metaia.core import db
from metaia.core.geo import Point
from metaia.core.times import now
from metaia.couriers import service as couriers
from metaia.couriers.positions import SINCE, Positions
from metaia.deliveries import jobs
from metaia.deliveries.dispatch.policy import ANSWER
from metaia.deliveries.lost import service as lost_couriers
from metaia.deliveries.models import DeliveryOfferRow, DeliveryWaveRow
from metaia.notifications.models import NotificationRow
from metaia.orders.models import OrderRow
from tests.deliveries.conftest import Pool
from tests.deliveries.test_claims import claim, code, delivery_of
from tests.support.people import Person

DEGREE = 111.2  # km of latitude


def place(person: Person, shop: Point, km: float) -> None:
    """Put a courier so far from a shop."""
    couriers.positions().put(person.id, Point(shop.lat + km / DEGREE, shop.lng), time.time())


def with_profile(shop: Person, delivery_by: str = "pool") -> Point:
    """Give a partner a profile, at a place far from those of other tests; return the place."""
    spot = Point(random.uniform(-60, 60), random.uniform(-170, 170))
    values = {"id": shop.id, "slug": shop.id, "by": delivery_by, "lat": spot.lat, "lng": spot.lng}
    profile = text(
        "INSERT INTO partner_profiles (user_id, slug, business_name, tags, lat, lng, media_ids, currency, time_zone,"
        " status, hidden_by_staff, exceptions, last_order_minutes, preparation_minutes, busy_extra_minutes,"
        " accept_when_busy, minimum_order, fulfilments, custom_items, delivery_by, postal_codes, tiers, courier_call,"
        " proof, menu_version, version, words, created_at, updated_at) VALUES (:id, :slug, 'Rao', '{}',"
        " :lat, :lng, '{}', 'INR', 'Asia/Kolkata', 'published', false, '[]', 0, 15, 0, true, 0, '{delivery}', true,"
        " :by, '{}', '[]', 'ready', '{}', 1, 1, '', now(), now())"
    )
    with db.transaction():
        db.execute(profile, values)
    return spot


def pass_time(order: Any, **passed: float) -> None:
    """Let time pass for the round of an order, and do the steps that are due."""
    row = DeliveryWaveRow
    with db.transaction():
        db.execute(
            update(row).where(row.order_id == order["id"]).values(next_at=row.next_at - timedelta(**passed))
        )
    jobs.advance()


def offers(order: Any) -> dict[str, str | None]:
    row = DeliveryOfferRow
    found = db.fetch_all(select(row.courier_id, row.answer).where(row.order_id == order["id"]))
    return {each.courier_id: each.answer for each in found}


def pushed(person: Person, order: Any, kind: str = "delivery_offer") -> int:
    """Return how often a user was notified of an order; other tests have orders that are offered, too."""
    row, known = NotificationRow, {order["id"], delivery_of(order)}
    found = db.fetch_all(select(row.data).where(row.user_id == person.id, row.type == kind))
    return sum(bool(known & {*each.data.values()}) for each in found)


def test_waves_reach_farther_couriers_and_each_once(pool: Pool) -> None:
    spot = with_profile(pool.shop)
    near, middle, far = pool.courier(), pool.courier(), pool.courier()
    for courier, km in ((near, 1), (middle, 5), (far, 11)):
        place(courier, spot, km)
    screen = far.socket()
    order = pool.order()
    reached = []
    for seconds in (0, 21, 51):  # from the beginning
        pass_time(order, seconds=seconds)
        reached.append([pushed(each, order) for each in (near, middle, far)])
    assert reached == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    (offer,) = screen.wait("delivery:offer", where=lambda data: data["id"] == delivery_of(order))
    assert offer["partner"]["location"] == {"lat": spot.lat, "lng": spot.lng}
    pass_time(order, minutes=6)
    assert pushed(pool.shop, order, "delivery_unclaimed") == 1
    pass_time(order, minutes=6)
    assert pushed(pool.shop, order, "delivery_unclaimed") == 1
    late = pool.courier()  # still finds it
    assert code(claim(late, delivery_of(order))) == "done"
    assert len(screen.of("delivery:offer")) == len({data["eventId"] for data in screen.of("delivery:offer")})


def test_nearest_couriers_are_asked_one_after_another(pool: Pool, app: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.config, "DISPATCH_MODE", "nearest")
    spot = with_profile(pool.shop)
    first, second, third = pool.courier(), pool.courier(), pool.courier()
    for courier, km in ((first, 1), (second, 2), (third, 3)):
        place(courier, spot, km)
    order = pool.order()
    pass_time(order)
    assert offers(order) == {first.id: None}
    listed = first.get("/api/deliveries").json()["data"]["deliveries"]  # also offers of other tests
    (ends,) = (each["expiresAt"] for each in listed if each["id"] == delivery_of(order))
    assert datetime.fromisoformat(ends) <= now() + ANSWER
    assert code(claim(second, delivery_of(order))) == "not_offered"
    assert first.post(f"/api/deliveries/{delivery_of(order)}/decline", {}).ok
    pass_time(order)
    assert offers(order) == {first.id: "declined", second.id: None}
    pass_time(order, seconds=26)
    assert offers(order) == {first.id: "declined", second.id: "missed", third.id: None}
    pass_time(order, seconds=26)  # none is left: all may claim
    assert code(claim(first, delivery_of(order))) == "not_offered"
    assert code(claim(second, delivery_of(order))) == "done"


def test_an_own_fleet_is_asked_before_the_pool(pool: Pool) -> None:
    with_profile(pool.shop, "own_then_pool")
    own, other = pool.courier(), pool.courier()
    emails = ("nobody@test.example", pool.customer.user["email"], own.user["email"])
    answers = [pool.shop.post("/api/partners/me/couriers", {"email": each}) for each in emails]
    assert [answer.json()["data"] for answer in answers] == [{"couriers": []}] * 3  # no account is revealed
    assert own.put(f"/api/couriers/me/fleets/{pool.shop.id}").ok
    fleet = pool.shop.get("/api/partners/me/couriers").json()["data"]["couriers"]
    assert [(each["courierId"], each["state"]) for each in fleet] == [(own.id, "active")]
    order = pool.order()
    pass_time(order)
    assert code(claim(other, delivery_of(order))) == "not_offered"
    offer = f"/api/admin/deliveries/{delivery_of(order)}/offer"
    chosen = pool.courier()
    assert pool.world.staff().post(offer, {"courierIds": [chosen.id]}).ok
    assert delivery_of(order) in chosen.get("/api/deliveries").text
    assert code(claim(chosen, delivery_of(order))) == "done"
    order = pool.order()
    pass_time(order)
    pass_time(order, seconds=61)
    assert code(claim(other, delivery_of(order))) == "done"


def test_staff_finds_the_deliveries_near_a_place(pool: Pool) -> None:
    spot, staff = with_profile(pool.shop), pool.world.staff("support")
    delivery = delivery_of(pool.order())
    for north, is_there in ((0.1, True), (-0.6, False)):
        answer = staff.get(f"/api/admin/deliveries?near={spot.lat + north:.6f},{spot.lng:.6f}")
        assert answer.status_code == 200, answer.text
        found = [each["id"] for each in answer.json()["data"]["deliveries"]]
        assert (delivery in found) == is_there


def test_a_shop_that_offers_nothing_gets_its_order_back(pool: Pool) -> None:
    with_profile(pool.shop, "none")
    order, courier = pool.order(), pool.courier()
    pool.shop.act(order, "assign", deliveryPartnerId=courier.id)
    courier.act(order, "release", reason="A flat tyre.")
    after = pool.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    assert (after["deliveryPartnerId"], after["delivery"]["state"]) == (None, "ended")
    assert pushed(pool.shop, after, "courier_lost") == 1
    assert code(claim(pool.courier(), delivery_of(after))) == "not_offered"
    pool.shop.act(order, "request-courier")  # by hand it can be offered, and is again after a release
    assert code(claim(courier, delivery_of(after))) == "done"
    courier.act(order, "release", reason="A flat tyre.")
    assert code(claim(pool.courier(), delivery_of(after))) == "done"


def test_a_lost_couriers_order_is_offered_again(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost_couriers, "BATCH", 1)  # orders of others do not hide those of lost ones
    second, third, order = (pool.order() for _ in range(3))
    lost, kept, again = (pool.courier() for _ in range(3))
    assert claim(lost, delivery_of(order)).ok
    assert claim(kept, delivery_of(second)).ok
    assert claim(again, delivery_of(third)).ok
    pool.shop.act(third, "unassign")
    pool.shop.act(third, "assign", deliveryPartnerId=again.id)  # not claimed now: no positions are needed
    couriers.positions().redis.set(SINCE, time.time() - 3600)
    place(kept, Point(1, 2), 1)
    assert kept.put("/api/couriers/me/shift", {"on": False}).ok  # its orders go on
    row = DeliveryOfferRow
    with db.transaction():
        db.execute(
            update(row)
            .where(row.order_id.in_([order["id"], second["id"], third["id"]]))
            .values(answered_at=now() - timedelta(minutes=11))
        )
    assert jobs.release_lost() >= 1
    after = pool.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    assert (after["deliveryPartnerId"], after["delivery"]["state"]) == (None, "open")
    assert pushed(pool.shop, order, "courier_lost") == 1
    assert code(claim(lost, delivery_of(order))) == "not_offered"
    for each, carrier in ((second, kept), (third, again)):
        held = pool.customer.get(f"/api/orders/{each['id']}").json()["data"]["order"]
        assert held["deliveryPartnerId"] == carrier.id


def test_without_redis_orders_are_offered_and_claimed(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    with_profile(pool.shop)
    courier = pool.courier()

    def away(*_: Any, **__: Any) -> Any:
        raise RedisGone("away")

    for name in ("near", "of", "put", "last_seen", "kept_since"):
        monkeypatch.setattr(Positions, name, away)
    order = pool.order()
    pass_time(order)
    assert pushed(courier, order) == 1
    assert jobs.release_lost() == 0
    answer = courier.put(
        "/api/couriers/me/location", {"locations": [{"lat": 1, "lng": 2, "at": now().isoformat()}]}
    )
    assert answer.status_code == 503
    assert code(claim(courier, delivery_of(order))) == "done"


def test_old_rounds_of_ended_orders_are_deleted(pool: Pool) -> None:
    ended, recent, active = pool.order(), pool.order(), pool.order()
    courier = pool.courier()
    for order in (ended, recent, active):
        assert code(claim(courier, delivery_of(order))) == "done"
        if order is not active:
            with db.transaction():
                mine = update(OrderRow).where(OrderRow.id == order["id"])
                db.execute(mine.values(status="delivered"))
    for order in (ended, active):
        pass_days(order, 31)
    assert jobs.prune() >= 2
    assert [bool(offers(order)) for order in (ended, recent, active)] == [False, True, True]
    wave = select(DeliveryWaveRow.order_id).where(DeliveryWaveRow.order_id == ended["id"])
    assert db.fetch_all(wave) == []


def pass_days(order: Any, days: int) -> None:
    """Let the rounds of an order begin `days` days earlier."""
    with db.transaction():
        for table in (DeliveryOfferRow, DeliveryWaveRow):
            earlier = table.wanted_at - timedelta(days=days)
            db.execute(update(table).where(table.order_id == order["id"]).values(wanted_at=earlier))
