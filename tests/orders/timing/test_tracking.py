"""The tracking page without a login waits for the next change of its order."""

import time

import gevent
import pytest
from gevent.lock import BoundedSemaphore

from metaia.orders.timing import routes
from metaia.realtime import runtime
from tests.support.waiting import until

SOON = 20  # seconds: less than the 25 for which a page waits, more than a busy machine stalls


@pytest.fixture
def order(cast):
    return cast.customer.order(partnerId=cast.tailor.id)


def track(world, order, wait=None, known=None):
    headers = {} if known is None else {"If-None-Match": known}
    query = "" if wait is None else f"?wait={wait}"
    return world.call("GET", f"/api/orders/{order['id']}/status{query}", headers=headers)


def waits(app, order):
    return until(lambda: f"order-{order['id']}" in runtime.of(app).feed._waiting, "it waits")


def test_an_unchanged_order_is_304(world, order):
    first = track(world, order)
    assert (first.status_code, first.headers["ETag"]) == (200, '"1"')
    for known in ('"1"', 'W/"1"', '"7", "1"', "*", '"1-gzip"', 'W/"1--gzip"', '"1;br"'):
        again = track(world, order, known=known)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", '"1"')
    for known in ('"2"', '"11"', "1x", ""):
        assert track(world, order, known=known).status_code == 200


def test_a_change_answers_at_once(app, world, cast, order):
    polls = [gevent.spawn(track, world, order, wait=25, known='"1"') for _ in range(3)]
    waits(app, order)
    cast.tailor.act(order, "accept")
    for poll in polls:
        answer = poll.get(timeout=SOON)
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        assert answer.json()["data"]["order_status"] == "accepted"
    assert f"order-{order['id']}" not in runtime.of(app).feed._waiting


def test_without_a_change_the_end_is_304(world, order):
    began = time.monotonic()
    assert track(world, order, wait=0.3, known='"1"').status_code == 304
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("known", [None, '"0"'])
def test_a_page_that_does_not_know_the_order_does_not_wait(world, order, known):
    poll = gevent.spawn(track, world, order, wait=25, known=known)
    assert poll.get(timeout=SOON).status_code == 200


def test_many_waiting_pages_hold_no_database_connection(app, world, cast, order):
    polls = [gevent.spawn(track, world, order, wait=25, known='"1"') for _ in range(50)]
    waits(app, order)
    until(lambda: len(runtime.of(app).feed._waiting[f"order-{order['id']}"]) > app.config["DATABASE_POOL"])
    assert track(world, order).status_code == 200
    assert not any(poll.ready() for poll in polls)
    cast.tailor.act(order, "accept")
    assert {poll.get(timeout=SOON).status_code for poll in polls} == {200}


def test_pages_beyond_the_limit_are_answered_at_once(app, world, cast, order, monkeypatch):
    monkeypatch.setattr(routes, "WAITING", BoundedSemaphore(1))
    waiting = gevent.spawn(track, world, order, wait=25, known='"1"')
    waits(app, order)
    beyond = gevent.spawn(track, world, order, wait=25, known='"1"')
    assert beyond.get(timeout=SOON).status_code == 304
    assert not waiting.ready()
    cast.tailor.act(order, "accept")
    assert waiting.get(timeout=SOON).status_code == 200
    assert track(world, order, wait=0.1, known='"2"').status_code == 304  # its place is free again


@pytest.mark.parametrize("wait", ["-1", "25.1", "x", "nan", "inf", "1,2"])
def test_a_bad_wait_is_refused(world, order, wait):
    assert track(world, order, wait=wait, known='"1"').status_code == 422
