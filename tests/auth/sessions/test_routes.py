"""A user's own sessions: list them, end them, and which ones end automatically."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import text

from metaia.auth import jobs
from metaia.auth.sessions import service as session_service
from metaia.auth.sessions.device import Device
from metaia.core import db
from metaia.core.times import now
from metaia.users import queries as user_queries
from tests.support.account_mails import actions, notification_data
from tests.support.login_client import code_of
from tests.support.people import PASSWORD, Person
from tests.support.plain_clients import Plain, ticket
from tests.support.waiting import until

HERE = "/api/auth/sessions"


@pytest.fixture
def person(world):
    return world.person()


def another(world, person):
    """Return the same person with another session."""
    body = {"email": person.user["email"], "password": PASSWORD}
    return Person(world, world.call("POST", "/api/auth/login", json=body).json()["data"])


def listed(person):
    return person.get(HERE).json()["data"]["sessions"]


def session_of(person):
    return next(session["id"] for session in listed(person) if session["current"])


def impersonate(person, staff):
    """Let staff impersonate a person; return the login."""
    user = user_queries.by_id(person.id)
    assert user is not None
    with db.transaction():
        return session_service.begin(
            user, Device("support", "192.0.2.9"), mfa_pending=False, impersonator=staff.id
        )


def refresh(world, token):
    return world.call("POST", "/api/auth/refresh", json={"refreshToken": token})


def set_row(session_id, **values):
    with db.transaction():
        for name, value in values.items():
            change = text(f"UPDATE sessions SET {name} = :value WHERE id = :id")
            db.execute(change, {"value": value, "id": session_id})


def row(session_id):
    return db.fetch_one(text("SELECT * FROM sessions WHERE id = :id"), {"id": session_id})


def test_one_sees_ones_sessions_the_last_used_first(world, person):
    other = another(world, person)
    found = listed(person)
    assert [session["current"] for session in found] == [False, True]
    assert {session["id"] for session in found} == {session_of(person), session_of(other)}
    assert found[0]["address"] == "127.0.0.1"
    assert found[0]["device"].startswith("python-requests")
    assert found[0]["impersonatedBy"] is None
    refresh(world, person.refresh_token)
    assert [session["current"] for session in listed(person)] == [True, False]


def test_one_sees_who_looks_through_ones_eyes_and_can_end_that(world, person):
    support = world.staff("support")
    login = impersonate(person, support)
    [impersonation] = [session for session in listed(person) if session["impersonatedBy"]]
    assert impersonation["impersonatedBy"] == {"id": support.id, "name": "support", "role": "support"}
    assert person.delete(f"{HERE}/{impersonation['id']}").status_code == 200
    headers = {"Authorization": f"Bearer {login.tokens.access}"}
    assert code_of(world.call("GET", "/api/auth/me", headers=headers)) == "session_ended"


def test_ending_a_session_ends_its_tokens_and_all_its_connections_at_once(world, person):
    other = another(world, person)
    screen, kept = other.socket(), person.socket()
    plain = Plain(world, f"/ws?ticket={ticket(other)}")
    plain.next()
    assert person.delete(f"{HERE}/{session_of(other)}").status_code == 200
    assert code_of(other.get("/api/auth/me")) == "session_ended"
    assert code_of(refresh(world, other.refresh_token)) == "session_ended"
    until(lambda: not screen.client.connected)
    assert plain.close_code() == (1008, "session_ended")
    plain.socket.shutdown()
    assert kept.client.connected
    assert len(listed(person)) == 1
    assert actions(person)[-1] == "session.ended"


def test_one_may_end_the_session_one_is_in(person):
    assert person.delete(f"{HERE}/{session_of(person)}").status_code == 200
    assert code_of(person.get(HERE)) == "session_ended"


def test_somebody_elses_session_and_one_that_has_ended_are_not_found(world, person):
    stranger, other = world.person(), another(world, person)
    session = session_of(other)
    assert stranger.delete(f"{HERE}/{session}").status_code == 404
    assert other.get("/api/auth/me").status_code == 200
    assert person.delete(f"{HERE}/{session}").status_code == 200
    for path in (session, uuid.uuid4(), "junk"):
        assert person.delete(f"{HERE}/{path}").status_code == 404


@pytest.mark.parametrize(("body", "ended", "status"), [({}, 3, 401), ({"others": True}, 2, 200)])
def test_logging_out_everywhere_or_everywhere_else(world, person, body, ended, status):
    others = [another(world, person) for _ in range(2)]
    screens = [other.socket() for other in others]
    answer = person.post("/api/auth/logout-all", body)
    assert answer.json()["data"] == {"ended": ended}
    assert person.get("/api/auth/me").status_code == status
    assert [other.get("/api/auth/me").status_code for other in others] == [401, 401]
    until(lambda: not any(screen.client.connected for screen in screens))


@pytest.mark.parametrize("body", [{"others": "perhaps"}, {"all": True}, []])
def test_bad_input_logs_nobody_out(person, body):
    assert person.post("/api/auth/logout-all", body).status_code == 422
    assert person.get("/api/auth/me").status_code == 200


def test_of_too_many_sessions_the_one_not_used_for_longest_ends(world, person, monkeypatch):
    monkeypatch.setattr(session_service, "MAX_OPEN", 3)
    first, second, third = person, another(world, person), another(world, person)
    renewed = refresh(world, first.refresh_token).json()["data"]
    impersonate(person, world.staff("support"))  # does not count
    fourth = another(world, person)
    assert code_of(second.get("/api/auth/me")) == "session_ended"
    assert [p.get("/api/auth/me").status_code for p in (third, fourth, Person(world, renewed))] == [200] * 3


def test_a_refresh_notes_device_and_address(login_client, world, person):
    renewed = login_client.post(
        "/api/auth/refresh", {"refreshToken": person.refresh_token}, address="192.0.2.7", device="phone 2"
    )
    assert renewed.status_code == 200
    [session] = listed(person)
    assert (session["device"], session["address"]) == ("phone 2", "192.0.2.7")


def test_a_text_that_is_no_address_is_not_kept(login_client, person):
    for number in range(2):
        answer = login_client.login(person.user["email"], address="x" * (300 + number))
        assert answer.status_code == 200
    assert {session["address"] for session in listed(person)} == {"127.0.0.1", None}
    notices = notification_data(person, "new_login")
    assert [data["address"] for data in notices if data["device"] == "tests"] == ["an unknown address"]


def test_a_session_of_staff_cannot_be_refreshed(world, person):
    login = impersonate(person, world.staff("support"))
    answer = refresh(world, login.tokens.refresh)
    assert (answer.status_code, code_of(answer)) == (401, "session_ended")


def test_staff_may_end_the_session_in_which_they_look_and_nothing_else(world, person):
    login = impersonate(person, world.staff("support"))
    headers = {"Authorization": f"Bearer {login.tokens.access}"}
    mine = session_of(person)
    for method, path in (("DELETE", f"{HERE}/{mine}"), ("POST", "/api/auth/logout-all")):
        refused = world.call(method, path, headers=headers, json={} if method == "POST" else None)
        assert (refused.status_code, code_of(refused)) == (403, "read_only")
    assert world.call("POST", "/api/auth/logout", headers=headers).status_code == 200
    assert code_of(world.call("GET", "/api/auth/me", headers=headers)) == "session_ended"
    assert person.get("/api/auth/me").status_code == 200


def test_nobody_who_is_disabled_goes_on(world, person):
    with db.transaction():
        db.execute(
            text("UPDATE users SET active = false, inactive_because = 'disabled' WHERE id = :id"),
            {"id": person.id},
        )
    assert code_of(refresh(world, person.refresh_token)) == "session_ended"
    body = {"email": person.user["email"], "password": PASSWORD}
    assert code_of(world.call("POST", "/api/auth/login", json=body)) == "wrong_credentials"


def test_sessions_that_nobody_can_go_on_with_are_ended(world, person):
    unused, impersonation = another(world, person), impersonate(person, world.staff("support"))
    old, impersonation_id = session_of(unused), next(s["id"] for s in listed(person) if s["impersonatedBy"])
    set_row(old, used_at=now() - timedelta(days=30, seconds=1))
    set_row(impersonation_id, used_at=now() - timedelta(minutes=16))
    set_row(session_of(person), used_at=now() - timedelta(days=29))
    jobs.end_unused_sessions()
    assert [session["current"] for session in listed(person)] == [True]
    assert {row(session).ended_because for session in (old, impersonation_id)} == {"expired"}
    headers = {"Authorization": f"Bearer {impersonation.tokens.access}"}
    assert code_of(world.call("GET", "/api/auth/me", headers=headers)) == "session_ended"


def test_a_session_ends_a_year_after_its_login_though_it_is_used(world):
    person = world.person()
    aged = text("UPDATE sessions SET created_at = now() - make_interval(days => :days) WHERE user_id = :id")

    def refreshed_after(days):
        with db.transaction():
            db.execute(aged, {"days": days, "id": person.id})
        return world.call("POST", "/api/auth/refresh", json={"refreshToken": person.refresh_token})

    answer = refreshed_after(364)
    assert answer.status_code == 200
    person = Person(world, answer.json()["data"])
    assert refreshed_after(366).json()["error"]["code"] == "session_ended"
    assert person.get("/api/auth/me").json()["error"]["code"] == "session_ended"
    assert refreshed_after(1).json()["error"]["code"] == "session_ended"


def test_a_session_ends_once(person):
    session = session_of(person)
    with db.transaction():
        assert session_service.end(session, person.id, "first")
        assert not session_service.end(session, person.id, "second")
    assert row(session).ended_because == "first"
    assert actions(person).count("session.ended") == 1


def test_sessions_that_ended_long_ago_are_forgotten(world, person):
    other = another(world, person)
    session = session_of(other)
    other.post("/api/auth/logout")
    jobs.tidy()
    assert row(session)
    set_row(session, ended_at=now() - session_service.RETENTION - timedelta(minutes=1))
    jobs.tidy()
    assert row(session) is None
    assert code_of(refresh(world, other.refresh_token)) == "session_ended"
    assert len(listed(person)) == 1


def test_one_is_told_of_a_login_from_a_new_device_or_address_only(login_client, world):
    person = world.person()
    set_row(session_of(person), device="Browser/1.0 (Phone; 5)")
    email = person.user["email"]

    def log_in(device, address):
        body = {"email": email, "password": PASSWORD}
        assert login_client.post("/api/auth/login", body, device=device, address=address).status_code == 200
        return len(notification_data(person, "new_login"))

    assert log_in("Browser/1.0 (Phone; 5)", "127.0.0.1") == 0
    assert log_in("Browser/2.17 (Phone; 6)", "127.0.0.1") == 0  # the browser was updated
    assert log_in("Browser/1.0 (Tablet; 5)", "127.0.0.1") == 1
    assert log_in("Browser/1.0 (Tablet; 5)", "192.0.2.5") == 2
    assert log_in("Browser/1.0 (Phone; 5)", "192.0.2.5") == 2
    assert log_in("Browser/1.0 (Phone; 5)", "192.0.2.5:40001") == 2  # as some gateways write it
    assert log_in("Browser/1.0 (Phone; 5)", "::ffff:192.0.2.5") == 2
    assert notification_data(person, "new_login")[-1] == {
        "device": "Browser",
        "address": "192.0.2.5",
    }


def test_another_address_of_a_known_network_is_no_news(login_client, world):
    person = world.person()

    def log_in(address):
        body = {"email": person.user["email"], "password": PASSWORD}
        assert login_client.post("/api/auth/login", body, address=address).status_code == 200
        return len(notification_data(person, "new_login"))

    first = log_in("2001:db8:1:2:a::1")
    assert log_in("2001:db8:1:2:b::2") == first  # the rest changes from day to day
    assert log_in("2001:db8:1:3:a::1") == first + 1


def test_the_first_login_ever_is_no_news(world):
    assert notification_data(world.staff("support"), "new_login") == []
