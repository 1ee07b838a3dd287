import uuid
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from metaia.core.http.fields import camel


@pytest.fixture
def tailor(world):
    return world.person("tailor")


@pytest.fixture
def customer(world):
    return world.person()


def listed(person, path="/api/orders", **query):
    answer = person.get(f"{path}?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["orders"]


def ids(orders):
    return {order["id"] for order in orders}


def test_everyone_sees_their_own(cast):
    order, other = cast.order_in("accepted"), cast.foreign_customer.order(partnerId=cast.foreign_tailor.id)
    for person in (cast.customer, cast.tailor, cast.courier):
        assert listed(person) == [person.get(f"/api/orders/{order['id']}").json()["data"]["order"]]
    assert ids(listed(cast.foreign_customer)) == ids(listed(cast.foreign_tailor)) == {other["id"]}
    assert listed(cast.foreign_courier) == []


@pytest.mark.parametrize("role", ["support", "admin", "super_admin"])
def test_staff_sees_all(world, customer, tailor, role):
    orders = [customer.order(), customer.order(partnerId=tailor.id)]
    assert ids(listed(world.staff(role), customerId=customer.id)) == ids(orders)


def test_filters(cast):
    order, accepted = cast.order_in("pending"), cast.order_in("accepted")
    house = cast.customer.order()
    everyone = {order["id"], accepted["id"], house["id"]}
    assert ids(listed(cast.customer)) == everyone
    assert ids(listed(cast.customer, status="accepted")) == {accepted["id"]}
    assert ids(listed(cast.customer, status="pending,accepted")) == everyone
    assert ids(listed(cast.customer, status="completed")) == set()
    assert ids(listed(cast.customer, partnerId=cast.tailor.id)) == {order["id"], accepted["id"]}
    assert ids(listed(cast.customer, delivery_partner_id=cast.courier.id)) == {order["id"], accepted["id"]}
    assert ids(listed(cast.admin, customer_id=cast.customer.id)) == everyone
    assert ids(listed(cast.customer, createdFrom=accepted["createdAt"])) == {accepted["id"], house["id"]}
    assert ids(listed(cast.customer, createdTo=accepted["createdAt"])) == {order["id"]}
    both = {"createdFrom": accepted["createdAt"], "status": "accepted", "partnerId": cast.tailor.id}
    assert ids(listed(cast.customer, **both)) == {accepted["id"]}


def test_a_list_of_what_has_changed_since(cast):
    order, other = cast.order_in("pending"), cast.order_in("accepted")
    moment = other["updatedAt"]
    assert ids(listed(cast.customer, updatedSince=moment)) == {other["id"]}
    changed = cast.tailor.act(order, "accept")
    assert ids(listed(cast.customer, updated_since=moment)) == {order["id"], other["id"]}
    assert ids(listed(cast.customer, updatedSince=changed["updatedAt"], sort="updatedAt")) == {order["id"]}
    assert listed(cast.customer, updatedSince="2199-01-01T00:00:00Z") == []


def test_the_deadline_is_shown_while_it_counts(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    left = datetime.fromisoformat(order["acceptBy"]) - datetime.fromisoformat(order["createdAt"])
    assert left == timedelta(minutes=30)
    assert cast.tailor.act(order, "accept")["acceptBy"] is None
    past = cast.customer.get(f"/api/orders/{order['id']}", params={"asOf": order["createdAt"]})
    assert past.json()["data"]["order"]["acceptBy"] == order["acceptBy"]


def test_a_filter_does_not_show_what_is_not_ones_own(cast):
    cast.order_in("pending")
    assert listed(cast.foreign_customer, customerId=cast.customer.id) == []
    assert listed(cast.foreign_tailor, partnerId=cast.tailor.id) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("wedding", True), ("WED", True), ("wedding blue", True), ("blue wed", True), ("edding", False),
        ("wedding red", False), ("jodhpuri/bandhgala", True), ("bandhgala", True), ("2.5", True), ("5m", True),
        ("two-piece", True), ("piece", True), ("x@y.example", True), ("asha", True), ("9198765", True),
        ("+919876543210", True),
        ("größe", True), ("GRÖSSE", True), ("Gro\u0308ße", True), ("under_score", True),
        ("'); DROP TABLE orders; --", False),
        ("' & '", False), ("!wedding", True), ("wedding:*", True), ("...", False), ("w" * 100, False),
    ],
)  # fmt: skip
def test_a_search_finds_orders_by_the_beginnings_of_their_words(world, query, found):
    customer = world.person(name="Asha Rao", phone="+919876543210")
    names = ["Wedding suit, two-piece", "Jodhpuri/Bandhgala 2.5m", "Größe M under_score"]
    items = [{"name": name, "quantity": 1, "price": 1} for name in names]
    customer.order(items=items, notes="blue; ask x@y.example")
    assert bool(listed(customer, q=query)) is found


@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        ("मुझे लाल कुर्ता चाहिए", "कुर्ता", "कर्ता"),
        ("เสื้อเชิ้ตผ้าลินินสีขาว", "ลินิน", "ลินินขาว"),
        ("我想买一件红色的衬衫", "衬衫", "红衫"),
        ("緊急 かな", "緊急", "なか"),
    ],
    ids=["Hindi", "Thai", "Chinese", "Japanese"],
)
def test_a_search_finds_words_of_scripts_without_spaces(customer, text, found, not_found):
    item = {"name": "Suit", "quantity": 1, "price": 1}
    orders = [customer.order(items=[item | part]) for part in ({"name": text}, {"notes": text})]
    orders += [customer.order(notes=text), customer.order(customerInfo={"name": text})]
    customer.order()
    assert ids(listed(customer, q=found)) == {order["id"] for order in orders}
    assert ids(listed(customer, q=f"{found} {text[:4]}")) == {order["id"] for order in orders}
    assert listed(customer, q=not_found) == []


def test_a_search_finds_an_order_by_its_number(customer):
    first, _ = customer.order(), customer.order()
    assert ids(listed(customer, q=first["orderNumber"])) == {first["id"]}
    assert ids(listed(customer, q=first["orderNumber"].lower())) == {first["id"]}


def test_notes_of_one_enormous_word_can_be_kept(customer):
    customer.order(notes="x" * 2000)
    assert listed(customer, q="x" * 100)


@pytest.mark.parametrize("key", ["createdAt", "updatedAt", "total", "orderNumber"])
def test_sorting_and_paging(world, customer, tailor, key):
    orders = [
        customer.order(items=[{"name": "x", "quantity": 1, "price": p}], partnerId=tailor.id)
        for p in (3, 1, 3, 2, 1)
    ]
    orders[1] = tailor.act(orders[1], "accept")
    for sign, down in (("", False), ("-", True)):
        expected = [o[key] for o in sorted(orders, key=lambda order: order[key], reverse=down)]
        walked, cursor = [], None
        while True:
            query = {"sort": sign + key, "limit": 2} | ({"cursor": cursor} if cursor else {})
            answer = customer.get(f"/api/orders?{urlencode(query)}").json()
            walked += answer["data"]["orders"]
            cursor = answer["meta"]["nextCursor"]
            if cursor is None:
                break
        assert [order[key] for order in walked] == expected
        assert len(ids(walked)) == 5


def test_the_newest_come_first_and_twenty_at_a_time(customer):
    orders = [customer.order() for _ in range(21)]
    answer = customer.get("/api/orders").json()
    assert [o["id"] for o in answer["data"]["orders"]] == [o["id"] for o in reversed(orders)][:20]
    assert answer["meta"]["nextCursor"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=101", "limit=x", "sort=price", "sort=created_at", "sort=--total", "status=lost",
        "status=pending,lost", "partnerId=me", "createdFrom=yesterday", "createdFrom=2026-01-01T00:00:00",
        "cursor=x", "cursor=WyItY3JlYXRlZEF0IiwxLCJ4Il0", "q=", "q=" + "x" * 101, "customerId=", "nonsense=1",
    ],
)  # fmt: skip
def test_a_query_that_is_wrong_is_named(customer, query):
    answer = customer.get(f"/api/orders?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() >= {query.partition("=")[0]} or "status" in query


@pytest.mark.parametrize(
    "name",
    [
        "status",
        "partnerId",
        "customer_id",
        "createdFrom",
        "createdTo",
        "updatedSince",
        "q",
        "sort",
        "limit",
        "cursor",
    ],
)
def test_an_empty_filter_is_named(customer, name):
    customer.order()
    for path in ("/api/orders", "/api/notifications"):
        answer = customer.get(f"{path}?{name}=")
        assert answer.status_code == 422
    details = customer.get(f"/api/orders?{name}=%20").json()["error"]["details"]
    assert details == {camel(name): ["Must not be empty: leave it out instead."]}


def test_a_detail_has_the_version_as_its_tag(customer, tailor):
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "accept")
    assert customer.get(f"/api/orders/{order['id'].upper()}").headers["ETag"] == '"2"'
    assert customer.get(f"/api/orders/{uuid.uuid4()}").status_code == 404


@pytest.mark.parametrize("typed", ["+91 (0)98765-43210", "9876543210", "098 765 43210", "0091 98765 43210"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("+91 98765 43210", True), ("9876543210", True), ("098765-43210", True), ("00919876543210", True),
        ("tel:+91-98765-43210", True), ("98765", True), ("+91 98765", True), ("asha 98765 43210", True),
        ("९८७६५४३२१०", True), ("98765 43211", False), ("ravi 98765 43210", False), ("+1 98765 43210", False),
    ],
)  # fmt: skip
def test_a_search_finds_a_telephone_number_however_it_is_written(world, typed, query, found):
    customer = world.person(name="Asha Rao", phone=typed)
    customer.order(items=[{"name": "Suit", "quantity": 1, "price": 1}])
    assert bool(listed(customer, q=query)) is found
