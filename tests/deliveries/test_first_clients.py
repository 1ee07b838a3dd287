"""The clients of the first guides, unchanged: what they order in free text is offered, claimed and delivered."""

from __future__ import annotations

from decimal import Decimal

import pytest

from metaia.core.json import Json
from tests.deliveries.conftest import INFO, Pool
from tests.deliveries.test_claims import claim, delivery_of
from tests.deliveries.test_dispatch import pass_time, with_profile
from tests.support.people import Person, Socket, World

# As Metaia's app and Timing's page send them: no fulfilment, no destination, no place.
METAIA: Json = {
    "items": [
        {"name": "Linen shirt", "menuId": "60d5f48", "quantity": 2, "price": 1450.5},
        {"name": "Trousers, hemmed", "quantity": 1, "price": 249.99},
    ],
    "customerInfo": INFO,
    "total": 3150.99,
}
TIMING: Json = {
    "items": [
        {"menu_id": 7, "menu_name": "Pad Thai", "quantity": "3", "price": "60.10", "notes": "No peanuts"},
        {"menu_id": 8, "menu_name": "Iced tea", "quantity": 2, "price": "35.25"},
    ],
    "customer_info": INFO,
    "total": "250.80",
    "currency": "THB",
}


def connected(person: Person) -> Socket:
    """Connect as the guide's example does: with the token in a header."""
    return person.world.socket(headers={"Authorization": f"Bearer {person.token}"})


def line_sum(shown: Json) -> Decimal:
    """Return what Timing's page adds up: `(item.price * item.quantity).toFixed(2)` for each line."""
    lines = [f"{item['price'] * item['quantity']:.2f}" for item in shown["items"]]
    return sum(map(Decimal, lines), Decimal(0))


@pytest.mark.parametrize("with_shop", [False, True])
@pytest.mark.parametrize("body", [METAIA, TIMING])
def test_an_order_in_free_text_is_offered_and_delivered(
    world: World, pool: Pool, body: Json, *, with_shop: bool
) -> None:
    if with_shop:
        with_profile(pool.shop)
    courier = pool.courier()
    customer_screen, courier_screen = connected(pool.customer), connected(courier)
    order = pool.customer.order(**body, partnerId=pool.shop.id)
    for action in ("accept", "ready"):
        order = pool.shop.act(order, action)
    pass_time(order)
    delivery = delivery_of(order)
    courier_screen.wait("delivery:offer", where=lambda data: data["id"] == delivery)
    assert claim(courier, delivery).ok
    courier_screen.wait("delivery:closed", where=lambda data: data["id"] == delivery)
    for action in ("dispatch", "deliver"):
        order = courier.act(order, action)
    customer_screen.wait(
        "order_update", where=lambda data: (data["orderId"], data["status"]) == (order["id"], "delivered")
    )
    tracked = world.call("GET", f"/api/orders/{order['id']}/status").json()["data"]
    assert tracked["order_status"] == "delivered"
    assert line_sum(tracked) == Decimal(str(tracked["total"])) == Decimal(str(body["total"]))
