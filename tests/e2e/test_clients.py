"""Real clients, in JavaScript and in Python, against the processes of production."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import websocket

from metaia.core.ids import new_id
from tests.e2e.conftest import Running
from tests.js.node import client as javascript
from tests.support.people import Person, World
from tests.support.waiting import refused, until

pytestmark = pytest.mark.e2e


def test_javascript_and_python_clients_receive_the_same(abroad: World) -> None:
    customer, tailor = abroad.person(), abroad.person("tailor")
    python = customer.socket()
    with javascript(abroad.url, customer.token) as script:
        script.wait("sync")
        order = customer.order(partnerId=tailor.id)
        tailor.act(order, "accept", estimatedTime=20)
        python.wait("order_update", 2)
        python.wait("new_notification", 2)
        script.wait("order_update", 2)
        script.wait("new_notification", 2)
        assert script.of("order_update") == python.of("order_update")
        assert script.of("new_notification") == python.of("new_notification")
    assert [update["status"] for update in python.of("order_update")] == ["pending", "accepted"]


def test_a_javascript_client_joins_a_room_and_is_answered(abroad: World) -> None:
    customer, stranger = abroad.person(), abroad.person()
    order = customer.order()
    with javascript(abroad.url, customer.token) as script:
        script.wait("sync")
        assert script.ask("join_order_room", order["id"])["data"]["room"] == f"order-{order['id']}"
        assert script.ask("leave_order_room", {"orderId": order["id"]})["ok"]
        assert script.ask("join_order_room", new_id())["error"]["code"] == "not_found"
        assert script.ask("join_order_room")["error"]["code"] == "invalid"
    with javascript(abroad.url, stranger.token) as script:
        script.wait("sync")
        assert script.ask("join_order_room", order["id"])["error"]["code"] == "forbidden"


def test_a_javascript_client_resumes_from_its_cursor(abroad: World) -> None:
    customer = abroad.person()
    with javascript(abroad.url, customer.token) as script:
        cursor = script.wait("sync")[0]["cursor"]
    order = customer.order()
    seen = customer.socket(cursor)
    seen.wait("order_update")
    with javascript(abroad.url, customer.token, cursor) as script:
        script.wait("order_update")
        assert script.wait("sync")[-1]["replayed"] == 2
        assert script.of("order_update")[0]["orderId"] == order["id"]


def both_refusals(world: World, token: str) -> tuple[Any, Any]:
    with javascript(world.url, token) as script:
        (error,) = script.wait("connect_error")
    return error, refused(world.url, auth={"token": token})


def test_a_refused_client_learns_why_in_either_language(abroad: World) -> None:
    person = abroad.person()
    person.post("/api/auth/logout")
    for token, code in (("garbage", "token_invalid"), (person.token, "session_ended")):
        script, python = both_refusals(abroad, token)
        assert script["data"]["code"] == python["code"] == code
        assert script["message"] == script["data"]["message"] == python["message"]


def test_a_thousand_open_sockets_do_not_keep_requests_out(running: Running, abroad: World) -> None:
    """Gunicorn counts sockets against worker_connections, which is 1,000 by default."""
    person: Person = abroad.person()
    port = urlsplit(abroad.url).port
    address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    opened: list[websocket.WebSocket] = []
    try:
        with ThreadPoolExecutor(16) as pool:
            for socket in pool.map(lambda _: websocket.create_connection(address, timeout=20), range(1_100)):
                opened.append(socket)  # noqa: PERF402 - opened sockets are closed even if another one failed
        screen = person.socket()
        order = person.order()
        assert person.get(f"/api/orders/{order['id']}").ok
        assert screen.wait("order_update")[0]["orderId"] == order["id"]
    finally:
        for socket in opened:
            socket.shutdown()
    until(running.stack.ready)
