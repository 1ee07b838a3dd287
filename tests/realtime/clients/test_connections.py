"""The life of a connection: until its token expires or is renewed, or its user loses access."""

from __future__ import annotations

import time
from dataclasses import replace

from metaia.realtime.clients import connections
from tests.support.people import Person, Socket, World
from tests.support.waiting import until


def shorten(person: Person, seconds: float) -> None:
    """Let the tokens of a person's open connections expire soon."""
    for connection in connections.open_connections.values():
        if connection.actor.id == person.id:
            connection.actor = replace(connection.actor, expires=time.time() + seconds)


def open_(socket: Socket) -> bool:
    return socket.client.connected


def test_a_connection_ends_with_its_token(world: World) -> None:
    person, other = world.person(), world.person()
    ending, staying = person.socket(), other.socket()
    shorten(person, 0)
    until(lambda: not open_(ending))
    assert open_(staying)


def test_a_new_token_of_the_same_user_lets_it_live_on(world: World) -> None:
    person = world.person()
    screen = person.socket()
    shorten(person, 2)
    answer = screen.ask("auth:refresh", {"token": person.token})
    assert answer["ok"] is True
    assert 0 < answer["data"]["expiresIn"] <= 15 * 60
    time.sleep(
        2.5
    )  # past the old expiry; the test shows that nothing happens, so there is no condition to wait for
    assert open_(screen)


def test_a_token_of_another_user_or_none_renews_nothing(world: World) -> None:
    screen = world.person().socket()
    codes = {
        screen.ask("auth:refresh", {"token": world.person().token})["error"]["code"],
        screen.ask("auth:refresh", {"token": "garbage"})["error"]["code"],
        screen.ask("auth:refresh", {})["error"]["code"],
    }
    assert codes == {"forbidden", "token_invalid", "invalid"}


def test_all_devices_of_a_user_receive_the_same(world: World) -> None:
    person = world.person()
    devices = [person.socket() for _ in range(3)]
    order = person.order()
    for device in devices:
        assert device.wait("order_update")[0]["orderId"] == order["id"]


def test_a_former_courier_of_an_order_is_evicted_from_its_room(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    old, new = world.person("delivery"), world.person("delivery")
    order = tailor.act(customer.order(partnerId=tailor.id), "assign", deliveryPartnerId=old.id)
    screen = old.socket()
    assert screen.ask("join_order_room", order["id"])["ok"] is True
    tailor.act(order, "assign", deliveryPartnerId=new.id)
    screen.wait("order_update", where=lambda e: e["order"]["deliveryPartnerId"] == new.id)
    customer_screen = customer.socket()
    tailor.act(order, "accept")
    customer_screen.wait("order_update", where=lambda e: e["status"] == "accepted")
    assert [e["status"] for e in screen.of("order_update") if e["status"] == "accepted"] == []
    assert screen.ask("join_order_room", order["id"])["error"]["code"] == "forbidden"


def test_more_devices_do_not_raise_a_users_limit_without_bound(world: World) -> None:
    person, other = world.person(), world.person()
    screens = [person.socket() for _ in range(6)]
    refused = 0
    for screen in screens:
        codes = [
            screen.ask("nothing", number)["error"]["code"] for number in range(35)
        ]  # below the limit of one connection
        refused += codes.count("rate_limited")
    assert refused > 0
    assert other.socket().ask("nothing", 1)["error"]["code"] == "unknown_event"
