"""Forged tokens, old keys and clocks that differ; tests/auth/sessions/test_tokens.py has more."""

import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid

import jwt
import pytest
from flask import current_app
from flask_jwt_extended import create_access_token

from metaia.core.access import jwt as jwt_keys


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def claims(person):
    return jwt.decode(person.token, options={"verify_signature": False})


def encoded(part) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def forged(header, claims, key: str | None = None, digest=hashlib.sha256) -> str:
    """Return a token with any header, signed by HMAC regardless of its `alg`."""
    signed = f"{encoded(header)}.{encoded(claims)}"
    key = current_app.config["JWT_SECRET_KEY"] if key is None else key
    signature = hmac.new(key.encode(), signed.encode(), digest).digest() if key else b""
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def told(world, token: str) -> str | int:
    answer = world.call("GET", "/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code if answer.ok else str(answer.json()["error"]["code"])


def test_what_we_forge_would_be_a_good_token_if_we_had_the_key(world, claims):
    assert told(world, forged({"alg": "HS256", "typ": "JWT"}, claims)) == 200
    assert told(world, forged({"alg": "HS256"}, claims, secrets.token_urlsafe(32))) == "token_invalid"


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "nOnE", "", None, "RS256", "ES256", "HS384", "HS512", "PS256", 5, ["HS256"]]
)
@pytest.mark.parametrize("key", [None, ""], ids=["signed", "unsigned"])
def test_a_token_does_not_choose_its_algorithm(world, claims, algorithm, key):
    assert told(world, forged({"alg": algorithm, "typ": "JWT"}, claims, key)) == "token_invalid"


def test_nor_does_it_bring_its_key(world, claims):
    own = secrets.token_urlsafe(32)
    jwk = {"kty": "oct", "k": base64.urlsafe_b64encode(own.encode()).decode()}
    for header in (
        {"jwk": jwk},
        {"jku": "http://127.0.0.1:1/keys"},
        {"x5u": "http://127.0.0.1:1/"},
        {"kid": "../../../dev/null"},
    ):
        assert told(world, forged({"alg": "HS256"} | header, claims, own)) == "token_invalid"
    assert told(world, forged({"alg": "HS256", "kid": "/dev/null"}, claims, "\0")) == "token_invalid"


@pytest.mark.parametrize("kid", [None, 5, {}, [], "", "x" * 1000, "' OR 1=1 --"])
def test_a_key_that_nobody_knows_is_the_present_one(world, claims, kid):
    assert told(world, forged({"alg": "HS256", "kid": kid}, claims)) in {200, "token_invalid"}
    assert told(world, forged({"alg": "HS256", "kid": kid}, claims, "guessed")) == "token_invalid"


@pytest.mark.parametrize("missing", ["sub", "sid", "jti", "exp", "iss", "aud", "role"])
def test_a_token_that_lacks_something(world, claims, missing):
    del claims[missing]
    assert told(world, forged({"alg": "HS256"}, claims)) == "token_invalid"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "another"}, {"aud": "another"}, {"aud": []}, {"type": "refresh"}, {"type": "other"}, {"role": "owner"},
        {"role": ["admin"]}, {"exp": "soon"}, {"exp": None}, {"sub": 5}, {"exp": -1e300},
    ],
)  # fmt: skip
def test_a_token_that_says_something_else(world, claims, changed):
    assert told(world, forged({"alg": "HS256"}, claims | changed)) in {"token_invalid", "token_expired"}


@pytest.mark.parametrize("size", [4_001, 6_000])
def test_a_huge_token(world, claims, size):
    assert told(world, forged({"alg": "HS256"}, claims | {"more": "x" * size})) == "token_invalid"
    assert told(world, "x" * size) == "token_invalid"


def test_a_token_nested_without_end(world):
    deep = "[" * 1500 + "]" * 1500
    token = f"{encoded({'alg': 'HS256'})}.{base64.urlsafe_b64encode(deep.encode()).decode().rstrip('=')}.x"
    assert told(world, token) == "token_invalid"


def test_a_clock_may_be_ahead_a_little(world, claims):
    ahead = {"iat": time.time() + 5, "nbf": time.time() + 5}
    assert told(world, forged({"alg": "HS256"}, claims | ahead)) == 200
    far = {"iat": time.time() + 60, "nbf": time.time() + 60}
    assert told(world, forged({"alg": "HS256"}, claims | far)) == "token_invalid"
    assert told(world, forged({"alg": "HS256"}, claims | {"exp": time.time() - 1})) == "token_expired"


def token_by(key: str, claims, monkeypatch) -> str:
    """Return a token that a process with another key has signed."""
    with monkeypatch.context() as patch:
        patch.setitem(current_app.config, "JWT_SECRET_KEY", key)
        said = {"role": claims["role"], "sid": claims["sid"], "jti": str(uuid.uuid4())}
        return create_access_token(claims["sub"], additional_claims=said)


def test_tokens_of_the_key_before_are_taken_until_it_is_dropped(world, claims, monkeypatch):
    before = secrets.token_urlsafe(32)
    tokens = [
        token_by(before, claims, monkeypatch) for _ in range(2)
    ]  # the second call of each reads the cache
    assert "kid" in jwt.get_unverified_header(tokens[0])
    with monkeypatch.context() as patch:
        patch.setitem(current_app.config, "JWT_SECRET_KEY_PREVIOUS", [secrets.token_urlsafe(32), before])
        assert told(world, tokens[0]) == 200
        assert (
            told(world, forged({"alg": "HS256"}, claims, before)) == "token_invalid"
        )  # its `kid` names the key
    assert told(world, tokens[1]) == "token_invalid"


def test_the_name_of_a_key_says_nothing_of_it():
    key = secrets.token_urlsafe(32)
    assert jwt_keys._key_id(key) not in (key, hashlib.sha256(key.encode()).hexdigest()[:8])
    assert len(jwt_keys._key_id(key)) == 8
