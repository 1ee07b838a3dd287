"""kill -9 of the worker in the middle of a bulk operation, while customers and shops act on the same orders.

`OPERATION_ORDERS=5000 OPERATION_CLIENTS=50 make chaos ARGS="-k operations"` has the full size.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import LiteralString

import gevent
import pytest

from metaia.core.json import Json
from tests.chaos.installation import promote
from tests.e2e.stack import SECONDS, Stack, kill, stack, stop
from tests.support.operations import act, bulk, results, shown
from tests.support.people import Person, World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
ORDERS = int(os.environ.get("OPERATION_ORDERS", "60"))
CLIENTS = int(os.environ.get("OPERATION_CLIENTS", "6"))
PARAMETERS = {"message": "Sorry, a flood."}
NOTES: LiteralString = """
    SELECT order_id::text, count(*) FROM order_steps WHERE action = 'note' AND actor_id = %s GROUP BY 1"""
CANCELS: LiteralString = """
    SELECT order_id::text, count(*) FROM order_steps WHERE action = 'cancel' AND actor_id = %s GROUP BY 1"""
DONE: LiteralString = "SELECT count(*) FROM operation_items WHERE operation_id = %s AND state = 'done'"
STATES: LiteralString = "SELECT state, count(*) FROM operation_items WHERE operation_id = %s GROUP BY 1"


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    with stack(environment, tmp_path) as (started, _):
        yield started


def eventually(true: Callable[[], bool], what: str) -> None:
    """Wait until something is true; processes start slowly on a busy machine."""
    with gevent.Timeout(SECONDS, AssertionError(f"waited in vain: {what}")):
        while not true():
            gevent.sleep(0.1)


def serve_others(own: Stack) -> list[subprocess.Popen[bytes]]:
    """Start the workers of the queues that go first: an operation waits while their jobs wait."""
    return [own.worker("default"), own.worker("critical")]


def place(world: World) -> tuple[Person, list[Json]]:
    """Place the orders of one customer at one shop; return the shop and the orders."""
    shop, customer = world.person("tailor"), world.person()
    return shop, [customer.order(partnerId=shop.id) for _ in range(ORDERS)]


def order_all(admin: Person, action: str, orders: list[Json], **body: object) -> Json:
    """Order an operation for all orders of their customer."""
    given = {"filter": {"customerId": orders[0]["customerId"]}, "dryRun": False, "expectedCount": len(orders)}
    return bulk(admin, "orders", action, status=202, **given, **body)


def test_no_item_of_an_operation_is_done_twice_whatever_dies(own: Stack) -> None:
    web, others = own.web(), serve_others(own)
    with World(own.url) as world:
        admin = promote(own, world)
        shop, orders = place(world)
        worker = own.worker("bulk", METAIA_FAULT="operation_item")
        noted = order_all(admin, "note", orders, parameters=PARAMETERS)
        eventually(
            lambda: worker.poll() is not None, "the worker has killed itself before the commit of an item"
        )
        assert own.rows(DONE, noted["id"]) == [(0,)], "nothing is half done"
        worker = own.worker("bulk")
        eventually(lambda: own.rows(DONE, noted["id"])[0][0] >= ORDERS // 4, "a part is done")
        kill(worker)
        worker = own.worker("bulk")
        eventually(lambda: shown(admin, noted)["state"] == "completed", "the rest is done")
        assert dict(own.rows(NOTES, admin.id)) == {order["id"]: 1 for order in orders}

        cancelled = order_all(admin, "cancel", orders, parameters=PARAMETERS)
        clients = [gevent.spawn(accept, shop, orders[number::CLIENTS]) for number in range(CLIENTS)]
        eventually(lambda: shown(admin, cancelled)["state"] == "completed", "all are cancelled or refused")
        gevent.joinall(clients, raise_error=True)
        after = shown(admin, cancelled)
        assert after["done"] + after["failed"] == ORDERS
        steps = dict(own.rows(CANCELS, admin.id))
        assert set(steps.values()) <= {1}
        assert len(steps) == after["done"], "each item that is done is one step"
        assert {each["error"]["code"] for each in results(admin, cancelled, ok="false").values()} <= {
            "illegal_transition"
        }
    assert {stop(process) for process in (worker, *others, web)} == {0}


def accept(shop: Person, orders: list[Json]) -> None:
    """Accept, prepare and finish orders as far as they still are the shop's to change."""
    for order in orders:
        for action in ("accept", "ready", "complete"):
            assert shop.patch(f"/api/orders/{order['id']}/{action}", {}).status_code in {200, 409}


def test_a_cancelled_operation_stops_with_the_item_that_is_being_done(own: Stack) -> None:
    web, worker, others = own.web(), own.worker("bulk"), serve_others(own)
    with World(own.url) as world:
        admin = promote(own, world)
        _, orders = place(world)
        operation = order_all(admin, "note", orders, parameters=PARAMETERS)
        eventually(lambda: own.rows(DONE, operation["id"])[0][0] >= 1, "it has begun")
        done = act(admin, operation, "cancel")["done"]
        eventually(lambda: "waiting" not in dict(own.rows(STATES, operation["id"])), "no item waits")
        states = dict(own.rows(STATES, operation["id"]))
        assert states["done"] - done in {0, 1}, "at most the item that was being done"
        assert states["done"] + states.get("cancelled", 0) == ORDERS
    assert {stop(process) for process in (worker, *others, web)} == {0}
