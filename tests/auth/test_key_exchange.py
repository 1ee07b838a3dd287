"""After an exchange of SECRET_KEY, signatures and encryption by the previous key hold until that key is dropped."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.second_factor import queries as second_factor_queries
from metaia.core import db
from metaia.core.ids import new_id
from metaia.notifications.content import unsubscribe_links
from tests.support.login_client import enable_second_factor
from tests.support.people import PASSWORD, Person, World
from tests.support.staff_browser import Browser

Settle = Callable[..., None]
SECRET = text("SELECT secret FROM second_factors WHERE user_id = :id")
RESEALED = text("SELECT * FROM audit_log WHERE action = 'keys.resealed' ORDER BY id DESC LIMIT 1")


@pytest.fixture
def keys(app: Flask, server: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settle]:
    """Give a function that sets SECRET_KEY and the keys before it. Afterwards, the first key encrypts all again."""
    old = app.config["SECRET_KEY"]
    used = {old}

    def settle(newest: str, *before: str) -> None:
        used.update((newest, *before))
        monkeypatch.setitem(app.config, "SECRET_KEY", newest)
        monkeypatch.setitem(app.config, "SECRET_KEY_PREVIOUS", list(before))

    yield settle
    settle(old, *used - {old})
    reseal(app)


@pytest.fixture
def old(app: Flask) -> str:
    return str(app.config["SECRET_KEY"])


@pytest.fixture
def new() -> str:
    return secrets.token_urlsafe(32)


def reseal(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["reseal"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def secret_of(person: Person) -> bytes:
    return bytes(db.fetch_value(SECRET, {"id": person.id}))


def signed(world: World, person: Person) -> tuple[str, str, str, Browser]:
    """Return what is signed with the current key: a mailed link, an unsubscribe link, a cursor, and a cookie."""
    token_id = new_id()
    with db.transaction():
        email_tokens.issue(
            person.id, email_tokens.VERIFY_EMAIL, {"email": person.user["email"]}, 60, token_id=token_id
        )
    parts = urlsplit(str(unsubscribe_links.address(person.id, "order")))
    for _ in range(2):
        person.order()
    listed = person.get("/api/notifications", params={"limit": 1}).json()["meta"]
    browser = Browser(world.url)
    browser.log_in(world.staff("support").user["email"])
    token = email_tokens.encode(token_id, email_tokens.VERIFY_EMAIL)
    return token, f"{parts.path}?{parts.query}", listed["nextCursor"], browser


def statuses(person: Person, token: str, link: str, page: str, browser: Browser) -> list[int]:
    """Return the statuses of requests with these."""
    verified = person.world.call("POST", "/api/auth/verify-email", json={"token": token})
    unsubscribe = person.world.call("GET", link)
    found = person.get("/api/notifications", params={"cursor": page, "limit": 1})
    pages = browser.get("/admin/rq/")
    return [answer.status_code for answer in (verified, unsubscribe, found, pages)]


def test_what_was_signed_before_is_taken_as_long_as_the_old_key_is_kept(world, keys, old, new):
    person = world.person()
    found = signed(world, person)
    csrf = found[3].csrf()
    keys(new, secrets.token_urlsafe(32), old)
    assert statuses(person, *found) == [200] * 4
    assert found[3].post("/admin/rq/queue/default/compact", headers={"X-CSRF-Token": csrf}).status_code < 400


def test_what_was_signed_before_is_nothing_without_the_old_key(world, keys, new):
    person = world.person()
    found = signed(world, person)
    keys(new)
    assert statuses(person, *found) == [422, 404, 422, 303]


def test_what_is_signed_now_needs_the_new_key_alone(world, keys, old, new):
    person = world.person()
    keys(new, old)
    found = signed(world, person)
    keys(new)
    assert statuses(person, *found) == [200] * 4


def test_second_factors_are_sealed_anew_and_the_old_key_can_go(app, world, keys, old, new, clock):
    def logs_in() -> int:
        clock.skip(60)
        body = {"email": person.user["email"], "password": PASSWORD, "code": codes.code()}
        return int(world.call("POST", "/api/auth/login", json=body).status_code)

    person = world.person()
    codes, _ = enable_second_factor(person, clock)
    before = secret_of(person)
    keys(new, old)
    assert logs_in() == 200
    assert secret_of(person) == before
    reseal(app)
    after = secret_of(person)
    assert after != before
    reseal(app)  # nothing is left to do
    assert secret_of(person) == after
    keys(new)
    assert logs_in() == 200


def test_what_no_key_opens_is_counted_and_left_as_it_is(app, world, keys, new, clock):
    person = world.person()
    enable_second_factor(person, clock)
    before = secret_of(person)
    keys(new)
    status, said = reseal(app)
    assert (status, secret_of(person)) == (1, before)
    assert "are lost: no key decrypts them" in said


def test_more_of_them_than_are_read_at_once_are_sealed(app, world, keys, old, new, clock, monkeypatch):
    people = [world.person() for _ in range(5)]
    for person in people:
        enable_second_factor(person, clock)
    before = [secret_of(person) for person in people]
    monkeypatch.setattr(second_factor_queries.page, "__defaults__", (2,))
    keys(new, old)
    reseal(app)
    assert not set(before) & {secret_of(person) for person in people}


@pytest.mark.usefixtures("server")
def test_it_is_in_the_audit_log(app):
    reseal(app)
    last = db.fetch_one(RESEALED)
    assert last is not None
    assert last.actor_id.startswith("operator-")
    assert last.after.keys() == {"resealed", "lost"}
