"""The console's page, its configuration, and its sessions: one per slot of a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from metaia.dev.demo_data import PASSWORD as DEMO_PASSWORD
from tests.support.people import PASSWORD, World
from tests.support.process import serving
from tests.support.staff_browser import Browser, code_of, make_staff

SESSIONS = "/console/sessions"
PARTS = ("staff", "theatre")  # they load on demand


def enter(browser: Browser, email: str, slot: int = 1, **body: Any) -> requests.Response:
    return browser.post(f"{SESSIONS}/{slot}", {"email": email, "password": PASSWORD} | body)


def token(browser: Browser, slot: int = 1) -> requests.Response:
    return browser.post(f"{SESSIONS}/{slot}/token")


def leave(browser: Browser, slot: int = 1) -> requests.Response:
    return browser.call("DELETE", f"{SESSIONS}/{slot}", headers={"Origin": browser.url})


def is_in(browser: Browser, slot: int = 1) -> bool:
    answer = token(browser, slot)
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


@pytest.fixture
def customer(world: World) -> str:
    return str(world.person("customer").user["email"])


# The page


@pytest.mark.parametrize(
    "path", ["/console/", "/console/orders/1", "/track/0191f000-0000-7000-8000-000000000000"]
)
def test_each_address_shows_the_same_page(stranger: Browser, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    [media] = stranger.get("/console/config.json").json()["data"]["media"]
    assert f"connect-src 'self' {media} ws://{stranger.url.removeprefix('http://')};" in policy
    assert "unsafe" not in policy


def test_its_files_are_kept_by_browsers(stranger: Browser) -> None:
    files = re.findall(r'(?:href|src)="(/console/assets/[^"]+)"', stranger.get("/console/").text)
    version = files[0].split("/")[3]
    assert sorted(file.rpartition("/")[2] for file in files) == [
        "console.css",
        "console.js",
        "main.js",
        "shared.js",
    ]
    for file in (*files, *(f"/console/assets/{version}/{part}.js" for part in PARTS)):
        answer = stranger.get(file)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] in {"gzip", "zstd"}


@pytest.mark.parametrize("name", ["main.js", "shared.js", *(f"{part}.js" for part in PARTS)])
def test_a_page_of_another_release_gets_no_part_of_this_one(stranger: Browser, name: str) -> None:
    assert stranger.get(f"/console/assets/0123456789ab/{name}").status_code == 404


@pytest.mark.parametrize("name", ["console.js", "console.css", "hi.js"])
def test_a_page_of_another_release_gets_what_it_can_use(stranger: Browser, name: str) -> None:
    answer = stranger.get(f"/console/assets/0123456789ab/{name}")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["x.js", "..%2fcookie.py", "%00", "console.js%0a"])
def test_no_other_file_is_served(stranger: Browser, name: str) -> None:
    answer = stranger.get(f"/console/assets/1/{name}")
    assert answer.status_code in {200, 404}  # 200: the page, for an address below /console/
    assert "itsdangerous" not in answer.text


def test_people_of_the_demo_are_shown_in_development_only(stranger: Browser) -> None:
    assert stranger.get("/console/config.json").json()["data"]["demo"] is None
    with serving(METAIA_DEMO_PASSWORD=DEMO_PASSWORD) as url:
        assert requests.get(f"{url}/console/config.json", timeout=30).json()["data"]["demo"]["password"]


def test_an_installation_without_a_console_has_none_of_its_addresses(environment: dict[str, str]) -> None:
    del environment
    with serving(CONSOLE="off") as url:
        browser = Browser(url)
        for path in ("/console/", "/console/config.json", "/console/assets/1/console.js"):
            assert browser.get(path).status_code == 404
        assert enter(browser, "a@b.example").status_code == 404


def test_a_console_for_staff_refuses_customers(customer: str) -> None:
    with serving(CONSOLE="staff") as url:
        browser = Browser(url)
        assert enter(browser, customer).status_code == 403
        assert enter(browser, make_staff()).status_code == 200


# Sessions


def test_a_slot_gives_access_tokens_that_the_api_takes(stranger: Browser, customer: str) -> None:
    assert enter(stranger, customer).json() == {"status": "success", "data": {}}
    data = token(stranger).json()["data"]
    assert (data["user"]["email"], data["expiresIn"]) == (customer, 900)
    headers = {"Authorization": f"Bearer {data['accessToken']}"}
    assert stranger.call("GET", "/api/auth/me", headers=headers).status_code == 200
    sessions = stranger.call("GET", "/api/auth/sessions", headers=headers).json()["data"]["sessions"]
    # of the registration, and of the slot
    assert sorted(one["current"] for one in sessions) == [False, True]


def test_a_slot_names_its_user(stranger: Browser, customer: str) -> None:
    assert stranger.get(f"{SESSIONS}/1").json()["data"] == {"user": None}
    enter(stranger, customer)
    assert stranger.get(f"{SESSIONS}/1").json()["data"]["user"]["email"] == customer
    leave(stranger)
    assert stranger.get(f"{SESSIONS}/1").json()["data"] == {"user": None}


def test_a_browser_holds_several_people(stranger: Browser, world: World) -> None:
    people = {slot: str(world.person(role).user["email"]) for slot, role in ((1, "customer"), (2, "tailor"))}
    for slot, email in people.items():
        assert enter(stranger, email, slot).status_code == 200
    assert {slot: token(stranger, slot).json()["data"]["user"]["email"] for slot in people} == people
    leave(stranger, 1)
    assert (is_in(stranger, 1), is_in(stranger, 2)) == (False, True)


def test_scripts_cannot_read_the_cookie_and_other_addresses_do_not_get_it(
    stranger: Browser, customer: str
) -> None:
    header = enter(stranger, customer, 3).headers["Set-Cookie"]
    for attribute in ("HttpOnly", "SameSite=Strict", "Path=/console/sessions/3"):
        assert attribute in header


def test_a_second_login_in_a_slot_ends_the_first(stranger: Browser, customer: str) -> None:
    enter(stranger, customer)
    first = token(stranger).json()["data"]["accessToken"]
    enter(stranger, customer)
    answer = stranger.call("GET", "/api/auth/me", headers={"Authorization": f"Bearer {first}"})
    assert (answer.status_code, code_of(answer)) == (401, "session_ended")


def test_a_cookie_of_one_slot_opens_no_other(stranger: Browser, customer: str) -> None:
    enter(stranger, customer, 1)
    value = next(str(cookie.value) for cookie in stranger.http.cookies if cookie.name == "metaia-console-1")
    stranger.http.cookies.set("metaia-console-2", value, path=f"{SESSIONS}/2", domain="127.0.0.1")
    assert not is_in(stranger, 2)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": ""}, {"Sec-Fetch-Site": "cross-site"}]
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/1"), ("POST", "/1/token"), ("DELETE", "/1")])
def test_pages_of_other_origins_change_nothing(
    stranger: Browser, customer: str, method: str, path: str, headers: dict[str, str]
) -> None:
    enter(stranger, customer)
    ours = {"Origin": stranger.url, "Sec-Fetch-Site": "same-origin"}
    answer = stranger.call(method, SESSIONS + path, json={}, headers=ours | headers)
    assert (answer.status_code, code_of(answer)) == (403, "origin_not_allowed")
    assert is_in(stranger)


@pytest.mark.parametrize("slot", ["0", "10", "99999999999999999999", "-1", "x", "1.0"])
def test_there_are_nine_slots(stranger: Browser, customer: str, slot: str) -> None:
    answer = stranger.post(f"{SESSIONS}/{slot}", {"email": customer, "password": PASSWORD})
    assert answer.status_code in {404, 405}


@pytest.mark.parametrize("body", [[], {"email": 1}, {"email": "a@b.example", "password": "x", "more": 1}])
def test_a_body_of_another_shape_is_refused(stranger: Browser, body: Any) -> None:
    assert stranger.post(f"{SESSIONS}/1", body).status_code == 422


def test_a_wrong_password_opens_nothing(stranger: Browser, customer: str) -> None:
    answer = enter(stranger, customer, password="not the password")
    assert (answer.status_code, code_of(answer)) == (401, "wrong_credentials")
    assert not is_in(stranger)


def test_a_damaged_cookie_is_as_none(stranger: Browser) -> None:
    stranger.http.cookies.set("metaia-console-1", "x" * 4_000, path=f"{SESSIONS}/1", domain="127.0.0.1")
    assert not is_in(stranger)
    assert leave(stranger).status_code == 200
