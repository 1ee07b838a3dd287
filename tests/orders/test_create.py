import uuid
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metaia.core.money import exponent

ITEM = {"name": "Suit", "quantity": 2, "price": 12.5}


@pytest.fixture
def customer(world):
    return world.person("customer", name="Asha Rao", phone="+919876543210")


@pytest.fixture
def tailor(world):
    return world.person("tailor")


NO_PAYMENT = {
    "method": "none", "status": "none", "due": 0, "paid": 0, "refunded": 0, "disputed": 0, "currency": "INR",
}  # fmt: skip


def refused(customer, body):
    answer = customer.post("/api/orders", body)
    assert answer.status_code == 422, answer.text
    return answer.json()["error"]["details"].keys()


def test_a_new_order_is_pending_and_belongs_to_its_customer(customer, tailor):
    answer = customer.post("/api/orders", {"items": [ITEM], "partnerId": tailor.id, "notes": "Blue,\nplease"})
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    order = answer.json()["data"]["order"]
    assert order["orderNumber"].startswith("M")
    assert order | {"id": "", "orderNumber": "", "createdAt": "", "updatedAt": "", "acceptBy": ""} == {
        "id": "", "orderNumber": "", "createdAt": "", "updatedAt": "", "acceptBy": "",
        "dealId": order["id"], "offerId": None, "adjustment": 0,
        "status": "pending", "customerId": customer.id, "partnerId": tailor.id, "deliveryPartnerId": None,
        "customerInfo": {
            "name": "Asha Rao", "phone": "+919876543210", "phoneE164": "+919876543210", "address": None,
        },
        "items": [{"id": "1", "name": "Suit", "quantity": 2, "price": 12.5}],
        "subtotal": 25, "discount": 0, "coupon": None, "fees": [], "taxLines": [], "tip": 0, "delivery": None,
        "fulfilment": "pickup", "destination": None, "scheduledFor": None, "eta": None,
        "total": 25, "currency": "INR", "payment": NO_PAYMENT, "notes": "Blue,\nplease", "estimatedTime": None,
        "estimatedPickupTime": None, "message": None, "rejectReason": None, "version": 1,
        "allowedActions": ["cancel"],
    }  # fmt: skip
    assert order["createdAt"] == order["updatedAt"]
    assert customer.get(f"/api/orders/{order['id']}").json()["data"]["order"] == order


def test_order_numbers_are_all_different(customer):
    assert len({customer.order()["orderNumber"] for _ in range(5)}) == 5


def test_what_the_customer_writes_wins_over_their_account(customer):
    given = {"name": "Ravi", "address": "7 Mill Road\nPune"}
    order = customer.order(customerInfo=given)
    assert order["customerInfo"] == {
        "name": "Ravi",
        "phone": "+919876543210",
        "phoneE164": "+919876543210",
        "address": "7 Mill Road\nPune",
    }


@pytest.mark.parametrize("item", [{"menuName": "Suit"}, {"menu_name": "Suit"}, {"name": "Suit"}])
def test_an_item_may_be_called_by_either_name(customer, item):
    order = customer.order(items=[{"quantity": 1, "price": 1} | item])
    assert order["items"] == [{"id": "1", "name": "Suit", "quantity": 1, "price": 1}]


@pytest.mark.parametrize(
    ("currency", "prices", "total"),
    [
        ("JPY", [100, 1], 302),
        ("INR", [0.1, 0.2], 0.7),
        ("EUR", [19.99, "0.01"], 59.99),
        ("KWD", [0.001, 1.234], 2.471),
        ("USD", [0, 0], 0),
    ],
)
def test_the_server_computes_the_total(customer, currency, prices, total):
    items = [{"name": "x", "quantity": q, "price": p} for q, p in zip([3, 2], prices, strict=True)]
    order = customer.order(items=items, currency=currency)
    assert (order["currency"], order["total"]) == (currency, total)
    assert [item["price"] for item in order["items"]] == [float(price) for price in prices]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), currency=st.sampled_from(["INR", "EUR", "JPY", "KWD"]))
def test_a_total_is_exactly_the_sum(customer, data, currency):
    scale = 10 ** exponent(currency)
    minor = data.draw(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 10**7)), min_size=1, max_size=8))
    items = [{"name": "x", "quantity": q, "price": str(Decimal(p) / scale)} for q, p in minor]
    order = customer.order(items=items, currency=currency)
    assert round(order["total"] * scale) == sum(q * p for q, p in minor)
    assert Decimal(str(order["total"])) * scale == sum(q * p for q, p in minor)


@pytest.mark.parametrize("key", ["status", "id", "customerId", "version", "createdAt"])
def test_what_the_server_decides_cannot_be_given(customer, key):
    assert refused(customer, {"items": [ITEM], key: 1}) == {key}


@pytest.mark.parametrize("items", [None, [], {}, "Suit", [None], [[]], [ITEM] * 101])
def test_items_that_are_none(customer, items):
    assert all(key.split(".")[0] == "items" for key in refused(customer, {"items": items}))


def test_a_hundred_items_are_not_too_many(customer):
    assert len(customer.order(items=[ITEM] * 100)["items"]) == 100


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"), ({"name": " "}, "name"), ({"name": "x" * 201}, "name"), ({"name": "a\0"}, "name"),
        ({"name": None}, "name"), ({"menuName": "also"}, "name"), ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"), ({"quantity": 1.5}, "quantity"), ({"quantity": "2.5"}, "quantity"),
        ({"quantity": 10_001}, "quantity"), ({"quantity": True}, "quantity"), ({"quantity": None}, "quantity"),
        ({"price": -0.01}, "price"), ({"price": 0.001}, "price"), ({"price": 1e-9}, "price"),
        ({"price": "1e2"}, "price"), ({"price": "1_000"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"price": "Infinity"}, "price"), ({"price": 10**11 + 1}, "price"), ({"price": "1e99999999"}, "price"),
        ({"price": True}, "price"), ({"price": None}, "price"), ({"price": "ten"}, "price"), ({"id": "1"}, "id"),
    ],
)  # fmt: skip
def test_an_item_that_is_wrong_is_named_by_its_place(customer, change, field):
    assert refused(customer, {"items": [ITEM, ITEM | change]}) == {f"items.1.{field}"}


def test_an_item_without_a_name_is_refused(customer):
    assert refused(customer, {"items": [{"quantity": 1, "price": 1}]}) == {"items.0.name"}


def test_a_total_that_is_too_large_is_refused(customer):
    assert refused(customer, {"items": [{"name": "x", "quantity": 2, "price": 10**11}]}) == {"items"}


@pytest.mark.parametrize("currency", ["inr", "XXX", "DEM", "", "RUPEES", None, 1])
def test_a_currency_that_is_none(customer, currency):
    assert refused(customer, {"items": [ITEM], "currency": currency}) == {"currency"}


@pytest.mark.parametrize("quantity", [2, 2.0, "2"])
@pytest.mark.parametrize("price", [0.1 + 0.2, 0.3, "0.30"])
def test_numbers_come_as_clients_write_them(customer, quantity, price):
    order = customer.order(items=[{"name": "x", "quantity": quantity, "price": price}])
    assert order["items"] == [{"id": "1", "name": "x", "quantity": 2, "price": 0.3}]
    assert (order["total"], type(order["items"][0]["quantity"])) == (0.6, int)


def test_prices_have_the_decimals_of_their_currency(customer):
    item = {"name": "x", "quantity": 1, "price": 1.5}
    assert refused(customer, {"items": [item], "currency": "JPY"}) == {"items.0.price"}


def test_a_partner_must_be_one(world, customer):
    courier = world.person("delivery")
    for nobody in (customer.id, courier.id, str(uuid.uuid4()), "me", 7):
        assert refused(customer, {"items": [ITEM], "partnerId": nobody}) == {"partnerId"}


@pytest.mark.parametrize(
    "info",
    [
        {"name": ""},
        {"phone": "x" * 33},
        {"phone": "+91 98765 4321"},
        {"address": "x" * 501},
        {"email": []},
        "Asha",
    ],
)
def test_customer_information_that_is_wrong(customer, info):
    [key] = refused(customer, {"items": [ITEM], "customerInfo": info})
    assert key == "customerInfo" if info == "Asha" else key == f"customerInfo.{next(iter(info))}"


@pytest.mark.parametrize("role", ["tailor", "vendor", "delivery"])
def test_partners_and_couriers_do_not_order_of_others(world, tailor, role):
    answer = world.person(role).post("/api/orders", {"items": [ITEM], "partnerId": tailor.id})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize("role", ["tailor", "vendor", "admin", "super_admin"])
def test_at_the_counter_an_order_is_for_somebody(world, role):
    staff = role in {"admin", "super_admin"}
    person = world.staff(role) if staff else world.person(role)
    assert refused(person, {"items": [ITEM]}) == {"customerInfo.name"}


def test_support_does_not_order(world):
    assert world.staff("support").post("/api/orders", {"items": [ITEM]}).status_code == 403
