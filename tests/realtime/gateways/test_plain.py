"""Clients without Socket.IO: plain WebSockets, Timing's admin socket, server-sent events."""

from __future__ import annotations

import io
import sys
from typing import Any

import orjson
import pytest
import requests
from flask import Flask

from metaia.core import logs, redis
from metaia.core.observing import exceptions
from metaia.realtime.gateways import tickets
from tests.support.people import World
from tests.support.plain_clients import refusal, stream, ticket
from tests.support.waiting import numbers, send_numbered

Json = dict[str, Any]


def test_a_websocket_with_a_ticket_gets_what_its_user_may_see(world: World, connect: Any) -> None:
    customer, tailor, stranger = world.person(), world.person("tailor"), world.person()
    mine, not_mine = connect(f"/ws?ticket={ticket(customer)}"), connect(f"/ws?ticket={ticket(stranger)}")
    assert (mine.next()["type"], not_mine.next()["type"]) == ("sync", "sync")
    order = customer.order(partnerId=tailor.id)
    received = [mine.next(), mine.next()]
    assert [message["type"] for message in received] == ["order_update", "new_notification"]
    assert received[0]["data"]["order"] == order
    assert received[0]["cursor"] == received[0]["data"]["cursor"]
    send_numbered(stranger, 7)
    assert not_mine.next()["data"]["data"]["number"] == 7


def test_one_cursor_serves_socket_io_websocket_stream_and_sync(world: World, connect: Any) -> None:
    person = world.person()
    first = person.socket()
    send_numbered(person, 1)
    first.wait("new_notification")
    cursor = first.cursor
    first.close()
    send_numbered(person, 2, 3)
    plain = connect(f"/ws?ticket={ticket(person)}&cursor={cursor}")
    received = [plain.next() for _ in range(3)]
    assert [m["data"]["data"]["number"] for m in received[:2]] == [2, 3]
    assert received[2]["type"] == "sync"
    assert received[2]["data"]["replayed"] == 2
    send_numbered(person, 4)
    assert plain.next()["data"]["data"]["number"] == 4
    # the polyfill of EventSource resumes by a parameter beside the cursor that it began with
    with stream(person, {}, f"?cursor={cursor}&lastEventId={received[0]['cursor']}") as events:
        assert next(events)["data"]["data"]["number"] == 3
    with stream(person, {"Last-Event-ID": received[0]["cursor"]}, f"?lastEventId={cursor}") as events:
        got = [next(events) for _ in range(3)]
    assert [e["data"]["data"]["number"] for e in got if e["event"] == "new_notification"] == [3, 4]
    synced = person.get(f"/api/sync?cursor={got[0]['id']}").json()["data"]["events"]
    assert [e["data"]["data"]["number"] for e in synced] == [4]
    assert numbers(person.socket(got[0]["id"])) == [4]


def test_an_empty_cursor_is_none(world: World, connect: Any) -> None:
    person, admin = world.person(), world.staff()
    send_numbered(person, 1)
    plain = connect(f"/ws?ticket={ticket(person)}&cursor=")
    pages = connect(f"/admin?token={admin.token}&cursor=")
    assert plain.next()["data"].items() >= {"replayed": 0, "complete": True, "resync": False}.items()
    with (
        stream(person, {"Last-Event-ID": ""}) as events,
        stream(person, {}, "?cursor=") as others,
    ):
        for received in (events, others):
            assert (
                next(received)["data"].items() >= {"replayed": 0, "complete": True, "resync": False}.items()
            )
    world.person().order()
    assert pages.next()["type"] == "newOrder"


def test_timings_admins_get_orders_in_timings_own_messages(world: World, connect: Any) -> None:
    admin, customer = world.staff(), world.person()
    pages = connect(f"/admin?token={admin.token}")
    order = customer.order()

    def about_it() -> Json:
        while (message := pages.next())["order"]["id"] != order["id"]:
            continue
        return message

    new = about_it()
    assert new.keys() == {"type", "order"}
    assert new["type"] == "newOrder"
    shown = admin.get("/api/admin/orders?q=" + order["orderNumber"]).json()["data"][0]
    assert new["order"] == shown
    admin.put(f"/api/admin/orders/{order['id']}/status", {"status": "preparing"})
    update = about_it()
    assert (update["type"], update["status"], update["order"]["status"]) == (
        "orderStatusUpdate",
        "preparing",
        "preparing",
    )


@pytest.mark.parametrize(("role", "code"), [("customer", 403), ("support", 403), (None, 401)])
def test_only_admins_get_into_timings_socket(world: World, role: str | None, code: int) -> None:
    person = {"customer": world.person, "support": lambda: world.staff("support")}.get(
        str(role), lambda: None
    )()
    token = person.token if person else "garbage"
    assert refusal(world, f"/admin?token={token}")[0] == code


def test_a_ticket_works_once(world: World, connect: Any) -> None:
    given = ticket(world.person())
    assert connect(f"/ws?ticket={given}").next()["type"] == "sync"
    assert refusal(world, f"/ws?ticket={given}") == (401, "ticket_invalid")
    assert refusal(world, "/ws?ticket=forged") == (401, "ticket_invalid")
    assert refusal(world, "/ws") == (401, "token_missing")


def test_a_plain_request_is_answered_with_upgrade_required(world: World) -> None:
    for path in ("/ws", "/admin"):
        answer = world.call("GET", path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (426, "upgrade_required")


def test_a_stream_needs_a_token_or_a_ticket(world: World) -> None:
    assert world.call("GET", "/api/events").status_code == 401
    assert world.call("GET", "/api/events?ticket=forged").status_code == 401
    person = world.person()
    answer = requests.get(f"{world.url}/api/events?ticket={ticket(person)}", stream=True, timeout=30)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    answer.close()


def test_ending_the_session_ends_websockets_and_streams(world: World, connect: Any) -> None:
    person = world.person()
    plain = connect(f"/ws?ticket={ticket(person)}")
    assert plain.next()["type"] == "sync"
    with stream(person, {}) as events:
        assert next(events)["event"] == "sync"
        person.post("/api/auth/logout")
        assert plain.close_code() == (1008, "session_ended")
        assert list(events) == []


def test_no_token_of_an_address_gets_into_the_log(
    world: World, connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        logs.setup(as_json=True)
    admin, given = world.staff(), ticket(world.person())
    assert connect(f"/admin?token={admin.token}")
    assert connect(f"/ws?ticket={given}").next()["type"] == "sync"
    refusal(world, f"/ws?ticket={given}")
    world.call("GET", f"/api/events?ticket={given}")
    world.call("GET", f"/api/orders?token={admin.token}")
    logs.setup(as_json=True, observe=exceptions.observe)
    logged = stream.getvalue()
    assert '"path":"/ws"' in logged
    assert admin.token not in logged
    assert given not in logged


def test_a_ticket_is_void_once_its_session_has_ended(world: World) -> None:
    person = world.person()
    given = [ticket(person), ticket(person)]
    person.post("/api/auth/logout")
    assert refusal(world, f"/ws?ticket={given[0]}") == (401, "session_ended")
    answer = world.call("GET", f"/api/events?ticket={given[1]}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "session_ended")


def test_a_ticket_of_a_newer_release_is_redeemed(app: Flask, world: World, connect: Any) -> None:
    """During a rolling deployment, the process that redeems it may be the older one."""
    given = ticket(world.person())
    with redis.connect(app.config["REDIS_URL"]) as client:
        key = tickets._key(given)
        client.set(key, orjson.dumps(orjson.loads(client.get(key)) | {"device": "of a newer release"}))
    assert connect(f"/ws?ticket={given}").next()["type"] == "sync"
