"""Staff without a required second factor can set one up, and nothing else."""

from __future__ import annotations

import pytest
from socketio.exceptions import ConnectionError as Refused

from config import load
from tests.support.login_client import code_of, enable_second_factor
from tests.support.people import PASSWORD, Person

NEEDED = "second_factor_needed"


@pytest.fixture
def required(app, server, monkeypatch):
    monkeypatch.setitem(app.config, "REQUIRE_SECOND_FACTOR", True)


@pytest.fixture
def staff(required, world):
    return world.staff("support")


def refresh(person):
    return person.world.call("POST", "/api/auth/refresh", json={"refreshToken": person.refresh_token})


@pytest.mark.parametrize("role", ["support", "admin", "super_admin"])
def test_staff_are_told_at_login_what_they_need(required, world, role):
    person = world.staff(role)
    body = {"email": person.user["email"], "password": PASSWORD}
    assert world.call("POST", "/api/auth/login", json=body).json()["data"]["secondFactorNeeded"] is True
    assert person.get("/api/auth/second-factor").json()["data"]["needed"] is True


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("role", ["customer", "tailor", "vendor", "delivery"])
def test_nobody_else_needs_one(world, role):
    person = world.person(role)
    assert person.get("/api/orders").status_code == 200
    assert person.get("/api/auth/second-factor").json()["data"]["needed"] is False


def test_nothing_can_be_done_without_but_setting_it_up_and_leaving(staff):
    for path in ("/api/orders", "/api/notifications", "/api/sync", "/api/admin/orders", "/metrics"):
        refused = staff.get(path)
        assert (refused.status_code, code_of(refused)) == (403, NEEDED), path
    for path in ("/api/auth/me", "/api/auth/sessions", "/api/auth/second-factor"):
        assert staff.get(path).status_code == 200, path
    assert staff.post("/api/auth/logout-all", {"others": True}).status_code == 200
    assert staff.post("/api/auth/logout").status_code == 200


def test_no_socket_ticket_or_stream_opens_without(world, staff):
    assert code_of(staff.post("/api/realtime/ticket")) == NEEDED
    assert code_of(staff.get("/api/events")) == NEEDED
    with pytest.raises(Refused):
        staff.socket()


def test_no_socket_that_is_open_goes_on_without(app, world, monkeypatch):
    person = world.staff("admin")
    screen = person.socket()
    monkeypatch.setitem(app.config, "REQUIRE_SECOND_FACTOR", True)
    body = {"email": person.user["email"], "password": PASSWORD}
    limited = world.call("POST", "/api/auth/login", json=body).json()["data"]["accessToken"]
    assert screen.ask("auth:refresh", {"token": limited})["error"]["code"] == NEEDED


def test_a_refresh_gives_nothing_until_there_is_one_and_everything_after(staff, clock):
    refused = refresh(staff)
    assert (refused.status_code, code_of(refused)) == (403, NEEDED)
    enable_second_factor(staff, clock)
    assert code_of(staff.get("/api/orders")) == NEEDED  # the old token does not change
    whole = Person(staff.world, refresh(staff).json()["data"])
    assert whole.get("/api/orders").status_code == 200
    assert whole.get("/api/auth/me").status_code == 200


def test_after_that_a_login_with_a_code_is_a_whole_one(staff, clock):
    app, _ = enable_second_factor(staff, clock)
    body = {"email": staff.user["email"], "password": PASSWORD, "code": app.code(1)}
    answer = staff.world.call("POST", "/api/auth/login", json=body).json()["data"]
    assert answer["secondFactorNeeded"] is False
    assert Person(staff.world, answer).get("/api/orders").status_code == 200


def test_who_takes_it_off_is_logged_out_and_begins_anew(staff, clock):
    app, _ = enable_second_factor(staff, clock)
    whole = Person(staff.world, refresh(staff).json()["data"])
    body = {"password": PASSWORD, "code": app.code(1)}
    assert whole.delete("/api/auth/second-factor", json=body).status_code == 200
    assert code_of(whole.get("/api/auth/me")) == "session_ended"


def test_a_session_from_before_it_was_required_cannot_be_refreshed_without(app, world, monkeypatch):
    person = world.staff("admin")
    monkeypatch.setitem(app.config, "REQUIRE_SECOND_FACTOR", True)
    assert code_of(refresh(person)) == NEEDED


@pytest.mark.parametrize(
    ("environment", "given", "expected"),
    [
        ("production", "", True),
        ("development", "", False),
        ("testing", "", False),
        ("production", "false", False),
        ("development", "true", True),
    ],
)
def test_production_requires_it_unless_told_otherwise(environment, given, expected):
    settings = {
        "METAIA_ENV": environment,
        "DATABASE_URL": "postgresql://metaia:9f2c61d07be84a35@db.example/metaia",
        "REDIS_URL": "redis://redis.example",
        "SECRET_KEY": "kX9vB2mQ7tR4wZ8nL5cJ1hF6gD3sA0pY",
        "JWT_SECRET_KEY": "Yp0As3Dg6Fh1Jc5Ln8Zw4Rt7Qm2Bv9Xk",
        "PUBLIC_BASE_URL": "https://metaia.example",
        "MEDIA_BASE_URL": "https://media.metaia.example",
        "SMTP_URL": "smtp://mail.example",
        "REQUIRE_SECOND_FACTOR": given,
    }
    assert load(settings)["REQUIRE_SECOND_FACTOR"] is expected
