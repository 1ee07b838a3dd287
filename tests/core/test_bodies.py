import json
from collections.abc import Iterator

import pytest

GOOD = json.dumps({"items": [{"name": "Suit", "quantity": 1, "price": 10}]}).encode()
JSON = {"Content-Type": "application/json"}
TEN_MEGABYTES = 10 * 1024 * 1024


@pytest.fixture
def customer(world):
    return world.person()


def send(person, data, headers=JSON, method="POST", path="/api/orders"):
    return person.call(method, path, data=data, headers=headers)


@pytest.mark.parametrize(
    "body", [b"{", b"nonsense", b'{"items": [}', b"\xff\xfe", b'{"a": NaN}', b'"\\ud800"', b" "]
)
def test_broken_json_is_unreadable(customer, body):
    answer = send(customer, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_json"


def test_json_of_a_hundred_thousand_levels_is_unreadable(customer):
    assert send(customer, b"[" * 100_000 + b"]" * 100_000).status_code == 400


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"]
)
def test_another_content_type_is_refused(customer, kind):
    answer = send(customer, GOOD, {"Content-Type": kind})
    assert answer.status_code == 415
    assert answer.json()["error"]["code"] == "unsupported_media_type"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/problem+json"])
def test_json_may_say_more_of_itself(customer, kind):
    assert send(customer, GOOD, {"Content-Type": kind}).status_code == 201


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"true"])
def test_json_that_is_no_object_is_invalid(customer, body):
    answer = send(customer, body)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"] == {"body": ["Invalid input type."]}


def test_invalid_fields_are_told_by_their_place(customer):
    items = [
        {"name": "Suit", "quantity": 1, "price": 10},
        {"quantity": "two", "price": "cheap", "colour": "red"},
    ]
    answer = send(customer, json.dumps({"items": items, "partnerId": 7, "hurry": True}))
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    assert error["details"].keys() == {
        "items.1.quantity",
        "items.1.price",
        "items.1.colour",
        "partnerId",
        "hurry",
    }
    assert all(isinstance(text, str) for texts in error["details"].values() for text in texts)


def test_unknown_query_parameters_are_refused(customer):
    answer = customer.get("/api/orders?colour=red")
    assert answer.status_code == 422
    assert answer.json()["error"]["details"] == {"colour": ["Unknown field."]}


def test_an_action_without_a_body_is_an_action_without_wishes(world, customer):
    tailor = world.person("tailor")
    order = customer.order(partnerId=tailor.id)
    assert send(tailor, None, {}, "PATCH", f"/api/orders/{order['id']}/accept").status_code == 200


def test_a_body_that_says_it_is_too_large_is_refused(customer):
    answer = send(customer, b"x" * TEN_MEGABYTES)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_a_body_that_does_not_say_how_large_it_is_is_refused_too(customer):
    def pieces() -> Iterator[bytes]:
        for _ in range(TEN_MEGABYTES // 65536):
            yield b"x" * 65536

    answer = send(customer, pieces())
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_a_small_body_that_does_not_say_how_large_it_is_is_read(customer):
    assert send(customer, iter([GOOD[:10], GOOD[10:]])).status_code == 201


def test_a_large_body_where_none_is_wanted_is_refused(customer):
    assert send(customer, b"x" * TEN_MEGABYTES, path="/api/auth/logout").status_code == 413
    assert customer.get("/api/auth/me").status_code == 200


def test_text_that_postgresql_cannot_keep_is_refused_everywhere(world, customer):
    body = {"items": [{"name": "a\0b", "quantity": 1, "price": 1}]}
    assert customer.post("/api/orders", body).status_code == 422
    assert customer.get("/api/orders?q=a%00b").status_code == 422
    assert customer.get("/api/notifications?type=a%00b").status_code == 422
    login = {"email": "a\0b@test.example", "password": "a\0b"}
    assert world.call("POST", "/api/auth/login", json=login).status_code in {401, 422}
    agent = customer.call("GET", "/api/auth/me", headers={"User-Agent": b"caf\xe9"})
    assert agent.status_code == 200
