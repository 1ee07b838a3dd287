"""Shops in the console: a catalogue is edited, a customer orders from the live menu, a courier delivers it."""

from __future__ import annotations

import pytest

from metaia.core.json import Json
from tests.console.browser import registry
from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_files import press
from tests.console.browser.test_files_access import faults
from tests.console.browser.test_money import DIALOG, has_text
from tests.console.browser.test_offers import type_in
from tools.chromium import Session, Tab

pytestmark = pytest.mark.browser
SOLD_OUT = "[...document.querySelectorAll('.product.off')].some((e) => e.textContent.includes('Kaapi'))"


def test_a_customer_orders_what_the_partner_has(product: Product, browser: Session, tab: Tab) -> None:
    shop = registry.need_shop(product, "vendor")
    product.enter(tab, "customer", "/shops")
    tab.until(has_text(shop["businessName"]))
    found = faults(tab, "the directory")
    product.enter(tab, "customer", f"/shops/{shop['slug']}")
    tab.until(has_text("Kaapi"))

    other = browser.open()
    product.enter(other, "vendor", "/shop")
    other.until(has_text("Kaapi"))
    found += faults(other, "a catalogue")
    coffee = "[...document.querySelectorAll('.catalogue li')].find((e) => e.textContent.includes('Kaapi'))"
    other.run(f"{coffee}.querySelector('[role=switch]').click()")
    tab.until(SOLD_OUT)  # by its event
    tab.send("Page.bringToFront")  # a page behind another one is not drawn
    found += faults(tab, "a shop with a product that is sold out")
    other.run(f"{coffee}.querySelector('[role=switch]').click()")
    tab.until(f"!{SOLD_OUT}")

    tab.click("[...document.querySelectorAll('.product')].find((e) => e.textContent.includes('Mysore dosa'))")
    tab.until(f"{DIALOG}?.open")
    found += faults(tab, "a product")
    tab.run(f"{button('Add', DIALOG)}.click()")
    tab.click("[...document.querySelectorAll('.product')].find((e) => e.textContent.includes('Mysore dosa'))")
    tab.until(f"{DIALOG}?.open")
    tab.run(f"{button('Add', DIALOG)}.click()")  # the same again: one line of two
    tab.until("document.querySelector('.cart-lines b')?.textContent === '2'")
    tab.run("document.querySelector('.cart-lines button').click()")  # one less
    press(tab, "document", "Pickup")
    tab.until("document.querySelector('.sums .total')?.textContent.includes('120')")
    found += faults(tab, "a cart")
    product.call("vendor", "PATCH", f"/api/products/{product_id(product, shop)}", {"price": 130})
    tab.until("document.querySelector('.sums .total')?.textContent.includes('130')")  # the menu has changed
    tab.until(button("Order"))
    tab.run(f"{button('Order')}.click()")
    tab.until("location.pathname.match(/orders.[0-9a-f-]{36}$/)")
    order = product.call("customer", "GET", "/api/orders?limit=1")["orders"][0]
    assert (order["items"][0]["name"], order["total"]) == ("Mysore dosa", 130)
    assert found == [], "\n".join(found)
    assert errors(tab) == []
    assert errors(other) == []
    other.close()


def button(text: str, scope: str = "document") -> str:
    """Return the button that can be pressed whose text begins like this."""
    buttons = f"[...({scope}).querySelectorAll('button:enabled')]"
    return f"{buttons}.find((e) => e.textContent.trim().startsWith('{text} '))"


def product_id(product: Product, shop: Json) -> str:
    """Return the id of the dosa."""
    products = product.call("vendor", "GET", f"/api/products?partnerId={shop['id']}&limit=100")["products"]
    return next(str(each["id"]) for each in products if each["name"] == "Mysore dosa")


def test_a_partner_edits_the_shop(product: Product, tab: Tab) -> None:
    registry.need_shop(product, "vendor")
    found = []
    for path, text in (
        ("/shop/profile", "Hours"),
        ("/shop/extras", "Tax rates"),
        ("/shop/coupons", "Coupons"),
        ("/shop/reviews", "Reviews"),
    ):
        product.enter(tab, "vendor", path)
        tab.until(has_text(text))
        found += faults(tab, path)
    product.enter(tab, "vendor", "/shop")
    press(tab, "document", "New product")
    type_in(tab, "Name", "Mango lassi", DIALOG)
    type_in(tab, "Price in INR", "90", DIALOG)
    found += faults(tab, "the form of a product")
    press(tab, DIALOG, "Save")
    tab.until(has_text("Mango lassi"))
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_a_partner_orders_at_the_counter_and_the_page_says_when_it_is_ready(
    product: Product, tab: Tab
) -> None:
    registry.need_shop(product, "vendor")
    product.enter(tab, "vendor", "/all")
    tab.until(button_of("New order"))
    tab.run(f"{button_of('New order')}.click()")
    tab.until("location.pathname.endsWith('/counter')")
    tab.until(has_text("Kaapi"))
    tab.click("[...document.querySelectorAll('.product')].find((e) => e.textContent.includes('Kaapi'))")
    tab.until(f"{DIALOG}?.open")
    tab.run(f"{button('Add', DIALOG)}.click()")
    tab.until("document.querySelector('.cart-lines b')?.textContent === '1'")
    press(tab, "document", "Pickup")
    tab.until(has_text("Name of the customer"))
    assert tab.run(f"!{button('Order')}")  # nobody is named yet
    type_in(tab, "Name of the customer", "Walk-in Wanda")
    found = faults(tab, "an order at the counter")
    tab.until(button("Order"))
    tab.run(f"{button('Order')}.click()")
    tab.until("location.pathname.match(/orders.[0-9a-f-]{36}$/)")
    tab.until("document.querySelector('.arrival')?.textContent.startsWith('Ready between ')")
    order = product.call("vendor", "GET", "/api/orders?limit=1")["orders"][0]
    assert (order["customerId"], order["customerInfo"]["name"]) == (None, "Walk-in Wanda")
    assert order["eta"]["lowAt"] < order["eta"]["highAt"]
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def button_of(text: str) -> str:
    """Return the button with this text."""
    return f"[...document.querySelectorAll('button')].find((e) => e.textContent.trim() === '{text}')"
