"""The unsubscribe link in each mail and the button of mailboxes (RFC 8058): no login, one click, and undo."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from itsdangerous import URLSafeSerializer
from sqlalchemy import text

from metaia.core import db
from metaia.notifications.content import unsubscribe_links
from metaia.notifications.registry import SECURITY
from tests.support.people import Person, World

Json = dict[str, Any]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
HTML, AS_JSON = "text/html; charset=utf-8", {"Accept": "application/json"}


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


@pytest.fixture
def link(person: Person) -> str:
    """Give the address in a mail about an order, without its host."""
    return local(unsubscribe_links.address(person.id, "order"))


def local(address: str | None) -> str:
    assert address is not None
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def off(person: Person) -> Json:
    found: Json = person.get("/api/notifications/preferences").json()["data"]["preferences"]["off"]
    return found


def button(page: requests.Response) -> tuple[str, dict[str, str], str]:
    """Return the target, the field and the button of the form on the page."""
    forms: list[str] = []
    fields: dict[str, str] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = {name: value or "" for name, value in attrs}
            if tag == "form":
                assert given["method"] == "post"
                forms.append(given["action"])
            elif tag == "input":
                fields[given["name"]] = given["value"]

    Reader().feed(page.text)
    [action] = forms
    return action, fields, page.text.split("<button")[1].split(">")[1].split("<")[0]


def test_a_mailbox_unsubscribes_with_one_click(world: World, person: Person, link: str) -> None:
    for _ in range(2):
        assert world.call("POST", link, data=ONE_CLICK).status_code == 200
        assert off(person) == {"order": ["email"]}


def test_it_may_send_a_multipart_form_and_more_fields(world: World, person: Person, link: str) -> None:
    form = {"List-Unsubscribe": (None, "One-Click"), "more": (None, "x")}
    assert world.call("POST", link, files=form).status_code == 200
    assert off(person) == {"order": ["email"]}


def test_opening_the_link_changes_nothing(world: World, person: Person, link: str) -> None:
    page = world.call("GET", link)
    assert page.status_code == 200
    assert off(person) == {}
    assert button(page)[2] == "Unsubscribe"


def test_its_button_unsubscribes_and_there_is_a_way_back(world: World, person: Person, link: str) -> None:
    page = world.call("GET", link)
    for expected in ({"order": ["email"]}, {}, {"order": ["email"]}):
        action, fields, _ = button(page)
        page = world.call("POST", action, data=fields)
        assert page.status_code == 200
        assert off(person) == expected
    assert button(world.call("GET", link))[0].startswith(f"{unsubscribe_links.PATH}/undo?")


def test_other_choices_stay_as_they_are(world: World, person: Person, link: str) -> None:
    chosen = {"off": {"order": ["sms"]}, "muted": True, "quietHours": {"from": "22:00", "until": "07:00"}}
    before = person.patch("/api/notifications/preferences", chosen).json()["data"]["preferences"]
    world.call("POST", link, data=ONE_CLICK)
    after = person.get("/api/notifications/preferences").json()["data"]["preferences"]
    assert after == before | {"off": {"order": ["email", "sms"]}, "version": before["version"] + 1}
    world.call("POST", link.replace("?", "/undo?"))
    assert off(person) == {"order": ["sms"]}


def test_the_page_may_do_nothing_else(world: World, person: Person, link: str) -> None:
    page = world.call("GET", link)
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "script" not in page.text
    assert "Set-Cookie" not in page.headers
    assert person.user["email"] not in page.text
    assert person.user["name"] not in page.text


def test_the_page_is_in_the_readers_language(world: World, person: Person, link: str) -> None:
    assert person.patch("/api/auth/me", {"locale": "hi", "expectedVersion": 1}).ok
    page = world.call("GET", link)
    assert '<html lang="hi">' in page.text
    assert "ऑर्डर" in page.text


def test_support_can_see_who_did_it(world: World, person: Person, link: str) -> None:
    world.call("POST", link, data=ONE_CLICK)
    world.call("POST", link, data=ONE_CLICK)
    query = text("SELECT * FROM audit_log WHERE subject = :subject AND action LIKE 'notif%'")
    [entry] = db.fetch_all(query, {"subject": f"user-{person.id}"})
    assert (entry.action, entry.actor_id) == ("notifications.preferences_changed", person.id)
    assert entry.after["off"] == {"order": ["email"]}


@pytest.mark.parametrize("form", [{}, {"List-Unsubscribe": ""}, {"List-Unsubscribe": "Two-Click"}])
def test_without_the_one_click_it_is_refused(world: World, person: Person, link: str, form: Json) -> None:
    answer = world.call("POST", link, data=form, headers=AS_JSON)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {"List-Unsubscribe"}
    page = world.call("POST", link, data=form)
    assert (page.status_code, page.headers["Content-Type"]) == (422, HTML)
    assert off(person) == {}


def test_bodies_that_are_no_form_are_refused(world: World, person: Person, link: str) -> None:
    assert world.call("POST", link, json=ONE_CLICK).status_code == 422
    assert world.call("POST", link, data=b"\xff\xfe=\x00").status_code == 422
    broken = {"Content-Type": "multipart/form-data"}
    assert world.call("POST", link, data=b"--x\r\n", headers=broken).status_code in {400, 422}
    assert world.call("POST", link, data={"x": "y" * 300_000}).status_code == 413
    assert off(person) == {}


def test_an_address_that_is_not_ours_ends_nothing(
    app: Flask, world: World, person: Person, link: str
) -> None:
    signer = URLSafeSerializer(app.config["SECRET_KEY"], salt="unsubscribe")
    other = URLSafeSerializer(app.config["SECRET_KEY"], salt="paging cursor")
    tokens = [
        link.partition("token=")[2][:-1],
        "nonsense",
        "a.b.c",
        other.dumps([person.id, "order"]),
        signer.dumps([person.id, SECURITY]),
        signer.dumps([person.id, "never declared"]),
        signer.dumps("nonsense"),
        signer.dumps(["00000000-0000-7000-8000-000000000000", "order"]),
    ]
    for token in tokens:
        for method, path in (("GET", ""), ("POST", ""), ("POST", "/undo")):
            answer = world.call(method, f"{unsubscribe_links.PATH}{path}?token={token}", data=ONE_CLICK)
            assert answer.status_code == 404, token
            assert answer.headers["Content-Type"] == HTML
            assert "This link is not valid" in answer.text
            assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
            as_json = world.call(
                method, f"{unsubscribe_links.PATH}{path}?token={token}", data=ONE_CLICK, headers=AS_JSON
            )
            assert as_json.json()["error"]["code"] == "not_found"
    assert off(person) == {}


@pytest.mark.parametrize(
    "query",
    ["", "?token=", f"?token={'x' * 5001}", "?token=a&more=b", "?token=%00", "?token=<b>x", "?utm_source=x"],
)
def test_a_query_that_is_wrong_is_a_page(world: World, query: str) -> None:
    for method in ("GET", "POST"):
        answer = world.call(method, unsubscribe_links.PATH + query, data=ONE_CLICK)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, HTML)
        assert "<b>" not in answer.text


def test_parameters_of_click_trackers_are_ignored(world: World, person: Person, link: str) -> None:
    tracked = f"{link}&utm_source=news&utm_medium=email&mc_eid=7"
    page = world.call("GET", tracked)
    assert page.status_code == 200
    assert "utm_source" not in button(page)[0]
    assert world.call("POST", tracked, data=ONE_CLICK).status_code == 200
    assert off(person) == {"order": ["email"]}
    assert world.call("POST", tracked.replace("?", "/undo?")).status_code == 200
    assert off(person) == {}


def test_who_is_gone_is_not_written_about_again(world: World, person: Person, link: str) -> None:
    with db.transaction():
        gone = "UPDATE users SET active = false, inactive_because = 'deleted' WHERE id = :id"
        db.execute(text(gone), {"id": person.id})
    assert world.call("POST", link, data=ONE_CLICK).status_code == 404
    query = text("SELECT count(*) FROM notification_preferences WHERE user_id = :id")
    assert db.fetch_value(query, {"id": person.id}) == 0


def test_the_headers_are_those_of_the_standard(app: Flask, person: Person) -> None:
    stop = unsubscribe_links.address(person.id, "order")
    assert stop is not None
    assert stop.startswith(f"{app.config['PUBLIC_BASE_URL']}{unsubscribe_links.PATH}?token=")
    headers = unsubscribe_links.headers(stop)
    assert headers == {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    assert re.fullmatch(r"[!-~]+", stop)
    assert unsubscribe_links.headers(unsubscribe_links.address(person.id, SECURITY)) == {}
