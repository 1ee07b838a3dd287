import hashlib
import uuid

import gevent
import pytest
from gevent.event import Event
from sqlalchemy import select, update

from metaia.core import db
from metaia.core.http.idempotency import IdempotencyKey
from metaia.orders import routes
from metaia.orders.create import create as create_order

BODY = {"items": [{"name": "Suit", "quantity": 1, "price": 10}]}


@pytest.fixture
def customer(world):
    return world.person()


@pytest.fixture
def key():
    return {"Idempotency-Key": uuid.uuid4().hex}


def place(person, headers, body=BODY):
    return person.post("/api/orders", body, headers=headers)


def count(person):
    return len(person.get("/api/orders").json()["data"]["orders"])


def test_the_same_request_again_gets_the_first_answer_and_acts_once(customer, key):
    first, second = place(customer, key), place(customer, key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert count(customer) == 1


def test_a_replayed_answer_has_its_etag_again_and_it_is_that_of_its_body(world, customer, key):
    tailor = world.person("tailor")
    order = customer.order(partnerId=tailor.id)
    accept = f"/api/orders/{order['id']}/accept"
    assert tailor.patch(accept, headers=key).headers["ETag"] == '"2"'
    tailor.act(order, "prepare")
    again = tailor.patch(accept, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.headers["ETag"], again.json()["data"]["order"]["version"]) == ('"2"', 2)


def test_an_answer_without_an_etag_is_replayed_without_one(world, customer, key):
    admin, path = world.staff(), f"/api/admin/orders/{customer.order()['id']}/status"
    answers = [admin.put(path, {"status": "preparing"}, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("ETag" not in answer.headers for answer in answers)
    assert answers[1].headers["Idempotency-Replayed"] == "true"


def test_without_a_key_every_request_acts(customer):
    assert (
        place(customer, {}).json()["data"]["order"]["id"] != place(customer, {}).json()["data"]["order"]["id"]
    )


def test_the_same_key_with_another_body_is_refused(customer, key):
    place(customer, key)
    answer = place(customer, key, BODY | {"notes": "another"})
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "idempotency_mismatch"
    assert count(customer) == 1


ITEM = '"name": "Suit", "quantity": 1, "price": 10'


@pytest.mark.parametrize(
    "body",
    [
        '{"items":[{"price":10,"quantity":1,"name":"Suit"}]}',
        ' { "items" : [ {' + ITEM + "} ] }\n",
        '{"items": [{"name": "Suit", "quantity": 1, "price": 10.0}]}',
        '{"items": [{"name": "Suit", "quantity": 1, "price": 1e1}]}',
        '{"items": [{"name": "S\\u0075it", "quantity": 1, "price": 10}]}',
    ],
    ids=["order of keys", "white space", "float", "exponent", "escape"],
)
def test_the_same_value_in_other_bytes_is_the_same_request(customer, key, body):
    first = place(customer, key)
    again = customer.call(
        "POST", "/api/orders", data=body, headers=key | {"Content-Type": "application/json"}
    )
    assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (201, "true")
    assert again.content == first.content
    assert count(customer) == 1


@pytest.mark.parametrize(
    "items", [BODY["items"] * 2, [BODY["items"][0] | {"price": "10"}], [BODY["items"][0] | {"price": 10.01}]]
)
def test_another_value_is_another_request(customer, key, items):
    place(customer, key)
    assert place(customer, key, {"items": items}).json()["error"]["code"] == "idempotency_mismatch"


def test_a_missing_body_equals_an_empty_one(world, customer, key):
    tailor = world.person("tailor")
    accept = f"/api/orders/{customer.order(partnerId=tailor.id)['id']}/accept"
    answers = [tailor.call("PATCH", accept, headers=key), tailor.patch(accept, {}, headers=key)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


def test_keys_of_the_release_before_are_compared_by_bytes(customer, key):
    first = place(customer, key)
    with db.transaction():
        mine = IdempotencyKey.key == key["Idempotency-Key"]
        db.execute(update(IdempotencyKey).where(mine).values(canonical=None))
    assert place(customer, key).content == first.content
    other = place(customer, key, BODY | {"notes": "another"})
    assert other.json()["error"]["code"] == "idempotency_mismatch"


def test_the_release_before_recognises_keys_of_this_one(customer, key):
    answer = place(customer, key)
    stored = db.fetch_value(
        select(IdempotencyKey.fingerprint).where(IdempotencyKey.key == key["Idempotency-Key"])
    )
    assert stored == hashlib.sha256(b"POST\n/api/orders\n" + answer.request.body).hexdigest()


def test_the_same_key_at_another_address_is_refused(customer, key):
    order = place(customer, key).json()["data"]["order"]
    answer = customer.patch(f"/api/orders/{order['id']}/cancel", BODY | {}, headers=key)
    assert answer.status_code == 422  # the body is validated first
    answer = customer.patch(f"/api/orders/{order['id']}/cancel", headers=key)
    assert answer.json()["error"]["code"] == "idempotency_mismatch"


def test_a_request_that_failed_may_be_tried_again(customer, key):
    assert place(customer, key, BODY | {"partnerId": customer.id}).status_code == 422
    again = place(customer, key)
    assert again.status_code == 201
    assert "Idempotency-Replayed" not in again.headers


def test_keys_of_different_people_do_not_meet(world, customer, key):
    other = world.person()
    assert place(customer, key).status_code == place(other, key).status_code == 201
    assert (count(customer), count(other)) == (1, 1)


def test_while_the_first_is_worked_on_the_second_is_told_so(customer, key, monkeypatch):
    begun, go_on, place_order = Event(), Event(), create_order

    def slowly(*arguments):
        begun.set()
        assert go_on.wait(30)
        return place_order(*arguments)

    monkeypatch.setattr(routes, "create_order", slowly)
    first = gevent.spawn(place, customer, key)
    assert begun.wait(30)
    second = place(customer, key)
    go_on.set()
    assert first.get(timeout=30).status_code == 201
    assert second.status_code == 409
    assert second.json()["error"]["code"] == "idempotency_in_flight"
    assert second.headers["Retry-After"] == "1"
    assert place(customer, key).headers["Idempotency-Replayed"] == "true"
    assert count(customer) == 1


def test_changes_honour_the_key_too(world, customer, key):
    tailor = world.person("tailor")
    order = customer.order(partnerId=tailor.id)
    answers = [tailor.patch(f"/api/orders/{order['id']}/accept", headers=key) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[1].json()["data"]["order"]["version"] == 2


@pytest.mark.parametrize("bad", ["", "x" * 201, "ключ".encode(), "a\tb"])
def test_a_key_that_is_no_key_is_refused(customer, bad):
    answer = place(customer, {"Idempotency-Key": bad})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {"Idempotency-Key"}
    assert count(customer) == 0
