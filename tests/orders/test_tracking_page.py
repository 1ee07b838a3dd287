"""The page that the link in a mail about an order opens."""

from __future__ import annotations

import pytest
import requests

from metaia.core.ids import new_id
from metaia.orders.state import MACHINE
from metaia.orders.timing import presenters
from tests.support.people import World

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
TRACKED = "?utm_source=mail&utm_campaign=order&fbclid=1"


def test_a_browser_gets_a_page_and_others_get_json(world: World) -> None:
    order = world.person(name="Asha <Rao>").order(items=[{"name": "<b>Suit</b>", "quantity": 2, "price": 5}])
    address = f"{world.url}/api/orders/{order['id']}/status{TRACKED}"
    page = requests.get(address, headers=BROWSER, timeout=30)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f"order {order['orderNumber']}" in page.text
    assert "2 × &lt;b&gt;Suit&lt;/b&gt;" in page.text
    assert "Waiting" in page.text
    assert "Rao" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        answer = world.call("GET", f"/api/orders/{order['id']}/status{TRACKED}", headers=headers)
        assert answer.json()["data"]["status"] == "pending"
        assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("order_id", [new_id(), "nonsense"], ids=["unknown", "no id"])
def test_a_wrong_link_is_a_page_for_a_browser(world: World, order_id: str) -> None:
    page = requests.get(f"{world.url}/api/orders/{order_id}/status{TRACKED}", headers=BROWSER, timeout=30)
    assert page.status_code == 404
    if order_id != "nonsense":  # no route has such a path
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "There is no such order" in page.text
    assert world.call("GET", f"/api/orders/{order_id}/status").json()["error"]["code"] == "not_found"


def test_every_status_has_its_sentence() -> None:
    assert set(presenters.SENTENCES) == set(MACHINE.states)
