"""How soon a client is back: after the network returns, after a dead line, where sockets do not work."""

from __future__ import annotations

import time

import gevent
import pytest

from tests.clients.plain import Plain
from tests.clients.proxy import Proxy

pytestmark = pytest.mark.clients


@pytest.fixture
def proxy(world):
    with Proxy(int(world.url.rsplit(":", 1)[1])) as running:
        yield running


def changes(client, since):
    """Return (seconds, state) for each change of the connection's state since then."""
    return [
        (line["at"] / 1000 - since, line["state"])
        for line in client.lines
        if line.get("at", 0) / 1000 >= since
    ]


def test_it_is_back_three_times_as_soon_as_socketio_client_after_the_network(
    world, clients, proxy, record_property
):
    tailor = world.person("tailor")
    screen = clients.client(proxy.url).live(tailor)
    with Plain(proxy, tailor, world.staff("admin")) as plain:
        plain.until("live")
        took, plain_took = [], []
        for _ in range(5):
            proxy.up = False
            proxy.cut()
            screen.until(lambda it: it.state == "waiting")
            plain.until("waiting")
            gevent.sleep(0.3)
            proxy.up = True
            since = time.time()
            screen.call("network.send", True)
            screen.until(lambda it: it.state == "live")
            took.append(next(seconds for seconds, state in changes(screen, since) if state == "live"))
            plain_took.append(plain.until("live") - since)
    median, plain_median = sorted(took)[2], sorted(plain_took)[2]
    print(
        f"back after the network: {median:.3f} s; plain socket.io-client {plain_median:.3f} s (medians of 5)"
    )
    record_property("back_seconds", median)
    assert median < 1
    assert median <= plain_median / 3


def test_a_dead_line_is_noticed_when_the_app_returns(world, clients, proxy):
    customer, tailor = world.person(), world.person("tailor")
    screen = clients.client(proxy.url).live(tailor)
    proxy.stall()
    order = customer.order(partnerId=tailor.id)
    screen.call("network.send", True)  # the app returns: a heartbeat goes out, and no answer comes
    gevent.sleep(3.3)
    proxy.flow()
    screen.until(lambda it: any(e["orderId"] == order["id"] for e in it.events("order_update")))
    screen.until(lambda it: it.state == "live")


def test_where_sockets_fail_it_polls_with_the_same_cursor(world, clients, proxy):
    customer, tailor = world.person(), world.person("tailor")
    screen = clients.client(proxy.url, transports=["socketio", "poll"]).live(tailor)
    proxy.refused = b"/socket.io/"
    proxy.cut()
    missed = customer.order(partnerId=tailor.id)
    screen.until(lambda it: any(e["orderId"] == missed["id"] for e in it.events("order_update")), 40)
    assert screen.call("connection.store.getState")["transport"] == "poll"
