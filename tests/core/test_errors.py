import uuid

import pytest
from sqlalchemy.exc import OperationalError
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from metaia.extensions import db as database
from metaia.orders import service


@pytest.fixture
def customer(world):
    return world.person()


def test_an_unknown_address_is_not_found(world, customer):
    for caller in (world, customer):
        answer = caller.call("GET", "/api/nothing/here")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("order_id", ["1", "x" * 36, "'; DROP TABLE orders"])
def test_what_is_no_id_is_not_found(customer, order_id):
    assert customer.get(f"/api/orders/{order_id}").status_code == 404


def test_a_method_an_address_does_not_have(customer):
    answer = customer.delete("/api/orders")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_route_that_is_not_public_asks_who_one_is_before_anything_else(world):
    answer = world.call("POST", "/api/orders", data=b"{", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_unexpected_error_tells_nothing_of_the_inside(customer, monkeypatch):
    def break_down(*_):
        raise RuntimeError("the inside of the house")

    monkeypatch.setattr(service, "read", break_down)
    with capture_logs(processors=[merge_contextvars]) as lines:
        answer = customer.get(f"/api/orders/{uuid.uuid4()}")
    assert answer.status_code == 500
    assert answer.json()["error"] == {
        "code": "internal_error",
        "message": "Something went wrong on our side.",
        "details": {},
    }
    assert "inside" not in answer.text
    assert "Traceback" not in answer.text
    [line] = [line for line in lines if line["event"] == "unexpected error"]
    assert line["request_id"] == answer.json()["requestId"]


def test_when_the_database_is_away_one_is_asked_to_come_back(customer, monkeypatch):
    def away(*_, **__):
        raise OperationalError("SELECT 1", {}, ConnectionError("connection refused: db.internal"))

    monkeypatch.setattr(database.engine, "connect", away)
    answer = customer.get("/api/notifications")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "unavailable"
    assert answer.headers["Retry-After"] == "1"
    assert "db.internal" not in answer.text


@pytest.mark.parametrize("given", ["abc-123", "a" * 64, "A.b_c:d"])
def test_a_request_keeps_its_id(world, given):
    answer = world.call("GET", "/api/nothing", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == answer.json()["requestId"] == given


@pytest.mark.parametrize("given", ["", "a" * 65, "with space", "<script>", "ä".encode("latin-1"), '{"a":1}'])
def test_a_silly_request_id_is_replaced(world, given):
    answer = world.call("GET", "/api/nothing", headers={"X-Request-ID": given})
    assert uuid.UUID(answer.headers["X-Request-ID"]).version == 7


def test_answers_are_not_kept_nor_guessed_at(customer):
    headers = customer.get("/api/auth/me").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
