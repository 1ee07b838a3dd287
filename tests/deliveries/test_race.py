"""The race for deliveries: all couriers claim all of them at once, in different orders."""

from __future__ import annotations

from collections import Counter
from typing import Any

import gevent
import pytest
from sqlalchemy import select, text

from metaia.core import db
from metaia.orders.models import OrderRow, OrderStepRow
from tests.deliveries.conftest import Pool
from tests.deliveries.test_claims import race

COURIERS, JOBS, MOST = 24, 400, 20
COPIES = """
    INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object('id', new.id, 'deal_id', new.id,
        'order_number', 'R' || left(new.id::text, 18), 'delivery_id', gen_random_uuid()))).*
    FROM orders o, LATERAL (SELECT gen_random_uuid() AS id, n FROM generate_series(1, :jobs) n) new
    WHERE o.id = :order RETURNING id, delivery_id
"""
ROUNDS = """
    INSERT INTO delivery_waves SELECT id, courier_wanted_at, 'pool', 4, NULL FROM orders WHERE partner_id = :shop
    ON CONFLICT DO NOTHING
"""


@pytest.mark.chaos
def test_each_delivery_gets_one_courier_and_none_too_many(
    pool: Pool, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "COURIER_MAX_JOBS", MOST)
    order, couriers = pool.order(), [pool.courier() for _ in range(COURIERS)]
    with db.transaction():
        copies = db.execute(text(COPIES), {"jobs": JOBS, "order": order["id"]}).all()
        db.execute(text(ROUNDS), {"shop": pool.shop.id})
    deliveries = [copy.delivery_id for copy in copies]
    racing = [gevent.spawn(race, courier, deliveries, seed) for seed, courier in enumerate(couriers)]
    found = sum((task.get() for task in racing), Counter())
    assert found["done"] == JOBS, found
    assert found.keys() <= {"done", "already_claimed", "too_many_jobs"}, found
    rows = db.fetch_all(
        select(OrderRow.id, OrderRow.courier_id, OrderRow.version).where(OrderRow.delivery_id.in_(deliveries))
    )
    carried = Counter(row.courier_id for row in rows)
    assert None not in carried
    assert max(carried.values()) <= MOST
    assert {row.version for row in rows} == {order["version"] + 1}
    step = OrderStepRow
    claims = select(step.order_id).where(step.action == "claim", step.order_id.in_([row.id for row in rows]))
    assert len(db.fetch_all(claims)) == JOBS
