"""The second factor: set-up, login, removal and recovery codes."""

from __future__ import annotations

import gevent
import pytest
from sqlalchemy import text

from metaia.core import db
from tests.support.account_mails import actions, notification_data
from tests.support.login_client import WRONG, AuthenticatorApp, code_of, enable_second_factor
from tests.support.people import PASSWORD, Person

HERE = "/api/auth/second-factor"


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def email(person):
    return person.user["email"]


@pytest.fixture
def factor(person, clock):
    """Give the person's app and recovery codes."""
    return enable_second_factor(person, clock)


def state(person):
    return person.get(HERE).json()["data"]


def login(world, email, **body):
    return world.call("POST", "/api/auth/login", json={"email": email, "password": PASSWORD} | body)


def test_it_is_in_force_once_a_code_has_confirmed_it(world, person, email, clock):
    assert state(person) == {"on": False, "needed": False, "recoveryCodesLeft": 0}
    begun = person.post(HERE, {"password": PASSWORD}).json()["data"]
    assert begun["secret"] in begun["uri"]
    assert state(person)["on"] is False
    assert login(world, email).status_code == 200
    confirmed = person.post(f"{HERE}/confirm", {"code": AuthenticatorApp(begun["secret"], clock).code()})
    assert len(set(confirmed.json()["data"]["recoveryCodes"])) == 10
    assert state(person) == {"on": True, "needed": False, "recoveryCodesLeft": 10}
    assert "account.second_factor_on" in actions(person)
    assert len(notification_data(person, "second_factor_changed")) == 1


def test_it_does_not_begin_without_the_password(person):
    assert code_of(person.post(HERE, {"password": WRONG})) == "wrong_password"
    assert person.post(HERE, {}).status_code == 422


def test_a_wrong_code_confirms_nothing(person, clock):
    assert code_of(person.post(f"{HERE}/confirm", {"code": "123456"})) == "second_factor_off"
    begun = person.post(HERE, {"password": PASSWORD}).json()["data"]
    answer = person.post(f"{HERE}/confirm", {"code": AuthenticatorApp(begun["secret"], clock).code(5)})
    assert code_of(answer) == "wrong_code"
    assert state(person)["on"] is False


def test_beginning_again_makes_the_first_secret_void(person, clock):
    first, second = (person.post(HERE, {"password": PASSWORD}).json()["data"]["secret"] for _ in range(2))
    assert person.post(f"{HERE}/confirm", {"code": AuthenticatorApp(first, clock).code()}).status_code == 403
    assert person.post(f"{HERE}/confirm", {"code": AuthenticatorApp(second, clock).code()}).status_code == 200


def test_who_has_one_cannot_begin_or_confirm_another(person, factor):
    assert code_of(person.post(HERE, {"password": PASSWORD})) == "second_factor_on"
    assert code_of(person.post(f"{HERE}/confirm", {"code": factor[0].code(1)})) == "second_factor_on"


def test_setting_it_up_ends_all_other_sessions(world, person, email, clock):
    other = Person(world, login(world, email).json()["data"])
    enable_second_factor(person, clock)
    assert code_of(other.get("/api/auth/me")) == "session_ended"
    assert person.get("/api/auth/me").status_code == 200


def test_logging_in_takes_a_code_and_each_works_once(world, email, factor, clock):
    app, _ = factor
    asked = login(world, email)
    assert (asked.status_code, code_of(asked)) == (401, "second_factor_required")
    used = login(world, email, code=app.code())
    assert (used.status_code, code_of(used)) == (401, "wrong_code")
    assert login(world, email, code=app.code(1)).status_code == 200  # a clock may be fast
    clock.skip(30)
    assert login(world, email, code=app.code()).status_code == 401
    clock.skip(30)
    assert login(world, email, code=app.code()).status_code == 200
    clock.skip(90)
    assert login(world, email, code=app.code(-1)).status_code == 200  # or slow
    clock.skip(90)
    assert login(world, email, code=app.code(-2)).status_code == 401


def test_one_of_two_logins_with_the_same_code_gets_in(login_client, email, factor):
    tries = [gevent.spawn(login_client.login, email, code=factor[0].code(1)) for _ in range(2)]
    assert sorted(attempt.get(timeout=30).status_code for attempt in tries) == [200, 401]


def test_the_password_still_comes_first(world, email, factor):
    answer = world.call(
        "POST", "/api/auth/login", json={"email": email, "password": WRONG, "code": factor[0].code(1)}
    )
    assert code_of(answer) == "wrong_credentials"


def test_who_needs_a_code_is_not_counted_as_failing(login_client, email, factor, clock):
    assert [code_of(login_client.login(email)) for _ in range(6)] == ["second_factor_required"] * 6
    clock.skip(30)
    assert login_client.login(email, code=factor[0].code()).status_code == 200


def test_wrong_codes_make_one_wait_even_from_everywhere(login_client, email, factor, clock):
    def waits_before_failing(number):
        total = 0
        while (
            answer := login_client.login(email, code="000000", address=f"198.51.100.{number}")
        ).status_code == 429:
            assert code_of(answer) == "too_many_attempts"
            total += int(answer.headers["Retry-After"])
            clock.skip(int(answer.headers["Retry-After"]))
        return total

    waits = [waits_before_failing(number) for number in range(14)]
    assert waits == [0] * 6 + [2**n for n in range(8)]  # without the password, failures cause 30 at most
    refused = login_client.login(email, code=factor[0].code(), address="198.51.100.99")  # a right one
    assert refused.status_code == 429


@pytest.mark.parametrize("spell", [str, str.lower, lambda code: code.replace("-", "  ")])
def test_a_recovery_code_lets_in_once(world, person, email, factor, spell):
    _, [first, *_] = factor
    assert login(world, email, code=spell(first)).status_code == 200
    assert code_of(login(world, email, code=first)) == "wrong_code"
    assert state(person)["recoveryCodesLeft"] == 9
    assert "account.recovery_code_used" in actions(person)
    assert "9" in notification_data(person, "second_factor_changed")[-1]["what"]


def test_of_two_with_the_same_recovery_code_one_gets_in(login_client, email, factor):
    tries = [gevent.spawn(login_client.login, email, code=factor[1][0]) for _ in range(2)]
    assert sorted(attempt.get(timeout=30).status_code for attempt in tries) == [200, 401]


def test_somebody_elses_recovery_code_is_wrong(world, email, factor, clock):
    _, theirs = enable_second_factor(world.person(), clock)
    assert code_of(login(world, email, code=theirs[0])) == "wrong_code"


def test_new_recovery_codes_make_the_old_ones_void(world, person, email, factor):
    app, old = factor
    by_password, by_code = (
        person.post(f"{HERE}/recovery-codes", shown).json()["data"]["recoveryCodes"]
        for shown in ({"password": PASSWORD}, {"code": app.code(1)})
    )
    assert not set(by_code) & (set(by_password) | set(old))
    assert code_of(login(world, email, code=old[0])) == "wrong_code"
    assert login(world, email, code=by_code[0]).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"password": WRONG}, 403, "wrong_password"),
        ({"code": "000000"}, 403, "wrong_code"),
        ({"password": PASSWORD, "code": "000000"}, 403, "wrong_code"),
        ({"code": "x" * 41}, 422, "invalid"),
        ({"code": "\0"}, 422, "invalid"),
        ({"password": 5}, 422, "invalid"),
    ],
)
def test_nobody_gets_recovery_codes_who_shows_nothing_right(person, factor, body, status, code):
    answer = person.post(f"{HERE}/recovery-codes", body)
    assert (answer.status_code, code_of(answer)) == (status, code)


def test_taking_it_off_needs_password_and_code(world, person, email, factor):
    app, _ = factor
    other = Person(world, login(world, email, code=app.code(1)).json()["data"])
    for body, code in (
        ({"password": PASSWORD, "code": "000000"}, "wrong_code"),
        ({"password": WRONG, "code": factor[1][0]}, "wrong_password"),
        ({"password": PASSWORD}, "invalid"),
    ):
        assert code_of(person.delete(HERE, json=body)) == code
    assert person.delete(HERE, json={"password": PASSWORD, "code": factor[1][0]}).status_code == 200
    assert state(person) == {"on": False, "needed": False, "recoveryCodesLeft": 0}
    assert code_of(other.get("/api/auth/me")) == "session_ended"
    assert login(world, email).status_code == 200
    assert "account.second_factor_off" in actions(person)


def test_who_has_none_has_nothing_to_take_off_or_renew(person):
    for answer in (
        person.delete(HERE, json={"password": PASSWORD, "code": "000000"}),
        person.post(f"{HERE}/recovery-codes", {"password": PASSWORD}),
    ):
        assert (answer.status_code, code_of(answer)) == (409, "second_factor_off")


def test_neither_the_secret_nor_a_recovery_code_can_be_read_in_the_database(person, factor):
    app, recovery = factor
    for table in ("second_factors", "recovery_codes", "audit_log", "notifications"):
        rows = str(db.fetch_all(text(f"SELECT * FROM {table}")))
        assert app.totp.secret not in rows
        assert not any(code in rows or code.replace("-", "") in rows for code in recovery)


def test_with_another_secret_key_recovery_codes_are_the_way_in(app, world, email, factor, monkeypatch):
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-key-of-32-characters!")
    assert code_of(login(world, email, code=factor[0].code(1))) == "wrong_code"
    assert login(world, email, code=factor[1][0]).status_code == 200
