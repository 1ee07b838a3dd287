from datetime import timedelta

import pytest
from sqlalchemy import update

from metaia.core import db
from metaia.core.times import now
from metaia.orders import jobs, service
from metaia.orders.models import OrderRow
from tests.orders.test_publish import told


@pytest.fixture
def order(cast):
    return cast.customer.order(partnerId=cast.tailor.id)


def let_time_pass(order):
    with db.transaction():
        late = (
            update(OrderRow).where(OrderRow.id == order["id"]).values(accept_by=now() - timedelta(seconds=1))
        )
        db.execute(late)


def seen(person, order):
    return person.get(f"/api/orders/{order['id']}").json()["data"]["order"]


def test_an_order_nobody_accepts_is_cancelled_by_the_system(cast, order):
    let_time_pass(order)
    assert jobs.cancel_overdue() >= 1
    after = seen(cast.customer, order)
    assert (after["status"], after["version"]) == ("cancelled", 2)
    assert after["message"] == "Nobody accepted the order in time."
    assert after["allowedActions"] == []
    step = cast.customer.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"][-1]
    assert (step["action"], step["actorRole"], step["actorId"]) == ("expire", "system", None)
    assert told(cast.customer, order) == ["order_expired", "order_placed"]
    assert told(cast.tailor, order) == ["order_expired", "order_new"]


def test_it_happens_once(cast, order):
    let_time_pass(order)
    jobs.cancel_overdue()
    jobs.cancel_overdue()
    assert not service.expire(order["id"])
    assert seen(cast.customer, order)["version"] == 2


def test_before_the_deadline_nothing_happens(cast, order):
    jobs.cancel_overdue()
    assert not service.expire(order["id"])
    assert seen(cast.customer, order)["status"] == "pending"


def test_an_order_that_was_accepted_goes_on(cast, order):
    cast.tailor.act(order, "accept")
    let_time_pass(order)
    jobs.cancel_overdue()
    assert seen(cast.customer, order)["status"] == "accepted"


def test_after_the_deadline_and_before_the_clock_it_can_still_be_accepted(cast, order):
    let_time_pass(order)
    assert cast.tailor.act(order, "accept")["status"] == "accepted"
    assert not service.expire(order["id"])
