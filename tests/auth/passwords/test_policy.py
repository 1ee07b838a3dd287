import base64
import hashlib

import bcrypt
import gevent
import pytest
from flask import current_app
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from metaia.auth.passwords import policy as password_policy
from metaia.core import db
from metaia.core.errors import Invalid
from tests.support.people import PASSWORD


@pytest.fixture
def rounds(server, monkeypatch):
    """Hash passwords with the cost of production."""
    monkeypatch.setitem(current_app.config, "BCRYPT_ROUNDS", 12)


def ticks_during(call):
    ticked = []

    def tick():
        while True:
            ticked.append(1)
            gevent.sleep(0.005)

    ticker = gevent.spawn(tick)
    gevent.sleep(0)
    before = len(ticked)
    result = call()
    ticker.kill()
    return result, len(ticked) - before


@pytest.mark.usefixtures("rounds")
def test_everything_else_goes_on_while_a_password_is_checked():
    hashed, while_hashing = ticks_during(lambda: password_policy.hashed("a password"))
    same, while_checking = ticks_during(lambda: password_policy.matches("a password", hashed))
    assert hashed.startswith("$2b$12$")
    assert same
    # one hash takes some 200 ms of a CPU: a hub that waits for it would tick once or not at all
    assert while_hashing >= 5
    assert while_checking >= 5


def test_a_password_matches_its_own_hash_only():
    hashed = password_policy.hashed("ünïcode päss")
    assert password_policy.matches("ünïcode päss", hashed)
    assert not password_policy.matches("unicode pass", hashed)
    assert not password_policy.matches("nobody", None)
    assert password_policy.hashed("ünïcode päss") != hashed


NFC, NFD, SPACED = "crème brûlée", "cre\u0300me bru\u0302le\u0301e", "crème\u00a0brûlée"


@pytest.mark.parametrize("typed", [NFC, NFD, SPACED])
@pytest.mark.parametrize("known", [NFC, NFD, SPACED])
def test_a_password_matches_from_every_keyboard(known, typed):
    assert password_policy.matches(typed, password_policy.hashed(known))
    assert not password_policy.matches(typed.upper(), password_policy.hashed(known))


def old_hash(password):
    """Hash the code points as they came, like the releases before."""
    digest = base64.b64encode(hashlib.sha256(password.encode()).digest())
    return bcrypt.hashpw(digest, bcrypt.gensalt(4)).decode()


@pytest.mark.parametrize(("known", "typed"), [(NFD, NFD), (NFD, NFC), (NFC, NFD), (SPACED, SPACED)])
def test_old_hashes_match_and_are_outdated_unless_prepared(known, typed):
    hashed = old_hash(known)
    form = password_policy.matching_form(typed, hashed)
    assert form == known
    assert password_policy.outdated(hashed, known) == (known != NFC)


@pytest.mark.usefixtures("server")
def test_nobody_has_the_password_of_an_account_without_one():
    assert not password_policy.matches("!", "!")


COMMON = password_policy.COMMON.read_text().splitlines()[3:]


def test_the_list_has_thousands_that_are_long_enough():
    assert len(COMMON) == len(set(COMMON)) > 3_000
    assert all(len(line) >= password_policy.MIN_LENGTH and line == line.casefold() for line in COMMON)
    assert {"password", "12345678", "iloveyou", "qwertyuiop"} <= set(COMMON)


def refused(password, email="asha.rao@mail.example", name="Asha Rao"):
    try:
        password_policy.require_good(password, email=email, name=name, field="newPassword")
    except Invalid as problem:
        return problem.code, problem.details["newPassword"][0]
    return None


def test_every_password_on_the_list_is_refused_in_any_case():
    assert all(refused(password) for password in COMMON)
    assert all(refused(password.upper()) for password in COMMON[:100])


@pytest.mark.parametrize(
    "password",
    [
        "short", "x" * 201, "aaaaaaaaaaaaaaaaaaaa", "1212121212121212",
        "asha.rao@mail.example", "ASHA.RAO@MAIL.EXAMPLE", "asha.rao1", "AshaRao1990", "asha rao!", "asharao!!",
        "metaia-demo", "metaia2026", "Metaia!!", "meta1a99",
    ],
)  # fmt: skip
def test_what_others_would_soon_guess_is_refused(password):
    code, why = refused(password)
    assert code == "weak_password"
    assert why


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple", "a-long-enough-password", "vK9$hq2L", "käsebrot mit gurke",
        "asha goes to the market on sundays", "x7" * 4 + "qwpo", "my metaia account is mine alone", "密码密码不好猜吧",
    ],
)  # fmt: skip
def test_length_is_enough_whatever_the_characters(password):
    assert refused(password) is None


@given(st.text(max_size=220), st.text(max_size=254), st.text(max_size=120))
def test_no_password_is_too_odd_to_be_judged(password, email, name):
    result = refused(password, email, name)
    assert result is not None or password_policy.MIN_LENGTH <= len(password) <= password_policy.MAX_LENGTH


def test_a_weak_password_makes_no_account(world):
    body = {"email": "asha.rao.new@test.example", "password": "iloveyou", "name": "Asha Rao"}
    answer = world.call("POST", "/api/auth/register", json=body)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["details"].keys()) == ("weak_password", {"password"})


def hash_of(person):
    return db.fetch_value(text("SELECT password_hash FROM users WHERE id = :id"), {"id": person.id})


def test_a_login_gives_the_hash_the_cost_that_new_ones_get(world, monkeypatch):
    person = world.person()
    body = {"email": person.user["email"], "password": PASSWORD}
    before = hash_of(person)
    assert world.call("POST", "/api/auth/login", json=body).status_code == 200
    assert hash_of(person) == before
    monkeypatch.setitem(current_app.config, "BCRYPT_ROUNDS", 5)
    assert world.call("POST", "/api/auth/login", json=body | {"password": "wrong"}).status_code == 401
    assert hash_of(person) == before
    assert world.call("POST", "/api/auth/login", json=body).status_code == 200
    assert hash_of(person).startswith("$2b$05$")
    assert world.call("POST", "/api/auth/login", json=body).status_code == 200
