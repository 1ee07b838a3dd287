"""One login: a session of the console opens staff's pages, and ends them."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import requests
import websocket
from flask import Flask
from itsdangerous import URLSafeSerializer
from sqlalchemy import text

from metaia.auth.sessions import queries as session_queries
from metaia.auth.sessions import service as session_service
from metaia.console import cookie
from metaia.core import db
from metaia.core.access import jwt as jwt_keys
from metaia.core.access.permissions import SELF_REGISTERED, STAFF
from metaia.core.times import now
from metaia.users import queries as user_queries
from tests.support.login_client import Clock, enable_second_factor
from tests.support.people import PASSWORD, World
from tests.support.server import Server
from tests.support.staff_browser import Browser, code_of, make_staff

PAGE, DATA = "/admin/rq/", "/admin/rq/0/data/queues.json"
SLOT = "/console/sessions/1"


def session_of(browser: Browser) -> str:
    """Return the id of the session in a browser's cookie."""
    return _session_in(browser.cookie)


def _session_in(cookie_value: str) -> str:
    payload = cookie_value.partition(".")[0]
    found, slot = URLSafeSerializer("any").load_payload(payload.encode())
    assert slot in range(1, 9)
    return str(found)


def aged(browser: Browser, **columns: timedelta) -> None:
    """Make a session older than it is."""
    with db.transaction():
        for column, age in columns.items():
            db.execute(
                text(f"UPDATE sessions SET {column} = {column} - :age WHERE id = :id"),
                {"age": age, "id": session_of(browser)},
            )


def is_out(browser: Browser) -> bool:
    page, data = browser.get(PAGE), browser.get(DATA)
    assert (page.status_code, data.status_code) in {(200, 200), (303, 401)}
    return page.status_code == 303


# Permission


@pytest.mark.parametrize("role", sorted(STAFF))
def test_staff_come_in(stranger: Browser, role: str) -> None:
    assert is_out(stranger)
    assert stranger.log_in(make_staff(role)).json() == {"status": "success", "data": {"address": PAGE}}
    assert not is_out(stranger)


@pytest.mark.parametrize("role", sorted(SELF_REGISTERED))
def test_a_slot_of_another_role_opens_no_page_of_staff(world: World, stranger: Browser, role: str) -> None:
    answer = stranger.log_in(world.person(role).user["email"])
    assert (answer.status_code, code_of(answer)) == (403, "forbidden")
    assert not answer.cookies
    assert is_out(stranger)


def test_a_slot_without_a_session_opens_no_page_of_staff(stranger: Browser) -> None:
    answer = stranger.post(f"{SLOT}/dashboard")
    assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")
    assert not answer.cookies


@pytest.mark.parametrize("slot", ["0", "10", "x", "99999999999999999999"])
def test_a_slot_that_is_none_opens_nothing(staff: Browser, slot: str) -> None:
    assert staff.post(f"/console/sessions/{slot}/dashboard").status_code in {404, 405}


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": ""}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_page_of_another_origin_opens_nothing(staff: Browser, headers: dict[str, str]) -> None:
    answer = staff.post(f"{SLOT}/dashboard", headers=headers)
    assert (answer.status_code, code_of(answer)) == (403, "origin_not_allowed")
    assert not answer.cookies


def test_a_body_or_method_that_is_none_opens_nothing_more(staff: Browser) -> None:
    assert staff.get(f"{SLOT}/dashboard").status_code in {200, 405}  # 200: the page of the console
    assert "metaia-staff" not in staff.get(f"{SLOT}/dashboard").cookies


def _session(token: str) -> str:
    return str(jwt_keys.read(token, "access")["sid"])


def test_a_wrong_password_and_nobodys_address_are_told_alike(stranger: Browser) -> None:
    for email in (make_staff(), "nobody@test.example"):
        answer = stranger.log_in(email, password="not the password")
        assert (answer.status_code, code_of(answer)) == (401, "wrong_credentials")
        assert not answer.cookies


def test_failures_make_one_wait_as_everywhere(stranger: Browser) -> None:
    email = make_staff()
    codes = [code_of(stranger.log_in(email, password="not the password")) for _ in range(5)]
    assert codes[0] == "wrong_credentials"
    assert codes[-1] == "too_many_attempts"
    assert code_of(stranger.log_in(email)) == "too_many_attempts"


def test_the_second_factor_is_asked_for(
    world: World, stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, person = Clock(monkeypatch), world.staff()
    app, recovery_codes = enable_second_factor(person, clock)
    email = person.user["email"]
    assert code_of(stranger.log_in(email)) == "second_factor_required"
    assert code_of(stranger.log_in(email, code="000000")) == "wrong_code"
    assert is_out(stranger)
    clock.skip(30)
    assert stranger.log_in(email, code=app.code()).status_code == 200
    assert not is_out(stranger)
    assert stranger.log_in(email, code=recovery_codes[0]).status_code == 200


def test_who_lacks_the_second_factor_that_the_role_needs_stays_outside(
    app: Flask, stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "REQUIRE_SECOND_FACTOR", True)
    answer = stranger.log_in(make_staff())
    assert (answer.status_code, code_of(answer)) == (403, "second_factor_needed")
    assert not answer.cookies


# The cookie


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_other_addresses(staff: Browser) -> None:
    said = staff.log_in(make_staff()).headers["Set-Cookie"]
    assert {part.strip() for part in said.split(";")[1:]} == {"HttpOnly", "Path=/admin", "SameSite=Strict"}


def test_in_production_it_goes_over_https_only(
    app: Flask, stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_BASE_URL", "https://staff.example.com")
    login = stranger.post(SLOT, {"email": make_staff(), "password": PASSWORD}).headers["Set-Cookie"]
    kept = {"Cookie": login.partition(";")[0]}  # this client sends no such cookie over HTTP
    said = stranger.post(f"{SLOT}/dashboard", headers=kept).headers["Set-Cookie"]
    for header, name in ((login, "console-1"), (said, "staff")):
        assert header.startswith(f"__Secure-metaia-{name}=")
        assert "; Secure;" in header


def test_logging_in_makes_a_new_session_whatever_cookie_was_there(stranger: Browser) -> None:
    """Session fixation: a foreign cookie in a browser is not kept at the login."""
    assert stranger.log_in(make_staff()).status_code == 200
    planted = stranger.cookie
    assert stranger.log_in(make_staff()).status_code == 200
    assert session_of(stranger) != _session_in(planted)
    stranger.http.cookies.set("metaia-staff", planted, path="/admin", domain="127.0.0.1")
    assert is_out(stranger)  # the second login in the slot has ended the first


@pytest.mark.parametrize("change", [lambda value: value[:-9] + value[-9:].swapcase(),
                                    lambda value: value.partition(".")[0], lambda _: "x", lambda _: ""])  # fmt: skip
def test_a_cookie_that_we_did_not_sign_is_none(staff: Browser, change: Any) -> None:
    forged = change(staff.cookie)
    staff.http.cookies.clear()
    staff.http.cookies.set("metaia-staff", forged, path="/admin")
    assert is_out(staff)


def test_a_csrf_token_is_no_cookie(staff: Browser) -> None:
    token = staff.csrf()
    staff.http.cookies.clear()
    staff.http.cookies.set("metaia-staff", token, path="/admin")
    assert is_out(staff)


def test_another_kind_of_session_is_none_for_pages(app: Flask, world: World, stranger: Browser) -> None:
    """A session of the API, with an id that its user knows, opens no page, even if it is signed."""
    person = world.staff()
    with app.test_request_context():
        signed = cookie._signer("session").dumps([_session(person.token), 1])
    stranger.http.cookies.set("metaia-staff", signed, path="/admin")
    assert is_out(stranger)


def test_the_cookie_gets_nobody_into_the_api_nor_onto_sockets(staff: Browser) -> None:
    headers = {"Cookie": f"metaia-staff={staff.cookie}"}
    for path in ("/api/auth/me", "/api/admin/users", "/metrics"):
        assert requests.get(staff.url + path, headers=headers, timeout=30).status_code == 401
    for path in ("/ws", "/admin"):
        address = staff.url.replace("http", "ws") + path
        with pytest.raises(websocket.WebSocketBadStatusException, match="401"):
            websocket.create_connection(address, header=headers, timeout=30)


def test_a_token_gets_nobody_onto_the_pages(world: World) -> None:
    person = world.staff("super_admin")
    headers = {"Authorization": f"Bearer {person.token}"}
    assert requests.get(world.url + DATA, headers=headers, timeout=30).status_code == 401


# Its expiry


def test_logging_out_of_the_slot_ends_the_session_though_a_cookie_was_kept(staff: Browser) -> None:
    assert not is_out(staff)
    assert staff.log_out().status_code == 200
    assert "metaia-staff" in staff.http.cookies
    assert is_out(staff)


@pytest.mark.parametrize("change", [{"active": False}, {"role": "customer"}])
def test_who_is_disabled_or_no_staff_any_more_is_out_at_once(
    world: World, stranger: Browser, change: dict[str, Any]
) -> None:
    email, boss = make_staff(), world.staff("super_admin")
    stranger.log_in(email)
    person = user_queries.with_email(email)
    assert person is not None
    assert not is_out(stranger)
    answer = boss.patch(f"/api/admin/users/{person.id}", change | {"reason": "because of a test"})
    assert answer.status_code == 200, answer.text
    assert is_out(stranger)


def test_its_user_sees_the_session_and_ends_it(world: World, stranger: Browser) -> None:
    person = world.staff()
    stranger.log_in(person.user["email"])
    mine = {each["id"] for each in person.get("/api/auth/sessions").json()["data"]["sessions"]}
    assert session_of(stranger) in mine
    assert person.delete(f"/api/auth/sessions/{session_of(stranger)}").status_code == 200
    assert is_out(stranger)


@pytest.mark.parametrize("columns", [{"used_at": timedelta(minutes=30)}, {"created_at": timedelta(hours=8)}])
def test_it_ends_when_nobody_uses_it_or_it_is_a_day_old(
    staff: Browser, columns: dict[str, timedelta]
) -> None:
    aged(staff, **{column: age - timedelta(minutes=1) for column, age in columns.items()})
    assert not is_out(staff)
    aged(staff, **columns)
    assert is_out(staff)


def test_what_a_page_asks_by_itself_is_no_use_of_it(staff: Browser) -> None:
    aged(staff, used_at=timedelta(minutes=20))
    assert staff.get(DATA).status_code == 200
    before = _used(staff)
    assert now() - before > timedelta(minutes=19)
    assert staff.get(PAGE).status_code == 200
    assert _used(staff) - before > timedelta(minutes=19)


def _used(browser: Browser) -> Any:
    return db.fetch_value(text("SELECT used_at FROM sessions WHERE id = :id"), {"id": session_of(browser)})


def test_one_that_is_over_is_ended_in_the_list_too(staff: Browser) -> None:
    aged(staff, used_at=timedelta(minutes=31))
    with db.transaction():
        assert session_service.end_expired() >= 1
    row = session_queries.by_cookie(session_of(staff))
    assert row is None


def test_it_has_no_refresh_token(staff: Browser) -> None:
    row = session_queries.by_cookie(session_of(staff))
    assert row is not None
    assert row.refresh_jti == ""


def test_two_browsers_are_two_sessions(server: Server, staff: Browser) -> None:
    other = Browser(server.url)
    with closing(other.http):
        other.log_in(make_staff())
        assert other.log_out().status_code == 200
        assert not is_out(staff)


def test_two_slots_are_two_sessions_and_the_last_opened_has_the_pages(staff: Browser) -> None:
    first = session_of(staff)
    assert staff.log_in(make_staff(), slot=2).status_code == 200
    assert session_of(staff) != first
    assert staff.log_out(slot=1).status_code == 200
    assert not is_out(staff)
    assert staff.log_out(slot=2).status_code == 200
    assert is_out(staff)


def test_the_pages_name_the_user_and_lead_back_or_out(stranger: Browser) -> None:
    stranger.log_in(make_staff(name="<b>Ada</b>"), slot=3)
    page = stranger.get(PAGE).text
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert 'href="/console/3/queues"' in page
    assert 'id="logout" class="btn btn-sm" data-slot="3"' in page
