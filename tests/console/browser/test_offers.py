"""Offers in the console: made, countered and accepted, which is an order; the timeline of the deal has it all."""

from __future__ import annotations

import pytest

from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_files import press
from tests.console.browser.test_files_access import faults
from tests.console.browser.test_money import DIALOG, has_text
from tools.chromium import Session, Tab

pytestmark = pytest.mark.browser
TOTAL = "document.querySelector('.items .total')?.textContent"


def type_in(tab: Tab, label: str, text: str, scope: str = "document") -> None:
    """Type a text into a field by its label."""
    field = (
        f"[...({scope}).querySelectorAll('label')].find((e) => e.textContent.startsWith('{label}'))"
        ".parentElement.querySelector('input')"
    )
    tab.until(field)
    tab.run(f"{field}.focus(); {field}.select()")
    tab.send("Input.insertText", text=text)


def test_an_offer_is_made_countered_and_accepted(product: Product, browser: Session, tab: Tab) -> None:
    product.enter(tab, "customer", "/offers/new")
    found = faults(tab, "a new offer")
    tailor = product.call("tailor", "GET", "/api/auth/me")["user"]["id"]
    tab.run(
        f"(() => {{ const e = document.querySelector('main select'); e.value = '{tailor}';"
        " e.dispatchEvent(new Event('change', { bubbles: true })); })()"
    )
    type_in(tab, "What", "Wedding suit")
    type_in(tab, "Quantity", "2")
    type_in(tab, "Price of one", "9000")
    press(tab, "document", "Make the offer")
    tab.until("location.pathname.match(/offers.[0-9a-f-]{36}$/)")
    tab.until(f"{TOTAL}?.includes('18,000')")
    found += faults(tab, "one's own offer")
    offer = product.call("customer", "GET", "/api/offers?limit=1")["offers"][0]

    other = browser.open()
    product.enter(other, "tailor", "/offers")
    other.until(has_text("Your turn"))
    found += faults(other, "offers")
    product.enter(other, "tailor", f"/offers/{offer['id']}")
    press(other, "document", "Counter-offer")
    other.until(f"{DIALOG}?.open")
    found += faults(other, "a counter-offer")
    type_in(other, "Price of all", "20000", DIALOG)
    press(other, DIALOG, "Counter-offer")
    other.until(f"!{DIALOG}")
    tab.until(f"{TOTAL}?.includes('20,000') && {has_text('Your turn')}")  # by its event
    tab.send("Page.bringToFront")  # a page behind another one is not drawn
    press(tab, "document", "Accept")
    tab.until(f"{DIALOG}?.textContent.includes('20,000')")
    found += faults(tab, "what is accepted")
    press(tab, DIALOG, "Accept")
    tab.until("location.pathname.match(/orders.[0-9a-f-]{36}$/)")
    order = product.call("customer", "GET", f"/api/offers/{offer['id']}")["offer"]["orderId"]
    assert tab.run("location.pathname").endswith(order)

    product.enter(tab, "customer", f"/deals/{offer['dealId']}")
    tab.until("document.querySelectorAll('.timeline.deal li').length >= 4")
    found += faults(tab, "a deal")
    product.enter(tab, "customer", "/deals")
    tab.until("document.querySelector('tbody tr')")
    found += faults(tab, "deals")
    assert found == [], "\n".join(found)
    assert errors(tab) == []
    assert errors(other) == []
    other.close()


def test_a_newer_round_is_not_accepted_unread(product: Product, tab: Tab) -> None:
    buyer = product.call("customer", "GET", "/api/auth/me")["user"]["id"]
    tailor = product.call("tailor", "GET", "/api/auth/me")["user"]["id"]
    items = [{"name": "Linen, white", "quantity": 40, "unit": "metres", "price": 310}]
    product.call(
        "customer", "POST", "/api/offers", {"recipientId": tailor, "items": items, "currency": "INR"}
    )
    body = {"recipientId": buyer, "items": items, "currency": "INR"}
    offer = product.call("tailor", "POST", "/api/offers", body)["offer"]
    product.enter(tab, "customer", f"/offers/{offer['id']}")
    press(tab, "document", "Accept")
    tab.until(f"{DIALOG}?.open")
    product.call("tailor", "PATCH", f"/api/offers/{offer['id']}/revise", {"total": 13000})
    press(tab, DIALOG, "Accept")
    tab.until(f"{DIALOG}?.querySelector('[role=alert]')")
    assert product.call("customer", "GET", f"/api/offers/{offer['id']}")["offer"]["status"] == "pending"
