"""Earlier addresses of staff's pages, and the sample mails that the console frames."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.people import World
from tests.support.process import serving
from tests.support.staff_browser import Browser, code_of, make_staff

NOTIFICATION = "01890a5d-ac96-774b-bcce-b302099a8057"
MAIL = "/console/sessions/1/mails"
NAME = "second_factor_removed"


@pytest.mark.parametrize(
    ("old", "page"),
    [
        ("/admin/start", "/"),
        ("/admin/login", "/"),
        ("/admin/notifications", "/messages"),
        (f"/admin/notifications/{NOTIFICATION}", f"/messages/{NOTIFICATION}"),
        ("/admin/notifications/preview", "/previews"),
        ("/admin/rq/", "/dashboard"),
    ],
)
def test_an_earlier_address_leads_to_the_page_in_the_console(stranger: Browser, old: str, page: str) -> None:
    answer = stranger.get(old)
    assert answer.status_code == (303 if page == "/dashboard" else 308)
    target = urlsplit(answer.headers["Location"])
    assert (target.netloc, target.path, parse_qs(target.query)) == ("", "/console/", {"to": [page]})
    assert stranger.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("path", ["notifications/nobody", "notifications.json", "nothing", "start/x"])
def test_an_address_that_was_never_a_page_is_not_found(stranger: Browser, path: str) -> None:
    assert stranger.get(f"/admin/{path}").status_code == 404


@pytest.mark.parametrize("path", ["login", "logout"])
def test_the_earlier_login_takes_nothing(stranger: Browser, path: str) -> None:
    body = {"email": make_staff(), "password": "a-long-enough-password"}
    answer = stranger.post(f"/admin/{path}", body)
    assert answer.status_code in {404, 405}
    assert not answer.cookies


def test_an_installation_without_a_console_has_no_page_of_staff(environment: dict[str, str]) -> None:
    del environment
    with serving(CONSOLE="off") as url:
        browser = Browser(url)
        for path in (
            "start",
            "login",
            "notifications",
            "rq/",
            "rq/0/data/queues.json",
            "assets/1/queues.css",
        ):
            assert browser.get(f"/admin/{path}").status_code == 404, path
        assert browser.get("/admin", headers={"Accept": "text/html"}).status_code == 426
        assert browser.get("/api").json()["data"]["console"] is None


# Sample mails


def test_a_mail_is_framed_by_the_console_only_and_can_do_nothing(staff: Browser) -> None:
    answer = staff.get(f"{MAIL}/{NAME}/hi")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "sandbox", "frame-ancestors 'self'"} <= set(policy)
    assert not [part for part in policy if part.startswith("script-src")]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    console = staff.get("/console/").headers["Content-Security-Policy"]
    assert "frame-src 'self'" in console.split("; ")


@pytest.mark.parametrize("path", ["nothing/en", f"{NAME}/xx", f"{NAME}/en/x", "order_ready/..%2fen"])
def test_what_is_no_mail_is_not_found(staff: Browser, path: str) -> None:
    headers = {"Accept": "application/json"}
    answer: Any = staff.get(f"{MAIL}/{path}", headers=headers)
    assert (answer.status_code, "Somebody" in answer.text) in {(404, False), (200, False)}  # 200: the console


def test_a_mail_needs_the_slot_of_a_member_of_staff(world: World, stranger: Browser) -> None:
    headers = {"Accept": "application/json"}
    answer = stranger.get(f"{MAIL}/{NAME}/en", headers=headers)
    assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")
    stranger.log_in(world.person("customer").user["email"])
    answer = stranger.get(f"{MAIL}/{NAME}/en", headers=headers)
    assert (answer.status_code, code_of(answer)) == (403, "forbidden")
