"""kill -9 of the web process at the worst moments: committed events arrive after the next start, once."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psutil
import pytest
import requests

from tests.e2e.stack import Stack, kill, only_child, stack, stop
from tests.js.node import client as javascript
from tests.support.people import Person, World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
OUTBOX: LiteralString = "SELECT count(*) FROM outbox WHERE kind = 'event'"
LOG: LiteralString = "SELECT count(*) FROM event_log"


@pytest.fixture(scope="module")
def own(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(environment, tmp_path_factory.mktemp("chaos")) as (started, _):
        yield started


@pytest.fixture(scope="module")
def customers(own: Stack) -> list[Person]:
    """Give people who have registered before any fault, one for each fault."""
    web = own.web()
    with World(own.url) as world:
        found = [world.person() for _ in range(3)]
    assert stop(web) == 0
    return found


def count(own: Stack, query: LiteralString) -> int:
    ((number,),) = own.rows(query)
    return int(number)


@pytest.mark.parametrize(
    ("fault", "outbox", "log"),
    [("after_commit", 2, 0), ("before_move", 2, 0), ("after_move", 0, 2)],
)
def test_committed_events_arrive_once_after_the_next_start(
    own: Stack, customers: list[Person], fault: str, outbox: int, log: int
) -> None:
    web, customer = own.web(METAIA_FAULT=fault), customers.pop()
    with World(own.url) as world:
        customer.world = world
        screen = customer.socket()
        cursor = screen.cursor
        before = count(own, OUTBOX), count(own, LOG)
        server = only_child(web)
        web.send_signal(signal.SIGSTOP)  # so that gunicorn does not start another one at once
        try:
            customer.order()
        except requests.ConnectionError:
            assert fault == "after_commit"
        until(lambda: server.status() == psutil.STATUS_ZOMBIE, "the process has killed itself")
        assert not screen.of("order_update")
        assert (count(own, OUTBOX) - before[0], count(own, LOG) - before[1]) == (outbox, log)
        kill(web)
    web = own.web()
    with World(own.url) as world, javascript(own.url, customer.token, cursor) as script:
        script.wait("order_update")
        script.wait("new_notification")
        customer.world = world
        back = customer.socket(cursor)
        back.wait("order_update")
        order = customer.get("/api/orders").json()["data"]["orders"]
        customer.patch(f"/api/orders/{order[0]['id']}/cancel", {"reason": "enough"})
        for client in (script, back):
            client.wait("order_update", 2)
            statuses = [update["status"] for update in client.of("order_update")]
            assert statuses == ["pending", "cancelled"]
            types = [event["type"] for event in client.of("new_notification")]
            assert types == ["order_placed"]
    assert count(own, OUTBOX) == 0
    assert stop(web) == 0


def test_a_killed_process_is_replaced_and_clients_resume_without_loss(own: Stack) -> None:
    """Gunicorn starts another process by itself, without an operator."""
    web = own.web()
    with World(own.url) as world:
        customer, tailor = world.person(), world.person("tailor")
        screen = customer.socket()
        order = customer.order(partnerId=tailor.id)
        screen.wait("order_update")
        cursor = screen.cursor
        only_child(web).kill()
        until(lambda: not screen.client.connected, "the connection is gone")
        until(own.ready, "another process serves")
        tailor.act(order, "accept")
        back = customer.socket(cursor)
        back.wait("order_update")
        assert [update["status"] for update in back.of("order_update")] == ["accepted"]
    assert stop(web) == 0


def test_orders_go_on_while_redis_stands_still_and_mail_follows_later(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with stack(environment, tmp_path) as (own, mails):
        worker, _ = own.worker(), own.web()
        redis = psutil.Process(int((tmp_path / "redis" / "redis.pid").read_text()))
        with World(own.url) as world:
            customer = world.person()
            screen = customer.socket()
            redis.suspend()
            try:
                customer.order()
                screen.wait("order_update")
                screen.wait("new_notification")
                assert mails.mails == []
            finally:
                redis.resume()
            until(lambda: mails.to(customer.user["email"]), "the mail arrives")
        assert worker.poll() is None


def alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def test_sigterm_ends_web_and_worker_in_good_order(own: Stack) -> None:
    web, worker = own.web(), own.worker()
    until(lambda: own.rows("SELECT 1") and "leads the relay" in own.log("web"))
    with World(own.url) as world:
        screen = world.person().socket()
        until(lambda: psutil.Process(worker.pid).children(), "the worker has started its scheduler")
        children = [*psutil.Process(web.pid).children(), *psutil.Process(worker.pid).children()]
        assert (stop(web), stop(worker)) == (0, 0)
        until(lambda: not screen.client.connected)
    until(lambda: not any(alive(child) for child in children), "their children have ended too")
    assert "Traceback" not in own.log("worker")
