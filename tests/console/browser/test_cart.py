"""A cart that is kept for later, and the customers that a shop finds at its counter."""

from __future__ import annotations

import pytest

from tests.console.browser import registry
from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_files_access import faults
from tests.console.browser.test_money import DIALOG, has_text
from tests.console.browser.test_offers import type_in
from tests.console.browser.test_shops import button, product_id
from tools.chromium import Session, Tab

pytestmark = pytest.mark.browser
DISH = "[...document.querySelectorAll('.product')].find((e) => e.textContent.includes('Mysore dosa'))"
COUNT = "document.querySelector('.cart-lines b')?.textContent"
CARTS = "Object.keys(localStorage).filter((key) => key.includes(':cart:')).length"
HITS = "[...document.querySelectorAll('.chip')].map((e) => e.textContent).filter((e) => e.includes('·'))"


def add_dosa(tab: Tab) -> None:
    tab.until(has_text("Mysore dosa"))
    tab.click(DISH)
    tab.until(f"{DIALOG}?.open")
    tab.run(f"{button('Add', DIALOG)}.click()")


def test_a_cart_is_there_when_its_page_is_opened_again(product: Product, browser: Session) -> None:
    shop = registry.need_shop(product, "vendor")
    dosa = f"/api/products/{product_id(product, shop)}"
    before = product.call("vendor", "GET", dosa)["product"]["price"]
    path = f"/shops/{shop['slug']}"
    first = browser.open()
    product.enter(first, "customer", path)
    add_dosa(first)
    first.until(f"{COUNT} === '1'")
    first.run("document.querySelectorAll('.cart-lines button')[1].click()")
    first.until(f"{COUNT} === '2'")
    assert errors(first) == []
    first.close()

    product.call("vendor", "PATCH", dosa, {"price": before + 15})  # while the page is closed
    tab = browser.open()
    try:
        product.enter(tab, "customer", path)
        tab.until(f"{COUNT} === '2'")
        tab.until(f"document.querySelector('.cart-lines .changed')?.textContent.includes('{before}')")
        tab.until(f"document.querySelector('.cart-lines .money').textContent.includes('{2 * (before + 15)}')")
        assert faults(tab, "a cart with a changed price") == []
        product.enter(tab, "customer2", path)  # another user of this browser
        tab.until(has_text("Nothing is in the cart yet."))
        product.enter(tab, "customer", path)
        tab.until(f"{COUNT} === '2'")
        assert tab.run(CARTS) == 1
        tab.run(
            "[...document.querySelectorAll('button')].find((e) => e.textContent === 'Empty the cart').click()"
        )
        tab.until(f"{CARTS} === 0")
        assert errors(tab) == []
    finally:
        product.call("vendor", "PATCH", dosa, {"price": before})
        tab.close()


def test_a_logout_takes_the_cart_along(product: Product, tab: Tab) -> None:
    shop = registry.need_shop(product, "vendor")
    product.enter(tab, "customer", f"/shops/{shop['slug']}")
    add_dosa(tab)
    tab.until(f"{CARTS} === 1")
    tab.run("[...document.querySelectorAll('button')].find((e) => e.textContent === 'Log out').click()")
    tab.until(f"{CARTS} === 0")


def test_a_partner_finds_its_own_customers_at_the_counter(product: Product, tab: Tab) -> None:
    registry.need_shop(product, "vendor")
    own = product.call("vendor", "GET", "/api/orders?q=Asha&limit=1")["orders"][0]
    product.enter(tab, "vendor", "/counter")
    add_dosa(tab)
    type_in(tab, "A customer with an account", "Asha")
    tab.until(f"{HITS}.length > 0")
    found = faults(tab, "customers at the counter")
    tab.run("[...document.querySelectorAll('.chip')].find((e) => e.textContent.startsWith('Asha')).click()")
    tab.until(has_text("Customer: Asha Nair"))
    assert tab.run(
        "![...document.querySelectorAll('label')].some((e) => e.textContent.includes('Name of the customer'))"
    )
    tab.run("[...document.querySelectorAll('.chip')].find((e) => e.textContent === 'Pickup').click()")
    tab.until(button("Order"))
    tab.run(f"{button('Order')}.click()")
    tab.until("location.pathname.match(/orders.[0-9a-f-]{36}$/)")
    placed = product.call("vendor", "GET", "/api/orders?limit=1")["orders"][0]
    assert (placed["customerId"], placed["customerInfo"]["name"]) == (own["customerId"], "Asha Nair")
    assert found == [], "\n".join(found)
    assert errors(tab) == []
