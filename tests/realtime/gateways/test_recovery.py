"""Connection state recovery (Socket.IO 4.6): clients that send no cursor miss nothing while they are away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_jwt_extended import create_access_token, decode_token
from redis import Redis
from redis.exceptions import ConnectionError as RedisDown
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from metaia.auth.sessions.models import Session
from metaia.core import db
from metaia.core.access import actor as actors
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.extensions import socketio
from metaia.realtime import runtime
from metaia.realtime.clients.recovery import Record, Recovery
from metaia.realtime.transport.pings import Clock
from tests.support.people import Person, World
from tests.support.raw_socket import Raw
from tests.support.stock_client import Connect
from tests.support.waiting import refused, send_numbered, until


@pytest.fixture(autouse=True)
def fast_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the server a clock that pings soon after something was sent."""
    clock = Clock(25, 20, 0.05, 0.05)
    monkeypatch.setattr(socketio.server.eio, "clock", clock, raising=False)
    return clock


@pytest.fixture
def recovery(app: Flask) -> Recovery:
    return runtime.of(app).recovery


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


def test_a_client_that_is_back_gets_what_it_missed(open_client: Connect, person: Person) -> None:
    first = open_client(person)
    first.sync()
    send_numbered(person, 1)
    first.event()
    first.prove()
    again = open_client(person, **first.next_auth())
    send_numbered(person, 2, 3)
    assert again.recovered
    assert again.sync()["resync"] is False
    assert again.receive(2, 3) == [2, 3]


def test_events_without_proof_are_repeated_with_the_same_id(open_client: Connect, person: Person) -> None:
    first = open_client(person)
    first.sync()
    first.prove()
    send_numbered(person, 1)
    received = first.event()
    again = open_client(person, **first.next_auth())
    assert again.receive(1) == [1]
    assert again.events[0][1]["eventId"] == received[1]["eventId"]


def test_missed_events_are_replayed_by_another_process(
    open_client: Connect, person: Person, recovery: Recovery
) -> None:
    """Another process knows only what is in Redis."""
    first = open_client(person)
    first.sync()
    first.prove()
    first.wire.close()
    send_numbered(person, 1, 2)
    recovery.flush()
    assert recovery._waiting == {}
    again = open_client(person, pid=first.pid)
    assert again.recovered
    assert again.receive(1, 2) == [1, 2]


def test_a_repeated_return_misses_nothing(open_client: Connect, person: Person) -> None:
    client = open_client(person)
    client.sync()
    seen: list[int] = []
    for number in range(5):
        client.wire.close()
        send_numbered(person, number)
        client = open_client(person, pid=client.pid)
        assert client.recovered
        seen += client.receive(number)
        if number % 2:
            client.prove()
    assert set(seen) == set(range(5))


def test_events_have_one_argument_unless_a_client_asks(open_client: Connect, person: Person) -> None:
    plain, asking = open_client(person), open_client(person, recovery=True)
    plain.sync()
    asking.sync()
    send_numbered(person, 1)
    assert [len(event) for event in (plain.event(), asking.event())] == [2, 3]
    assert all(event[2] == event[1]["cursor"] for event in asking.events)


def test_a_client_with_offsets_gets_nothing_twice(open_client: Connect, person: Person) -> None:
    first = open_client(person, recovery=True)
    first.sync()
    send_numbered(person, 1, 2)
    first.event()
    first.event()
    again = open_client(person, **first.next_auth(), recovery=True)
    again.sync()
    assert again.numbers() == []
    assert again.recovered
    send_numbered(person, 3)
    assert again.receive(3) == [3]


@pytest.mark.parametrize("pid", ["unknown", "", "x" * 1000, 7, ["a"]])
def test_a_return_that_cannot_be_resumed_says_resync(
    open_client: Connect, person: Person, pid: object
) -> None:
    client = open_client(person, pid=pid)
    assert not client.recovered
    assert client.sync()["resync"] is True


def test_a_new_client_has_nothing_to_fetch(open_client: Connect, person: Person) -> None:
    assert open_client(person).sync()["resync"] is False


def test_the_pid_of_another_user_resumes_nothing(open_client: Connect, world: World, person: Person) -> None:
    first = open_client(person)
    first.sync()
    send_numbered(person, 1)
    stranger = open_client(world.person(), pid=first.pid)
    assert not stranger.recovered
    assert stranger.sync()["resync"] is True
    assert stranger.numbers() == []


def test_a_cursor_goes_before_the_pid(open_client: Connect, person: Person) -> None:
    first = open_client(person)
    first.sync()
    send_numbered(person, 1, 2)
    one, two = first.event(), first.event()
    again = open_client(person, **first.next_auth(), cursor=one[1]["cursor"])
    again.sync()
    assert again.recovered
    assert again.numbers() == [two[1]["data"]["number"]]


def test_a_client_away_for_too_long_must_fetch(
    open_client: Connect, person: Person, recovery: Recovery
) -> None:
    first = open_client(person)
    first.sync()
    first.prove()
    recovery.flush()
    redis: Redis = recovery.redis
    keys = [key for key in redis.keys("metaia:recovery:*") if redis.ttl(key) > recovery.seconds]
    assert keys
    redis.delete(*keys)
    again = open_client(person, **first.next_auth())
    assert not again.recovered
    assert again.sync()["resync"] is True


def test_a_record_from_before_a_restore_is_void(
    open_client: Connect, person: Person, recovery: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_client(person)
    first.sync()
    monkeypatch.setattr(recovery, "find", lambda _: {"": Record("formerly.1")})
    assert open_client(person, **first.next_auth()).sync()["resync"] is True


def test_without_redis_clients_connect_and_must_fetch(
    open_client: Connect, person: Person, recovery: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> None:
        raise RedisDown

    first = open_client(person)
    first.sync()
    until(lambda: not (recovery._waiting or recovery._written), "its record is stored")
    monkeypatch.setattr(recovery.redis, "hgetall", down)
    again = open_client(person, **first.next_auth())
    assert again.sync()["resync"] is True


def test_records_wait_while_redis_is_away(
    open_client: Connect, recovery: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any, **__: Any) -> None:
        raise RedisDown

    monkeypatch.setattr(recovery.redis, "pipeline", down)
    recovery.keep("metaia:recovery:test", "", Record("e.1"))
    with pytest.raises(RedisDown):
        recovery.flush()
    recovery.keep("metaia:recovery:test", "", Record("e.2"))
    monkeypatch.undo()
    recovery.flush()
    assert recovery.find("metaia:recovery:test") == {"": Record("e.2")}


def test_a_record_that_is_being_deleted_is_not_found(
    recovery: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_then_flush(key: str) -> object:
        found = read(key)
        recovery.flush()
        return found

    read, key = recovery.redis.hgetall, f"metaia:recovery:{new_id()}"
    recovery.keep(key, "", Record("e.1"))
    recovery.flush()
    recovery.forget(key, "")
    monkeypatch.setattr(recovery.redis, "hgetall", read_then_flush)
    assert recovery.find(key) == {}


def old(person: Person, **claims: Any) -> str:
    """Return a token of the person's session that has expired."""
    given = {"userId": person.id, "role": "customer", "sid": session_of(person.token)} | claims
    return str(create_access_token(person.id, additional_claims=given, expires_delta=timedelta(minutes=-1)))


def session_of(token: str) -> str:
    return str(decode_token(token)["sid"])


def test_a_client_comes_back_although_its_token_has_expired(open_client: Connect, person: Person) -> None:
    """Its connection would have outlived the token, and a stock client has no other one."""
    first = open_client(person)
    first.sync()
    first.prove()
    send_numbered(person, 1)
    again = open_client(person, **first.next_auth(), token=old(person))
    assert again.recovered
    assert again.receive(1) == [1]


def no_pid(person: Person, pid: str) -> dict[str, Any]:
    return {"token": old(person)}


def unknown_pid(person: Person, pid: str) -> dict[str, Any]:
    return {"token": old(person), "pid": "unknown"}


def another_session(person: Person, pid: str) -> dict[str, Any]:
    return {"token": old(person, sid=new_id()), "pid": pid}


def another_role(person: Person, pid: str) -> dict[str, Any]:
    return {"token": old(person, role="vendor"), "pid": pid}


def ended_session(person: Person, pid: str) -> dict[str, Any]:
    with db.transaction():
        db.execute(update(Session).where(Session.user_id == person.id).values(ended_at=now()))
    return {"token": old(person), "pid": pid}


@pytest.mark.parametrize("auth", [no_pid, unknown_pid, another_session, another_role, ended_session])
def test_an_expired_token_is_refused_otherwise(
    open_client: Connect, person: Person, auth: Callable[[Person, str], dict[str, Any]]
) -> None:
    first = open_client(person)
    first.sync()
    assert refused(person.world.url, auth=auth(person, first.pid))["code"] == "token_expired"


def test_an_expired_token_is_refused_by_the_setting(
    open_client: Connect, person: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SOCKETS_END_WITH_TOKEN", True)
    first = open_client(person)
    first.sync()
    assert refused(person.world.url, auth={"token": old(person), "pid": first.pid})["code"] == "token_expired"


def test_without_postgres_a_returning_client_is_not_refused_for_good(
    open_client: Connect, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JavaScript's client comes back by itself after the end of a connection, and not after a refusal."""

    def down(_: Any) -> None:
        raise OperationalError("select", {}, Exception("down"))

    first = open_client(person)
    first.sync()
    monkeypatch.setattr(actors, "with_open_session", down)
    with Raw(person.world.url) as client:
        client.until("0{")
        client.send_text("40" + json.dumps({"token": old(person), "pid": first.pid}))
        assert client.text() == "1"
