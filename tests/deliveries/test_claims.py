"""Claiming deliveries: one courier gets an order, none more than it may carry."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import gevent
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.orders.models import OrderRow
from tests.deliveries.conftest import Pool
from tests.support.people import Person


def delivery_of(order: Any) -> str:
    return str(order["delivery"]["id"])


def claim(courier: Person, delivery_id: str) -> Any:
    return courier.post(f"/api/deliveries/{delivery_id}/claim", {})


def race(courier: Person, deliveries: list[str], seed: int) -> Counter[str]:
    """Let a courier claim all deliveries in an order of its own; return how often each answer came."""
    own, found = random.Random(seed), Counter[str]()
    for each in own.sample(deliveries, len(deliveries)):
        while (
            answer := claim(courier, each)
        ).status_code == 503:  # all connections to the database are in use
            pass
        found[code(answer)] += 1
    return found


def code(answer: Any) -> str:
    return "done" if answer.ok else str(answer.json()["error"]["code"])


def test_a_ready_order_is_offered_and_claimed_once(pool: Pool) -> None:
    order = pool.order("accepted")
    assert order["delivery"] is None
    order = pool.shop.act(order, "ready")
    assert (order["delivery"]["state"], order["deliveryPartnerId"]) == ("open", None)
    assert "cancel-courier" in order["allowedActions"]
    delivery, first, second = delivery_of(order), pool.courier(), pool.courier()
    for courier in (first, second):
        (found,) = [
            each
            for each in courier.get("/api/deliveries").json()["data"]["deliveries"]
            if each["id"] == delivery
        ]
        assert found["partner"]["id"] == pool.shop.id
        assert found["allowedActions"] == ["claim", "decline"]
    late = pool.courier(on=False)
    assert code(claim(late, delivery)) == "off_shift"
    assert claim(first, new_id()).status_code == 404
    answer = claim(first, delivery)
    assert code(answer) == "done"
    assert answer.json()["data"]["order"]["deliveryPartnerId"] == first.id
    assert answer.json()["data"]["delivery"]["customerInfo"]["name"] == "Asha Rao"
    place = answer.json()["data"]["order"]["destination"]
    assert answer.json()["data"]["delivery"]["destination"] == place
    assert code(claim(first, delivery)) == "done"  # again: the same
    assert code(claim(second, delivery)) == "already_claimed"
    steps = pool.customer.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"]
    assert [step["action"] for step in steps] == ["create", "accept", "ready", "claim"]
    order = first.act(first.act(order, "dispatch"), "deliver")
    assert (order["status"], order["delivery"]["state"]) == ("delivered", "delivered")


def test_of_couriers_that_claim_at_once_one_gets_each_order(pool: Pool, app: Any) -> None:
    """A small run of the race of tests/chaos; each courier may have two orders."""
    couriers = [pool.courier() for _ in range(6)]
    deliveries = [delivery_of(pool.order()) for _ in range(8)]
    racing = [gevent.spawn(race, courier, deliveries, seed) for seed, courier in enumerate(couriers)]
    found = sum((task.get() for task in racing), Counter())
    assert found["done"] == len(deliveries)
    assert found.keys() <= {"done", "already_claimed", "too_many_jobs"}
    rows = db.fetch_all(
        select(OrderRow.courier_id, OrderRow.courier_slot).where(OrderRow.delivery_id.in_(deliveries))
    )
    carried = Counter(row.courier_id for row in rows)
    assert len(rows) == len(deliveries)
    assert None not in carried
    assert max(carried.values()) <= app.config["COURIER_MAX_JOBS"]
    assert len({(row.courier_id, row.courier_slot) for row in rows}) == len(rows)


def test_an_order_ends_once_when_claim_and_other_actions_meet(pool: Pool) -> None:
    for action in ("cancel", "cancel-courier", "complete"):
        order, courier = pool.order(), pool.courier()
        claiming = gevent.spawn(claim, courier, delivery_of(order))
        other = pool.shop.patch(f"/api/orders/{order['id']}/{action}", {})
        claimed = claiming.get(timeout=60)
        after = pool.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]
        codes = (code(claimed), code(other))
        assert "done" in codes, codes
        if codes[0] == "done":
            assert after["deliveryPartnerId"] == courier.id
        else:
            assert codes[0] == "not_offered"
            assert after["deliveryPartnerId"] is None


def test_a_claimed_delivery_is_closed_on_all_screens(pool: Pool) -> None:
    order, couriers = pool.order(), [pool.courier() for _ in range(3)]
    screens = [courier.socket() for courier in couriers]
    away = couriers[2].socket()
    cursor = away.heard[-1][1]["cursor"]
    away.close()
    delivery = delivery_of(order)
    assert code(claim(couriers[0], delivery)) == "done"
    for screen in (*screens, couriers[2].socket(cursor)):
        (closed,) = screen.wait("delivery:closed", where=lambda data: data["id"] == delivery)
        assert closed["reason"] == "claimed"


def test_a_released_order_is_offered_to_others(pool: Pool) -> None:
    order, first, second = pool.order(), pool.courier(), pool.courier()
    delivery = delivery_of(order)
    assert code(claim(first, delivery)) == "done"
    after = first.act(order, "release", reason="A flat tyre.")
    assert after["customerInfo"] == {"name": None, "phone": None, "phoneE164": None, "address": None}
    assert code(claim(first, delivery)) == "not_offered"
    assert code(claim(second, delivery)) == "done"
    after = pool.shop.act(order, "unassign")
    assert after["delivery"]["state"] == "ended"
    assert code(claim(pool.courier(), delivery)) == "not_offered"
    after = pool.shop.act(order, "request-courier")
    assert code(claim(second, delivery)) == "done"
    order = second.act(order, "dispatch")
    second.act(order, "report-problem", reason="absent")
    order = second.act(order, "return")
    assert (order["status"], order["deliveryPartnerId"]) == ("ready", None)
    assert pool.shop.act(order, "cancel")["status"] == "cancelled"


def test_a_declined_offer_does_not_come_again(pool: Pool) -> None:
    order, courier = pool.order(), pool.courier()
    delivery = delivery_of(order)
    answer = courier.post(f"/api/deliveries/{delivery}/decline", {})
    assert delivery not in [each["id"] for each in answer.json()["data"]["deliveries"]]
    assert code(courier.post(f"/api/deliveries/{delivery}/decline", {})) == "not_offered"
    assert code(claim(courier, delivery)) == "not_offered"
    assert courier.get(f"/api/deliveries/{delivery}").status_code == 403


def test_a_courier_claims_and_gets_only_so_many_orders(pool: Pool, app: Any) -> None:
    courier = pool.courier()
    deliveries = [delivery_of(pool.order()) for _ in range(3)]
    assert [code(claim(courier, each)) for each in deliveries] == ["done", "done", "too_many_jobs"]
    order = pool.order("accepted")  # partners may assign more
    assert pool.shop.act(order, "assign", deliveryPartnerId=courier.id)["deliveryPartnerId"] == courier.id
    orders = [pool.order("accepted") for _ in range(4)]
    carrier = pool.courier()
    for each in orders:
        pool.shop.act(each, "assign", deliveryPartnerId=carrier.id)
    for each in orders[:2]:
        pool.shop.act(each, "unassign")  # two slots are free, below those of two active orders
    assert code(claim(carrier, deliveries[2])) == "too_many_jobs"


def test_the_database_refuses_two_orders_in_one_slot(pool: Pool) -> None:
    courier = pool.courier()
    first, second = pool.order(), pool.order()
    for order in (first, second):
        assert code(claim(courier, delivery_of(order))) == "done"
    for wrong in ({"courier_slot": 1}, {"courier_slot": None}):
        with pytest.raises(IntegrityError), db.transaction():
            db.execute(update(OrderRow).where(OrderRow.id == second["id"]).values(**wrong))


def test_an_assigned_order_goes_on_as_before(pool: Pool) -> None:
    """A courier without a shift, an app that knows no deliveries."""
    courier, order = pool.courier(on=False), pool.order("pending")
    order = pool.shop.act(order, "assign", deliveryPartnerId=courier.id)
    for action in ("accept", "prepare", "ready"):
        order = pool.shop.act(order, action)
    assert order["delivery"]["state"] == "claimed"
    assert delivery_of(order) not in str(pool.courier().get("/api/deliveries").json())
    order = courier.act(courier.act(order, "dispatch"), "deliver")
    assert order["status"] == "delivered"
    assert order["updatedAt"] <= now().isoformat()
