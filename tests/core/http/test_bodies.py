import gzip
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


def test_a_byte_order_mark_before_json_is_skipped(customer):
    bom = b"\xef\xbb\xbf"
    assert send(customer, bom + GOOD).status_code == 201
    repeated = b'{"items": [{"name": "a", "name": "a", "quantity": 1, "price": 1}]}'
    for body in (bom + repeated, bom + bom + GOOD, GOOD + bom, bom):
        assert send(customer, body).json()["error"]["code"] == "invalid_json"


@pytest.mark.parametrize("levels", [33, 1000, 30_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"1}")])
def test_json_of_many_levels_is_unreadable(customer, levels, opening, closing):
    levels = min(levels, 65_000 // len(opening + closing))
    answer = send(customer, opening * levels + closing * levels)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_json"


def test_json_of_some_levels_is_read(customer):
    assert send(customer, b"[" * 32 + b"]" * 32).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": [], "items": []}',
        b'{"items": [{"name": "a", "name": "a", "quantity": 1, "price": 1}]}',
        b'{"notes": "a: b", "n\\u006ftes": "c"}',
    ],
)
def test_a_key_that_is_there_twice_is_unreadable(customer, body):
    answer = send(customer, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_json"


def test_colons_in_texts_are_no_keys(customer):
    body = {"items": [{"name": "9:30 { : }", "quantity": 1, "price": 1}], "notes": ":::"}
    assert send(customer, json.dumps(body)).status_code == 201


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"9" * 400, b"9" * 20_000])
def test_numbers_beyond_all_bounds_are_unreadable(customer, number):
    body = b'{"items": [{"name": "Suit", "quantity": 1, "price": ' + number + b"}]}"
    assert send(customer, body).status_code == 400


@pytest.mark.parametrize("number", [b"1e300", b"9" * 30, b"-1", b"0.000000001", b"-1e-8"])
@pytest.mark.parametrize("field", ["quantity", "price"])
def test_numbers_that_make_no_sense_are_invalid(customer, field, number):
    item = {"name": '"Suit"', "quantity": "1", "price": "1"} | {field: number.decode()}
    said = ", ".join(f'"{key}": {value}' for key, value in item.items())
    answer = send(customer, f'{{"items": [{{{said}}}]}}'.encode())
    assert answer.status_code == 422
    assert list(answer.json()["error"]["details"]) == [f"items.0.{field}"]


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


@pytest.mark.parametrize("query", ["limit=1&limit=2", "q=a&q=a", "cursor=a&q=b&cursor=c"])
def test_a_query_parameter_that_is_there_twice_is_refused(customer, query):
    answer = customer.get(f"/api/orders?{query}")
    assert answer.status_code == 422
    [(_, told)] = answer.json()["error"]["details"].items()
    assert told == ["Given more than once."]


def test_a_thousand_query_parameters_are_refused(customer):
    query = "&".join(f"p{number}=1" for number in range(1000))
    answer = customer.get(f"/api/orders?{query}")
    assert answer.status_code == 422
    assert len(answer.json()["error"]["details"]) == 1000


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "x"])
def test_a_compressed_body_is_refused(customer, encoding):
    answer = send(customer, gzip.compress(GOOD), JSON | {"Content-Encoding": encoding})
    assert answer.status_code == 415


@pytest.mark.parametrize("charset", ["utf-16", "utf-32", "utf-7"])
def test_json_in_another_alphabet_is_unreadable(customer, charset):
    answer = send(
        customer,
        GOOD.decode().encode(charset, "strict"),
        {"Content-Type": f"application/json; charset={charset}"},
    )
    assert answer.status_code in {201, 400}
    assert answer.status_code == (
        201 if charset == "utf-7" else 400
    )  # UTF-7 encodes these letters as ASCII does


@pytest.mark.parametrize(
    "kind",
    [
        "application/json-evil",
        "text/plain; a=application/json",
        "application/jsonp",
        "text/json",
        "application/x-json",
    ],
)
def test_what_only_looks_like_json_is_refused(customer, kind):
    assert send(customer, GOOD, {"Content-Type": kind}).status_code == 415


def test_an_action_without_a_body_is_an_action_without_wishes(world, customer):
    tailor = world.person("tailor")
    order = customer.order(partnerId=tailor.id)
    assert send(tailor, None, {}, "PATCH", f"/api/orders/{order['id']}/accept").status_code == 200


def test_a_body_that_says_it_is_too_large_is_refused(customer):
    answer = send(customer, b"x" * TEN_MEGABYTES)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_most_routes_take_little(customer):
    profile = b'{"name": "Asha"}'
    padded = profile[:-1] + b" " * (64 * 1024 - len(profile)) + profile[-1:]
    change = {"method": "PATCH", "path": "/api/auth/me"}
    assert send(customer, padded, **change).status_code == 200
    answer = send(customer, padded + b" ", **change)
    assert answer.status_code == 413
    assert answer.json()["error"]["message"] == "The body may have at most 65536 bytes."


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
