"""The theatre: four people play an order, one of them is cut from the network; requests to copy; the map."""

from __future__ import annotations

import pytest

from tests.console.browser.product import Product
from tests.console.browser.test_pages import faults
from tools.chromium import Tab

pytestmark = pytest.mark.browser
LIVE = "document.querySelectorAll('.pane .dot.green').length === 4"
PLAY = "document.querySelector('.play .button.primary')"
FIRST_SWITCH = "document.querySelector('.switch')"
DONE = "document.querySelectorAll('.story .done').length"
STEPS = [
    "/api/upload/image",
    "/api/orders",
    "/api/payments",
    "/api/payments/verify",
    "/api/chat/conversations",
    "/api/chat/conversations",
    "/accept",
    "/prepare",
    "/ready",
    "/api/couriers/me/shift",
    "/claim",
    "/dispatch",
    "/deliver",
]


def test_four_people_play_an_order_and_one_who_was_cut_catches_up(product: Product, tab: Tab) -> None:
    tab.go(f"{product.url}/console/")
    tab.until("document.querySelector('.button.primary.wide')")
    tab.run("document.querySelector('.button.primary.wide').click()")
    tab.until(f"{LIVE} && !{PLAY}.disabled", 60)
    tab.run(f"{PLAY}.click()")
    tab.until(f"{DONE} >= 2")
    customer = "document.querySelector('.pane .pane-body').innerText"
    tab.until(f"{customer}.includes('Accepted')")
    tab.run(f"{FIRST_SWITCH}.click()")
    tab.until(f"{DONE} === 10", 60)
    assert not tab.run(f"{customer}.includes('Delivered')")
    tab.run(f"{FIRST_SWITCH}.click()")
    tab.until(f"{customer}.includes('Delivered') && document.querySelector('.caught').innerText")
    assert int(tab.run("document.querySelector('.caught').innerText.match(/\\d+/)[0]")) >= 5
    tab.until("document.querySelectorAll('.sent li').length > 0")
    paths = tab.run("[...document.querySelectorAll('.requests .path')].map((one) => one.title).reverse()")
    assert faults(tab, "theatre after the story") == []
    assert [path.endswith(step) for path, step in zip(paths, STEPS, strict=True)] == [True] * len(STEPS)


def test_support_has_no_pages_of_admins_in_its_navigation(product: Product, tab: Tab) -> None:
    product.enter(tab, "support")
    links = tab.run("[...document.querySelectorAll('.tab')].map((one) => one.getAttribute('href'))")
    assert links
    assert [link for link in links if link.endswith(("/map", "/campaigns", "/audit"))] == []
    product.enter(tab, "admin", "/map")
    tab.until("document.querySelector('.diagram')")


def test_the_map_of_events_is_without_fault_when_events_come(product: Product, tab: Tab) -> None:
    product.enter(tab, "admin", "/map")
    order = product.order()
    tab.until(f"document.querySelector('.events').textContent.includes('{order['id']}')")
    assert faults(tab, "map") == []
    tab.run("document.querySelector('.events button').click()")
    tab.until("document.querySelector('dialog pre')")
    assert faults(tab, "an event") == []
