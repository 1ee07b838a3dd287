import base64
import json
import time
from datetime import timedelta

import jwt
import pytest
from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token

from tests.support.people import WAIT


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def claims(person):
    """Give the claims of a good token."""
    return jwt.decode(person.token, options={"verify_signature": False})


def signed(claims, key=None, algorithm="HS256"):
    return jwt.encode(claims, key or current_app.config["JWT_SECRET_KEY"], algorithm)


def refused(world, token):
    answer = world.call("GET", "/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    return answer.json()["error"]["code"]


def test_a_token_says_who_one_is(person, claims):
    assert claims["sub"] == claims["userId"] == person.id
    assert claims["role"] == "customer"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "token"])
def test_without_a_token(world, header):
    headers = {} if header is None else {"Authorization": header}
    answer = world.call("GET", "/api/auth/me", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "token_missing"


def test_the_word_bearer_may_be_written_in_any_case(world, person):
    for word in ("bearer", "BEARER"):
        headers = {"Authorization": f"{word} {person.token}"}
        assert world.call("GET", "/api/auth/me", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "....", "e30.e30.", "é.b.c".encode().decode("latin-1"), "x" * 4000]
)
def test_garbage(world, token):
    assert refused(world, token) == "token_invalid"


def test_another_signature(world, claims):
    assert refused(world, signed(claims, "another-secret-of-more-than-32-characters")) == "token_invalid"


def test_a_changed_token(world, person):
    head, body, signature = person.token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "==")) | {"role": "admin"}
    forged = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    assert refused(world, f"{head}.{forged}.{signature}") == "token_invalid"


def test_a_token_without_a_signature(world, claims):
    assert refused(world, jwt.encode(claims, "", "none")) == "token_invalid"


def test_another_algorithm(world, claims):
    assert refused(world, signed(claims, "s" * 64, "HS512")) == "token_invalid"
    assert (
        refused(world, signed(claims, current_app.config["JWT_SECRET_KEY"] * 2, "HS512")) == "token_invalid"
    )


def test_a_refresh_token_is_no_access_token_nor_the_other_way_round(world, person):
    assert refused(world, person.refresh_token) == "token_invalid"
    answer = world.call("POST", "/api/auth/refresh", json={"refreshToken": person.token})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "token_invalid"


@pytest.mark.parametrize("token", ["x", "a.b.c", "e30.e30."])
def test_garbage_is_no_refresh_token(world, token):
    answer = world.call("POST", "/api/auth/refresh", json={"refreshToken": token})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_invalid")


@pytest.mark.parametrize("missing", ["sub", "sid", "exp", "role"])
def test_a_signed_token_that_lacks_something(world, claims, missing):
    del claims[missing]
    assert refused(world, signed(claims)) == "token_invalid"


def test_a_signed_refresh_token_that_lacks_its_session(world, person):
    answer = world.call("POST", "/api/auth/refresh", json={"refreshToken": create_refresh_token(person.id)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_invalid")


def test_a_signed_token_with_a_role_nobody_has(world, claims):
    assert refused(world, signed(claims | {"role": "owner"})) == "token_invalid"


def test_an_expired_token(world, claims):
    assert refused(world, signed(claims | {"exp": int(time.time()) - 1})) == "token_expired"


def test_a_token_that_expires_while_it_is_in_use(world, person, claims):
    token = create_access_token(
        person.id,
        additional_claims={"role": "customer", "sid": claims["sid"]},
        expires_delta=timedelta(seconds=1),
    )
    headers = {"Authorization": f"Bearer {token}"}
    assert world.call("GET", "/api/auth/me", headers=headers).status_code == 200
    deadline = time.monotonic() + WAIT
    while (answer := world.call("GET", "/api/auth/me", headers=headers)).ok:
        assert time.monotonic() < deadline
    assert answer.json()["error"]["code"] == "token_expired"


def test_an_expired_refresh_token(world, person, claims):
    token = create_refresh_token(
        person.id, additional_claims={"sid": claims["sid"]}, expires_delta=timedelta(seconds=-1)
    )
    answer = world.call("POST", "/api/auth/refresh", json={"refreshToken": token})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_expired")
