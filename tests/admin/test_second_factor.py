"""Staff remove the lost second factor of a user."""

from __future__ import annotations

from typing import Any

import gevent
import pytest

from tests.admin.conftest import USERS, WHY
from tests.support.account_mails import notification_data
from tests.support.login_client import Clock, enable_second_factor
from tests.support.people import PASSWORD, Person, World
from tests.support.waiting import until


@pytest.fixture
def person(world: World, clock: Clock) -> Person:
    """Give a person that has lost the second factor."""
    lost = world.person()
    enable_second_factor(lost, clock)
    return lost


def login(world: World, email: str) -> Any:
    return world.call("POST", "/api/auth/login", json={"email": email, "password": PASSWORD})


def remove(staff: Person, person: Person, **body: Any) -> tuple[int, str]:
    answer = staff.post(f"{USERS}/{person.id}/remove-second-factor", WHY | body)
    return answer.status_code, "" if answer.ok else answer.json()["error"]["code"]


def test_who_has_lost_it_gets_in_by_password_and_is_told(world, admin, person, entries):
    email, screen = person.user["email"], person.socket()
    assert login(world, email).status_code == 401
    assert remove(admin, person) == (200, "")
    until(lambda: not screen.client.connected, "the socket is closed")
    assert person.get("/api/auth/me").json()["error"]["code"] == "session_ended"
    assert notification_data(person, "second_factor_removed") == [{}]
    again = Person(world, login(world, email).json()["data"])
    state = again.get("/api/auth/second-factor").json()["data"]
    assert state == {"on": False, "needed": False, "recoveryCodesLeft": 0}
    [entry] = entries(f"user-{person.id}", action="account.second_factor_removed")
    assert (entry["actorId"], entry["after"]) == (admin.id, WHY)


def test_the_next_one_is_set_up_anew(world, admin, person, clock):
    assert remove(admin, person) == (200, "")
    clock.skip(60)
    again = Person(world, login(world, person.user["email"]).json()["data"])
    app, _ = enable_second_factor(again, clock)
    clock.skip(60)
    body = {"email": person.user["email"], "password": PASSWORD, "code": app.code()}
    assert world.call("POST", "/api/auth/login", json=body).status_code == 200


def test_there_must_be_one_and_a_reason(world, admin, person):
    assert remove(admin, world.person()) == (409, "second_factor_off")
    begun = world.person()
    begun.post("/api/auth/second-factor", {"password": PASSWORD})
    assert remove(admin, begun) == (409, "second_factor_off")
    for body in ({"reason": ""}, {"reason": None}, {"reason": "x" * 501}, {"code": "123456"}):
        assert remove(admin, person, **body) == (422, "invalid")
    assert admin.post(f"{USERS}/{person.id}/remove-second-factor", {}).status_code == 422


def test_nobody_takes_off_their_own_this_way(world, clock):
    for role in ("admin", "super_admin"):
        staff = world.staff(role)
        enable_second_factor(staff, clock)
        assert remove(staff, staff) == (403, "forbidden")


def test_only_super_admins_take_off_an_admins(world, admin, boss, support, person, clock):
    other = world.staff("admin")
    enable_second_factor(other, clock)
    assert remove(admin, other) == (403, "forbidden")
    assert remove(support, person) == (403, "forbidden")
    assert remove(boss, other) == (200, "")


def test_of_two_at_once_one_does_it(world, admin, boss, person):
    tries = [gevent.spawn(remove, staff, person) for staff in (admin, boss)]
    assert sorted(attempt.get(timeout=30)[0] for attempt in tries) == [200, 409]
    assert len(notification_data(person, "second_factor_removed")) == 1


def test_an_operator_does_it_at_the_machine(app, world, person, entries):
    command = ["users", "remove-second-factor", person.user["email"], "--reason", "seen with their passport"]
    result = app.test_cli_runner().invoke(args=command)
    assert (result.exit_code, result.output) == (0, "removed, ended 1 sessions\n")
    assert login(world, person.user["email"]).status_code == 200
    [entry] = entries(f"user-{person.id}", action="account.second_factor_removed")
    assert entry["actorId"].startswith("operator-")
    assert entry["after"] == {"reason": "seen with their passport"}
    again = app.test_cli_runner().invoke(args=command)
    assert (again.exit_code, again.output) == (1, "Error: The account has no second factor.\n")
