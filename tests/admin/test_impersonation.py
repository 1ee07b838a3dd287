"""An impersonation sees all of an account, changes nothing, and is visible to the user and in the logs."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from typing import Any

import gevent
import jwt
import pytest
from flask import Flask
from gevent.hub import Hub
from sqlalchemy import text

from metaia.core import db, logs
from metaia.core.http.request_hooks import is_public
from metaia.core.ids import new_id
from metaia.core.observing import exceptions
from metaia.extensions import db as extension
from metaia.realtime.clients import connections
from metaia.realtime.inbound import INBOUND
from tests.admin.conftest import USERS, WHY
from tests.support.people import Person, World
from tests.support.plain_clients import refusal, stream, ticket
from tests.support.waiting import numbers, refused, send_numbered, until

JOINED = ("order", "partner", "booking", "slots")
ROOMS = {f"{action}_{kind}_room" for kind in JOINED for action in ("join", "leave")}
LOOKING = ROOMS | {"auth:refresh", "heartbeat", "chat:join", "chat:leave"}


def look(staff: Person, person: Person) -> Person:
    """Return `person` as `staff` impersonates them."""
    answer = staff.post(f"{USERS}/{person.id}/impersonate", WHY)
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert data.keys() == {"user", "accessToken", "expiresIn"}
    return Person(staff.world, data | {"refreshToken": ""})


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def eyes(support, person):
    return look(support, person)


@pytest.fixture
def lines(app, monkeypatch):
    """Give a function that returns the log lines written so far."""
    stream = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        logs.setup(as_json=True)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.setup(as_json=app.config["LOG_JSON"], observe=exceptions.observe)


def test_they_see_what_the_user_sees(person, eyes):
    order = person.order()
    assert eyes.get(f"/api/orders/{order['id']}").json()["data"]["order"] == order
    assert eyes.get("/api/auth/me").json()["data"]["user"] == person.user
    assert eyes.get("/api/notifications").json() == person.get("/api/notifications").json()


def test_the_token_is_the_users_for_a_quarter_of_an_hour_and_says_who_looks(support, person, eyes):
    claims = jwt.decode(eyes.token, options={"verify_signature": False})
    assert (claims["sub"], claims["role"], claims["imp"]) == (person.id, "customer", support.id)
    assert claims["exp"] - claims["iat"] == 15 * 60


def test_every_change_is_refused_but_those_that_only_let_them_look(app: Flask, eyes):
    """This checks all routes, so that a route that is added later is refused as well."""
    allowed = set()
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            path = rule.rule
            for argument in rule.arguments:
                path = path.replace(f"<id:{argument}>", new_id()).replace(f"<word:{argument}>", "job")
            path = re.sub(r"<any\((\w+),.*?>", r"\1", path)
            if is_public(app, rule.endpoint) or rule.endpoint == "sessions.logout":
                continue
            answer = eyes.call(method, path, {})
            if path.startswith("/admin/"):  # staff's pages, which no token opens
                assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")
            elif code_of(answer) != "read_only":
                allowed.add(f"{method} {path}")
            else:
                assert answer.status_code == 403
    assert allowed == {"POST /api/realtime/ticket"}


def code_of(answer: Any) -> str | None:
    error = answer.json().get("error")
    return error["code"] if error else None


def test_they_cannot_look_further(eyes, world):
    assert code(eyes.post(f"{USERS}/{world.person().id}/impersonate", WHY)) == (403, "read_only")
    assert eyes.get(USERS).status_code == 403


def test_they_can_say_that_they_are_done(support, person, eyes):
    assert eyes.post("/api/auth/logout").status_code == 200
    assert code(eyes.get("/api/auth/me")) == (401, "session_ended")
    assert person.get("/api/auth/me").status_code == support.get("/api/auth/me").status_code == 200


def test_the_user_is_told_sees_it_in_their_sessions_and_can_end_it(support, person, eyes):
    told = person.get("/api/notifications").json()["data"]["notifications"][0]
    assert told["type"] == "account_viewed"
    sessions = person.get("/api/auth/sessions").json()["data"]["sessions"]
    [lent] = [session for session in sessions if session["impersonatedBy"]]
    assert (lent["impersonatedBy"]["id"], len(sessions)) == (support.id, 2)
    assert person.delete(f"/api/auth/sessions/{lent['id']}").status_code == 200
    assert code(eyes.get("/api/auth/me")) == (401, "session_ended")


def test_it_is_in_the_audit_log_with_the_reason(support, person, eyes, entries):
    eyes.post("/api/auth/logout")
    ended, begun = entries(f"user-{person.id}")[:2]
    assert (begun["action"], begun["actorId"], begun["after"]) == ("account.impersonated", support.id, WHY)
    assert (ended["action"], ended["actorId"], ended["impersonatorId"]) == (
        "session.ended",
        person.id,
        support.id,
    )


@pytest.mark.parametrize(
    "wrong", [{}, {"reason": ""}, {"reason": None}, {"reason": "x" * 501}, WHY | {"minutes": 60}]
)
def test_it_needs_a_reason(support, person, wrong):
    assert code(support.post(f"{USERS}/{person.id}/impersonate", wrong)) == (422, "invalid")


@pytest.mark.parametrize(
    ("staff", "other"), [("support", "support"), ("support", "admin"), ("admin", "super_admin")]
)
def test_nobody_looks_up(world, staff, other):
    above = world.staff(other)
    assert code(world.staff(staff).post(f"{USERS}/{above.id}/impersonate", WHY)) == (403, "forbidden")


def test_an_account_that_is_closed_cannot_be_looked_at_this_way(world, admin, support, person):
    admin.patch(f"{USERS}/{person.id}", WHY | {"active": False})
    assert code(support.post(f"{USERS}/{person.id}/impersonate", WHY)) == (409, "user_inactive")


@pytest.mark.parametrize("body", [{"active": False}, {"role": "customer"}])
def test_it_ends_with_the_rights_of_who_looks(admin, support, eyes, body):
    screen = eyes.socket()
    assert admin.patch(f"{USERS}/{support.id}", WHY | body).status_code == 200
    assert code(eyes.get("/api/auth/me")) == (401, "session_ended")
    until(lambda: not screen.client.connected, "the socket is closed")


@pytest.mark.parametrize("change", ["active = false", "role = 'customer'"])
def test_who_is_being_disabled_begins_nothing_that_outlives_it(support, person, change):
    """All sessions have been ended, but nothing is committed, when the request comes."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'FROM users'"
    )
    with extension.engine.connect() as connection:
        connection.execute(text("BEGIN"))
        connection.execute(text(f"UPDATE users SET {change} WHERE id = :id"), {"id": support.id})
        attempt = gevent.spawn(support.post, f"{USERS}/{person.id}/impersonate", WHY)
        until(lambda: attempt.ready() or db.fetch_value(waiting))
        connection.execute(text("COMMIT"))
    assert code(attempt.get(timeout=30)) == (403, "forbidden")


def test_their_requests_count_for_themselves_and_their_connections_for_nobodys_presence(person, eyes):
    screen = eyes.socket()
    assert f"customer {person.id}" not in connections.users()
    own = person.socket()
    assert f"customer {person.id}" in connections.users()
    shared = {there.actor.impersonator: there.limits._user for there in connections.open_connections.values()
              if there.actor.id == person.id}  # fmt: skip
    assert len({id(each) for each in shared.values()}) == len(shared) == 2
    assert screen.client.connected
    assert own.client.connected


def test_socket_events_that_change_something_are_refused_and_all_others_are_not(app, world, person, eyes):
    order, other = person.order(), world.person().order()
    screen = eyes.socket()
    assert screen.ask("join_order_room", order["id"])["data"]["room"] == f"order-{order['id']}"
    assert screen.ask("leave_order_room", order["id"])["ok"]
    assert screen.ask("join_order_room", other["id"])["error"]["code"] == "forbidden"
    assert screen.ask("auth:refresh", eyes.token)["ok"]
    inbound = INBOUND.of(app)
    for name in inbound.keys() - LOOKING:
        assert screen.ask(name, {})["error"]["code"] == "read_only", name
    assert {name for name, event in inbound.items() if not event.changes} == LOOKING


def test_a_connection_of_theirs_does_not_become_the_users_nor_the_other_way_round(person, eyes):
    assert eyes.socket().ask("auth:refresh", person.token)["error"]["code"] == "forbidden"
    assert person.socket().ask("auth:refresh", eyes.token)["error"]["code"] == "forbidden"


def test_they_hear_what_the_user_hears_whichever_way_they_listen(person, eyes, connect):
    screen = eyes.socket()
    plain = connect(f"/ws?ticket={ticket(eyes)}")
    assert plain.next()["type"] == "sync"
    with stream(eyes, {}) as events:
        assert next(events)["event"] == "sync"
        send_numbered(person, 7)
        assert numbers(screen.wait("new_notification", where=lambda data: "number" in data["data"])) == [7]
        assert next_number(plain.next) == 7
        assert next_number(lambda: next(events)) == 7


def next_number(take: Callable[[], Any]) -> int:
    """Return the next number; skip the notification about the impersonation, which may be late."""
    while "number" not in (told := take()["data"]["data"]):
        pass
    return int(told["number"])


def test_every_log_line_of_it_names_both(support, person, eyes, lines, connect, monkeypatch):
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(Hub, "print_exception", lambda *_: None)
    screen = eyes.socket()
    monkeypatch.setattr("metaia.orders.service.read", broken)
    assert screen.ask("join_order_room", new_id())["error"]["code"] == "internal_error"
    assert eyes.get(f"/api/orders/{new_id()}").status_code == 500
    given = ticket(eyes)
    connect(f"/ws?ticket={given}")
    with stream(eyes, {}):
        pass
    assert screen.ask("auth:refresh", eyes.token)["ok"]
    person.get("/api/auth/me")

    def of(name: str) -> list[Any]:
        return [line for line in lines() if line.get("path") == name or line["event"] == name]

    until(lambda: of("/api/events") and of("/ws"))
    for name, count in {"unexpected error": 2, "/api/realtime/ticket": 1, "/ws": 1, "/api/events": 1}.items():
        assert [(line.get("user"), line.get("impersonator")) for line in of(name)] == [
            (person.id, support.id)
        ] * count, name
    assert [("impersonator" in line, line["user"]) for line in of("/api/auth/me")] == [(False, person.id)]


def test_a_login_that_lacks_its_second_factor_gets_in_nowhere(app: Flask, world: World, connect, monkeypatch):
    monkeypatch.setitem(app.config, "REQUIRE_SECOND_FACTOR", True)
    half = world.staff("admin")
    assert refused(world.url, auth={"token": half.token})["code"] == "second_factor_needed"
    for path in ("/api/events", "/metrics", "/api/sync", USERS, "/api/admin/audit"):
        assert code(half.get(path)) == (403, "second_factor_needed"), path
    assert code(half.post("/api/realtime/ticket")) == (403, "second_factor_needed")
    assert refusal(world, f"/admin?token={half.token}") == (403, "second_factor_needed")
