"""A user's own account: verification, reset and change of the password, profile, deactivation."""

from __future__ import annotations

import uuid

import gevent
import pytest

from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import confirm as password_confirm
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Unauthenticated
from metaia.users import queries as user_queries
from tests.support.account_mails import actions, notification_data
from tests.support.people import PASSWORD, Person

NEW = "another-long-password"


@pytest.fixture
def person(world):
    return world.person()


def email_of(person):
    return person.user["email"]


def login(world, email, password=PASSWORD):
    return world.call("POST", "/api/auth/login", json={"email": email, "password": password})


def again(world, person):
    """Return the same person with a session on another device."""
    return Person(world, login(world, email_of(person)).json()["data"])


def ask(world, path, email):
    return world.call("POST", f"/api/auth/{path}", json={"email": email})


def follow(world, path, token, **body):
    return world.call("POST", f"/api/auth/{path}", json={"token": token} | body)


def me(person):
    return person.get("/api/auth/me").json()["data"]["user"]


def code(answer):
    return answer.json()["error"]["code"]


# Verification


def test_who_registers_is_mailed_a_link_that_verifies_their_address(world, person, account_mails):
    assert me(person)["emailVerified"] is False
    token = account_mails.token(person, email_tokens.VERIFY_EMAIL)
    assert follow(world, "verify-email", token).status_code == 200
    assert me(person)["emailVerified"] is True
    again = follow(world, "verify-email", token)
    assert (again.status_code, code(again)) == (410, "proof_used")
    assert actions(person)[:2] == ["account.registered", "account.email_verified"]


def test_a_new_link_is_mailed_on_request_and_the_older_one_is_void(world, person, account_mails):
    assert ask(world, "resend-verification", email_of(person)).status_code == 202
    assert account_mails.work() == [True]
    first, second = account_mails.tokens(person, email_tokens.VERIFY_EMAIL)
    assert code(follow(world, "verify-email", first)) == "proof_expired"
    assert follow(world, "verify-email", second).status_code == 200


def test_who_is_verified_gets_no_more_links(world, person, account_mails):
    follow(world, "verify-email", account_mails.token(person, email_tokens.VERIFY_EMAIL))
    ask(world, "resend-verification", email_of(person))
    assert account_mails.work() == [False]
    assert len(account_mails.tokens(person, email_tokens.VERIFY_EMAIL)) == 1


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("resend-verification", email_tokens.VERIFY_EMAIL),
        ("forgot-password", email_tokens.RESET_PASSWORD),
        ("unlock", email_tokens.UNLOCK),
    ],
)
class TestAsking:
    """Requests for a link do not reveal whether an account exists."""

    def test_known_and_unknown_addresses_get_the_same_answer(
        self, world, person, account_mails, path, purpose
    ):
        before = len(account_mails.tokens(person, purpose))
        known = ask(world, path, email_of(person))
        unknown = ask(world, path, f"{uuid.uuid4().hex}@test.example")
        assert known.status_code == unknown.status_code == 202
        assert known.content == unknown.content
        differing = {"Date", "X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset"}
        assert {k: v for k, v in known.headers.items() if k not in differing} == {
            k: v for k, v in unknown.headers.items() if k not in differing
        }
        assert sorted(account_mails.work(2)) == [False, True]
        assert len(account_mails.tokens(person, purpose)) == before + 1

    def test_the_request_itself_looks_nobody_up(
        self, world, person, account_mails, path, purpose, monkeypatch
    ):
        def asked(*_):
            raise AssertionError("the request looked the address up")

        monkeypatch.setattr("metaia.users.queries._person", asked)
        monkeypatch.setattr("metaia.users.queries._credentials", asked)
        assert ask(world, path, email_of(person)).status_code == 202

    def test_upper_case_is_the_same_address(self, world, person, account_mails, path, purpose):
        ask(world, path, email_of(person).upper())
        assert account_mails.work() == [True]

    def test_an_account_is_mailed_three_times_an_hour_at_most(
        self, world, person, account_mails, path, purpose
    ):
        for _ in range(5):
            ask(world, path, email_of(person))
        account_mails.work(5)
        tokens = account_mails.tokens(person, purpose)
        assert len(tokens) == mailed_links.MAX_LINKS
        assert email_tokens.verify(tokens[-1], purpose).user_id == person.id

    def test_a_job_that_comes_twice_mails_once(self, world, person, account_mails, path, purpose):
        before = len(account_mails.tokens(person, purpose))
        token_id = str(uuid.uuid4())
        assert mailed_links.send_requested(purpose, email_of(person), token_id) is True
        assert mailed_links.send_requested(purpose, email_of(person), token_id) is False
        assert len(account_mails.tokens(person, purpose)) == before + 1
        assert email_tokens.verify(account_mails.token(person, purpose), purpose).id == token_id

    @pytest.mark.parametrize(
        "body", [{}, {"email": ""}, {"email": "nobody"}, {"email": 5}, {"email": "a@b.example", "x": 1}]
    )
    def test_what_is_no_address_is_invalid(self, world, account_mails, path, purpose, body):
        assert world.call("POST", f"/api/auth/{path}", json=body).status_code == 422


# Forgotten passwords


def reset_link(world, person, account_mails):
    ask(world, "forgot-password", email_of(person))
    account_mails.work()
    return account_mails.token(person, email_tokens.RESET_PASSWORD)


def test_who_forgot_their_password_chooses_a_new_one_and_is_logged_out_everywhere(
    world, person, account_mails
):
    screen, other = person.socket(), again(world, person)
    token = reset_link(world, person, account_mails)
    assert follow(world, "reset-password", token, password=NEW).status_code == 200
    for session in (person, other):
        assert code(session.get("/api/auth/me")) == "session_ended"
        refreshed = world.call("POST", "/api/auth/refresh", json={"refreshToken": session.refresh_token})
        assert code(refreshed) == "session_ended"
    with gevent.Timeout(30):
        while screen.client.connected:
            gevent.sleep(0.01)
    assert login(world, email_of(person)).status_code == 401
    fresh = Person(world, login(world, email_of(person), NEW).json()["data"])
    assert fresh.user["emailVerified"] is True, "the link was in that mailbox"
    assert code(follow(world, "reset-password", token, password=NEW)) == "proof_used"
    assert "account.password_reset" in actions(person)
    assert [note["type"] for note in fresh.get("/api/notifications").json()["data"]["notifications"]] == [
        "password_changed"
    ]


def test_a_password_that_was_changed_meanwhile_voids_the_link(world, person, account_mails):
    token = reset_link(world, person, account_mails)
    body = {"currentPassword": PASSWORD, "newPassword": NEW}
    assert person.post("/api/auth/change-password", body).status_code == 200
    assert code(follow(world, "reset-password", token, password="and-a-third-one-of-them")) == "proof_expired"
    assert login(world, email_of(person), NEW).status_code == 200


def test_two_resets_with_one_link_at_once_set_one_password(world, person, account_mails):
    token = reset_link(world, person, account_mails)
    words = [f"one-of-four-passwords-{n}" for n in range(4)]
    tries = [gevent.spawn(follow, world, "reset-password", token, password=word) for word in words]
    assert sorted(attempt.get(timeout=20).status_code for attempt in tries) == [200, 410, 410, 410]
    assert [login(world, email_of(person), word).status_code for word in words].count(200) == 1


@pytest.mark.parametrize("password", ["", "short", "x" * 201, None, 12345678, "password1"])
def test_a_bad_new_password_is_refused_and_does_not_use_the_link_up(world, person, account_mails, password):
    token = reset_link(world, person, account_mails)
    assert follow(world, "reset-password", token, password=password).status_code == 422
    assert follow(world, "reset-password", token, password=NEW).status_code == 200


@pytest.mark.parametrize("path", ["verify-email", "reset-password", "confirm-email", "confirm-unlock"])
@pytest.mark.parametrize("token", ["", "x", "A" * 64, "é" * 64, "\0" * 64])
def test_a_token_that_is_none_is_told_so(world, path, token):
    body = {"password": NEW} if path == "reset-password" else {}
    answer = follow(world, path, token, **body)
    assert (answer.status_code, code(answer)) == (422, "proof_invalid")


@pytest.mark.parametrize("path", ["verify-email", "reset-password", "confirm-email", "confirm-unlock"])
@pytest.mark.parametrize("body", [{}, {"token": None}, {"token": 5}, {"token": "x" * 201}, {"token": ["x"]}])
def test_a_body_without_a_token_is_invalid(world, path, body):
    assert world.call("POST", f"/api/auth/{path}", json=body).status_code == 422


# Changing the password


def change(person, current=PASSWORD, new=NEW, **more):
    body = {"currentPassword": current, "newPassword": new} | more
    return person.post("/api/auth/change-password", body)


def test_changing_the_password_ends_all_other_sessions(world, person):
    other = again(world, person)
    assert change(person).status_code == 200
    assert person.get("/api/auth/me").status_code == 200
    assert code(other.get("/api/auth/me")) == "session_ended"
    assert login(world, email_of(person)).status_code == 401
    assert login(world, email_of(person), NEW).status_code == 200
    assert actions(person).count("account.password_changed") == 1
    assert len(notification_data(person, "password_changed")) == 1


def test_changing_the_password_needs_the_present_one(world, person):
    answer = change(person, current="not my password")
    assert (answer.status_code, code(answer)) == (403, "wrong_password")
    assert login(world, email_of(person)).status_code == 200


@pytest.mark.parametrize("new", ["short", "x" * 201, "", None, "password1"])
def test_a_bad_new_password_changes_nothing(world, person, new):
    answer = change(person, new=new)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {"newPassword"}
    assert login(world, email_of(person)).status_code == 200


def test_of_two_changes_at_once_one_happens(world, person):
    words = ["the-first-of-two-passwords", "the-second-of-two-passwords"]
    tries = [gevent.spawn(change, person, new=word) for word in words]
    assert sorted(attempt.get(timeout=20).status_code for attempt in tries) in ([200, 403], [200, 409])
    assert sorted(login(world, email_of(person), word).status_code for word in words) == [200, 401]


def test_a_password_that_changes_after_it_was_checked_opens_nothing(world, person):
    actor = Actor(person.id, "customer", "", 0.0)
    [(_, known)] = [found for found in [user_queries.credentials_of(person.id)] if found]
    assert change(person).status_code == 200
    with pytest.raises(Conflict), password_confirm.lock_own_account(actor, known):
        pytest.fail("the old password opened the account")
    with pytest.raises(Unauthenticated), db.transaction():
        password_confirm.lock_authenticated(person.id, known)


@pytest.mark.parametrize(
    "path", ["change-password", "change-email", "deactivate"]
)  # fmt: skip
def test_these_need_a_login(world, path):
    assert world.call("POST", f"/api/auth/{path}", json={}).status_code == 401


# Profile


def test_people_say_who_they_are(person):
    profile = {
        "name": "Asha R.",
        "phone": "+91 (0)98765-43210",
        "avatar": "https://cdn.example.com/a.png",
        "locale": "hi-IN",
        "timeZone": "Asia/Kolkata",
    }
    answer = person.patch("/api/auth/me", profile)
    assert answer.status_code == 200
    user = answer.json()["data"]["user"]
    assert user == person.user | profile | {
        "phoneE164": "+919876543210",
        "version": person.user["version"] + 1,
    }
    assert answer.headers["ETag"] == f'"{user["version"]}"'
    read = person.get("/api/auth/me")
    assert read.json()["data"]["user"] == user
    assert read.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize(
    ("locale", "stored"),
    [
        ("en_IN", "en-IN"), ("zh_Hans_CN", "zh-Hans-CN"), ("zh_TW_#Hant", "zh-Hant-TW"),
        ("en_US@calendar=buddhist", "en-US"),
        ("ar-EG-u-nu-latn", "ar-EG"), ("hi_US", "hi"), ("iw", "he"), ("xx", "de"), ("../../etc", "de"), ("", "de"),
        (None, "de"), ("e" * 9999, "de"),
    ],
)  # fmt: skip
def test_no_profile_is_refused_because_of_its_locale(person, locale, stored):
    person.patch("/api/auth/me", {"locale": "de"})
    answer = person.patch("/api/auth/me", {"name": "Asha R.", "locale": locale})
    assert answer.status_code == 200
    user = answer.json()["data"]["user"]
    assert (user["name"], user["locale"]) == ("Asha R.", stored)


@pytest.mark.parametrize("same", [{}, {"name": "Asha Rao"}, {"locale": "xx"}])
def test_what_changes_nothing_makes_no_new_version(world, same):
    person = world.person(name="Asha Rao")
    assert person.patch("/api/auth/me", same).json()["data"]["user"] == person.user


def test_what_may_be_empty_can_be_emptied(world):
    person = world.person(phone="+91 98765 43210")
    person.patch("/api/auth/me", {"avatar": "https://cdn.example.com/a.png"})
    user = person.patch("/api/auth/me", {"phone": None, "avatar": None}).json()["data"]["user"]
    assert (user["phone"], user["phoneE164"], user["avatar"]) == (None, None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", None), ("name", "x" * 121), ("name", "a\0b"), ("phone", "x" * 33), ("phone", 5),
        ("phone", "98765 43210, 98765 43211"),
        ("avatar", "http://cdn.example.com/a.png"), ("avatar", "javascript:alert(1)"), ("avatar", "data:image/png,x"),
        ("avatar", "//cdn.example.com/a.png"), ("avatar", "https://"), ("avatar", "x"), ("avatar", ""),
        ("avatar", "https://cdn.example.com/" + "a" * 500), ("avatar", 1),
        ("locale", 1), ("locale", ["en"]), ("locale", True),
        ("timeZone", "Mars/Olympus"), ("timeZone", "../etc/passwd"), ("timeZone", "/etc/passwd"), ("timeZone", ""),
        ("timeZone", None), ("timeZone", "America"), ("timeZone", "a\0"), ("timeZone", 5),
        ("email", "other@test.example"), ("role", "admin"), ("id", "x"), ("emailVerified", True), ("active", True),
    ],
)  # fmt: skip
def test_bad_fields_are_named_and_change_nothing(person, field, value):
    answer = person.patch("/api/auth/me", {field: value})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {field}
    assert me(person) == person.user


@pytest.mark.parametrize(("given", "kept"), [("pt-br", "pt-BR"), ("EN", "en"), ("zh-hant", "zh-Hant")])
def test_a_language_is_kept_in_its_usual_spelling(person, given, kept):
    assert person.patch("/api/auth/me", {"locale": given}).json()["data"]["user"]["locale"] == kept


@pytest.mark.parametrize("how", [{"json": {"expectedVersion": 1}}, {"headers": {"If-Match": '"1"'}}])
def test_a_stale_version_is_told_who_one_is_now(person, how):
    now = person.patch("/api/auth/me", {"name": "Second"}).json()["data"]["user"]
    body = {"name": "Third"} | how.get("json", {})
    answer = person.patch("/api/auth/me", body, headers=how.get("headers", {}))
    assert (answer.status_code, code(answer)) == (409, "stale_version")
    assert answer.json()["error"]["details"] == {"version": now["version"], "user": now}
    assert me(person) == now


def test_of_many_who_change_the_same_version_at_once_one_does(person):
    tries = [
        gevent.spawn(person.patch, "/api/auth/me", {"name": f"Name {n}", "expectedVersion": 1})
        for n in range(6)
    ]
    assert sorted(attempt.get(timeout=20).status_code for attempt in tries) == [200, 409, 409, 409, 409, 409]


# Deactivation


def deactivate(person, password=PASSWORD, **more):
    return person.post("/api/auth/deactivate", {"password": password} | more)


def test_who_takes_a_break_is_not_there_until_they_log_in_again(world):
    tailor, customer = world.person("tailor"), world.person()
    assert deactivate(tailor).status_code == 200
    assert code(tailor.get("/api/auth/me")) == "session_ended"
    refreshed = world.call("POST", "/api/auth/refresh", json={"refreshToken": tailor.refresh_token})
    assert refreshed.status_code == 401
    wish = {"items": [{"name": "Suit", "quantity": 1, "price": 5}], "partnerId": tailor.id}
    assert customer.post("/api/orders", wish).status_code == 422
    assert login(world, email_of(tailor), "a wrong password").status_code == 401
    assert customer.post("/api/orders", wish).status_code == 422
    back = login(world, email_of(tailor))
    assert back.status_code == 200
    assert customer.post("/api/orders", wish).status_code == 201
    assert actions(tailor).count("account.deactivated") == actions(tailor).count("account.reactivated") == 1
    inbox = Person(world, back.json()["data"]).get("/api/notifications").json()["data"]["notifications"]
    assert {"account_deactivated", "account_reactivated"} <= {note["type"] for note in inbox}


def test_a_break_needs_the_password(person):
    answer = deactivate(person, "not my password")
    assert (answer.status_code, code(answer)) == (403, "wrong_password")
    assert person.get("/api/auth/me").status_code == 200


def test_a_break_of_a_stale_version_is_refused(person):
    assert code(deactivate(person, expectedVersion=7)) == "stale_version"
    assert person.get("/api/auth/me").status_code == 200


def test_who_takes_a_break_may_choose_a_new_password_and_come_back(world, person, account_mails):
    deactivate(person)
    assert (
        follow(world, "reset-password", reset_link(world, person, account_mails), password=NEW).status_code
        == 200
    )
    assert login(world, email_of(person), NEW).status_code == 200


def test_two_logins_at_once_end_a_break_once(world, person):
    deactivate(person)
    tries = [gevent.spawn(login, world, email_of(person)) for _ in range(4)]
    assert [attempt.get(timeout=20).status_code for attempt in tries] == [200] * 4
    assert len(notification_data(person, "account_reactivated")) == 1
