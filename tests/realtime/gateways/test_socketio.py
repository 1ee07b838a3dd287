"""Connecting over Socket.IO, and sending events."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_jwt_extended import create_access_token

from metaia.core.ids import new_id
from metaia.realtime.clients import connections
from tests.js.node import client as javascript
from tests.support.people import Person, World
from tests.support.raw_socket import Raw
from tests.support.waiting import numbers, refused, send_numbered, until


def token_of(person: Person, minutes: int = 15, **claims: Any) -> str:
    given = {"userId": person.id, "role": "customer", "sid": new_id()} | claims
    return create_access_token(person.id, additional_claims=given, expires_delta=timedelta(minutes=minutes))


def sids(person: Person) -> list[str]:
    return [key for key, client in connections.open_connections.items() if client.actor.id == person.id]


def test_a_token_in_auth_lets_a_client_in(world: World) -> None:
    person = world.person()
    first = person.socket().heard[0]
    assert first[0] == "sync"
    assert first[1].keys() == {"cursor", "replayed", "complete", "resync"}
    assert (first[1]["replayed"], first[1]["complete"], first[1]["resync"]) == (0, True, False)


@pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER "])
def test_a_token_with_the_word_bearer_lets_a_client_in(world: World, word: str) -> None:
    assert world.socket(auth={"token": f"{word} {world.person().token}"}).heard


def test_another_namespace_is_refused_with_a_code(world: World) -> None:
    with Raw(world.url) as client:
        client.until("0{")
        client.send_text('40/chat,{"token":"x"}')
        name, _, data = client.until("44").removeprefix("44").partition(",")
        error = json.loads(data)
        assert name == "/chat"
        assert error["code"] == error["data"]["code"] == "unknown_namespace"
        assert error["message"]


def test_javascript_learns_that_a_namespace_does_not_exist(world: World) -> None:
    with javascript(f"{world.url}/chat", world.person().token) as script:
        (error,) = script.wait("connect_error")
        assert error["data"]["code"] == "unknown_namespace"


def test_a_second_connect_is_refused_and_the_first_one_stays(world: World) -> None:
    person = world.person()
    with Raw(world.url) as client:
        client.login(person)
        client.send_text("40" + json.dumps({"token": person.token}))
        assert json.loads(client.until("44")[2:])["code"] == "already_connected"
        send_numbered(person, 1)
        assert client.until('42["new_notification"')


def test_endless_wrong_connects_end_the_connection(world: World) -> None:
    with Raw(world.url) as client:
        client.until("0{")
        client.send_text(*['40/chat,{"token":"x"}'] * 20)
        assert client.wait_closed()


def test_a_heartbeat_is_answered_with_time_and_cursor(world: World) -> None:
    person = world.person()
    screen = person.socket()
    send_numbered(person, 1)
    (event,) = screen.wait("new_notification")
    answer = screen.ask("heartbeat", {})["data"]
    assert answer.keys() == {"at", "cursor"}
    assert position(answer["cursor"]) >= position(event["cursor"])
    assert screen.ask("heartbeat", {"a": 1})["error"]["code"] == "invalid"


def position(cursor: str) -> int:
    return int(cursor.partition(".")[2])


def test_a_token_in_the_authorization_header_lets_a_client_in(world: World) -> None:
    person = world.person()
    socket = world.socket(headers={"Authorization": f"Bearer {person.token}"})
    send_numbered(person, 1)
    socket.wait("new_notification")


def test_long_polling_works_as_well(world: World) -> None:
    person = world.person()
    socket = person.socket(transports=["polling"])
    send_numbered(person, 1, 2)
    assert numbers(socket.wait("new_notification", 2)) == [1, 2]


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        (None, "token_missing"),
        ({}, "token_missing"),
        ("a text", "token_missing"),
        ([1, 2], "token_missing"),
        ({"token": ""}, "token_invalid"),
        ({"token": "garbage"}, "token_invalid"),
        ({"token": "a.b.c"}, "token_invalid"),
        ({"token": 17}, "token_invalid"),
        ({"token": {"deep": [1]}}, "token_invalid"),
        ({"token": "x" * 20_000}, "token_invalid"),
        ({"token": "\x00\ud7ff€"}, "token_invalid"),
    ],
)
def test_a_client_without_a_valid_token_is_refused_with_the_reason(
    world: World, auth: Any, code: str
) -> None:
    error = refused(world.url, auth=auth)
    assert error["code"] == code
    assert error["message"]
    assert error["data"]["code"] == code  # what a JavaScript client sees


def test_refresh_tokens_expired_tokens_and_ended_sessions_are_refused(world: World) -> None:
    person = world.person()
    assert refused(world.url, auth={"token": person.refresh_token})["code"] == "token_invalid"
    assert refused(world.url, auth={"token": token_of(person, -1)})["code"] == "token_expired"
    assert refused(world.url, auth={"token": token_of(person, role="king")})["code"] == "token_invalid"
    person.post("/api/auth/logout")
    assert refused(world.url, auth={"token": person.token})["code"] == "session_ended"


def test_a_refused_client_leaves_nothing_behind(world: World) -> None:
    before = len(connections.open_connections)
    refused(world.url, auth={"token": "garbage"})
    assert len(connections.open_connections) == before


def test_every_connection_joins_its_users_and_its_roles_room(world: World) -> None:
    person, other = world.person("vendor"), world.person("customer")
    phone, tablet, stranger = person.socket(), person.socket(), other.socket()
    send_numbered(f"user-{person.id}", 1)
    send_numbered("vendor-room", 2)
    send_numbered(other, 3)
    assert numbers(stranger.wait("new_notification")) == [3]
    for screen in (phone, tablet):
        assert numbers(screen.wait("new_notification", 2)) == [1, 2]


def test_logging_out_closes_the_sockets_of_that_session_only(world: World) -> None:
    person = world.person()
    again = world.call(
        "POST",
        "/api/auth/login",
        json={"email": person.user["email"], "password": "a-long-enough-password"},
    ).json()["data"]
    first, second = person.socket(), world.socket(auth={"token": again["accessToken"]})
    person.post("/api/auth/logout")
    until(lambda: not first.client.connected, "the socket is closed")
    send_numbered(person, 1)
    assert numbers(second.wait("new_notification")) == [1]
    assert not numbers(first)


def test_an_expired_token_ends_the_connection_with_a_reason(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SOCKETS_END_WITH_TOKEN", True)
    person = world.person()
    socket = person.socket()
    (sid,) = sids(person)
    client = connections.open_connections[sid]
    client.actor = replace(client.actor, expires=time.time() - 1)
    answer = socket.ask("leave_order_room", new_id())
    assert answer["error"]["code"] == "token_expired"
    until(lambda: not socket.client.connected, "the socket is closed")
    until(lambda: not sids(person), "the server has forgotten it")


def test_a_client_cannot_play_the_part_of_the_server(world: World) -> None:
    person, victim = world.person(), world.person()
    socket, other = person.socket(), victim.socket()
    for name in ("order_update", "new_notification", "sync", "message", f"user-{victim.id}"):
        answer = socket.ask(name, {"to": f"user-{victim.id}", "room": f"user-{victim.id}"})
        assert answer["error"]["code"] == "unknown_event", name
    send_numbered(victim, 1)
    other.wait("new_notification")
    assert [name for name, _ in other.heard] == ["sync", "new_notification"]


@pytest.mark.parametrize("arguments", [[], [{"a": 1}], ["the sid of another"], [1, 2]], ids=str)
def test_an_event_named_like_the_catch_all_handler_is_unknown(
    world: World, caplog: pytest.LogCaptureFixture, arguments: list[Any]
) -> None:
    socket, other = world.person().socket(), world.person().socket()
    given = [other.client.get_sid() if each == "the sid of another" else each for each in arguments]
    for name in ("*", "no_such_event"):
        answer = socket.ask(name, *given)
        assert answer["error"]["code"] == "unknown_event"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert other.client.connected


@pytest.mark.parametrize("name", ["connect", "disconnect"])
def test_a_client_cannot_pretend_to_connect_or_disconnect(world: World, name: str) -> None:
    """Otherwise it could get a new rate limit, or stay connected without an actor when its session ends."""
    person, other = world.person(), world.person()
    socket = person.socket()
    actors = {sid: connections.open_connections[sid] for sid in sids(person)}
    attempts: list[list[Any]] = [[], [[]], [{}, {"token": other.token}], [1, 2, 3]]
    for arguments in attempts:
        assert socket.ask(name, *arguments)["error"]["code"] == "unknown_event"
    assert {sid: connections.open_connections[sid] for sid in sids(person)} == actors
    assert not sids(other)
    assert len(socket.of("sync")) == 1
    person.post("/api/auth/logout")
    until(lambda: not socket.client.connected, "the socket is closed")


def test_a_burst_is_slowed_down_and_the_connection_stays(world: World) -> None:
    socket = world.person().socket()
    answers: list[dict[str, Any]] = []
    for _ in range(200):
        socket.client.emit("leave_order_room", new_id(), callback=answers.append)
    until(lambda: len(answers) == 200, "an answer to each")
    codes = [answer.get("error", {}).get("code") for answer in answers]
    assert codes[:40] == [None] * 40
    assert codes.count("rate_limited") > 100
    assert set(codes) == {None, "rate_limited"}
    assert socket.client.connected
    until(lambda: socket.ask("leave_order_room", new_id())["ok"], "it may go on after a while")


def test_events_of_one_client_are_handled_in_their_order(world: World) -> None:
    """Joining queries the database and leaving does not: out of order, leaving would be answered first."""
    customer = world.person()
    order = customer.order()
    socket = customer.socket()
    answered: list[str] = []
    for turn in range(10):
        for name in ("join_order_room", "leave_order_room"):
            mark = f"{name} {turn}"
            socket.client.emit(name, order["id"], callback=lambda _, mark=mark: answered.append(mark))
    until(lambda: len(answered) == 20, "an answer to each")
    assert answered == [f"{n}_order_room {turn}" for turn in range(10) for n in ("join", "leave")]
