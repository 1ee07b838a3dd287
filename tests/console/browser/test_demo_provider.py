"""The page of the demo provider of payments: sizes, colours, keyboard, screen readers."""

from __future__ import annotations

import pytest

from metaia.core.ids import new_id
from tests.console.browser.product import Product
from tests.console.browser.test_files_access import faults
from tests.support.waiting import until
from tools.chromium import Tab

pytestmark = pytest.mark.browser
BUTTON = "document.activeElement.textContent.trim()"


def open_page(product: Product, tab: Tab) -> str:
    """Open the page of a payment; return the payment's id."""
    partner = product.call("tailor", "GET", "/api/auth/me")["user"]["id"]
    items = [{"name": "Linen shirt", "quantity": 1, "price": 1450}]
    body = {"partnerId": partner, "items": items, "paymentMethod": "online"}
    order = product.call("customer", "POST", "/api/orders", body)["order"]
    opened = product.call("customer", "POST", "/api/payments", {"orderId": order["id"], "provider": "demo"})
    tab.go(opened["toPay"]["url"])
    return str(opened["payment"]["id"])


def press(tab: Tab, text: str) -> None:
    """Press a button with the keyboard."""
    for _ in range(20):
        tab.press("Tab")
        if tab.run(BUTTON) == text:
            assert tab.run("document.activeElement.matches(':focus-visible')")
            tab.press("Enter")
            return
    pytest.fail(f"no Tab reaches {text}")


def reloaded(tab: Tab, text: str) -> bool:
    """Load the page again; return whether it shows a text."""
    tab.go(tab.run("location.href"))
    return bool(tab.run(shows(text)))


def shows(text: str) -> str:
    return f"document.querySelector('main').textContent.includes('{text}')"


def test_a_payment_is_declined_made_and_refunded_by_keyboard(product: Product, tab: Tab) -> None:
    payment = open_page(product, tab)
    assert tab.run("document.querySelector('h1 ~ .amount').textContent.trim()") == "1450 INR"
    found = faults(tab, "a new payment")
    press(tab, "Decline")
    tab.until(shows("failed"))
    press(tab, "Pay")
    tab.until(shows("captured"))
    refund = {"amount": 1.02, "reason": "other"}  # stays pending
    headers = {"Authorization": product.token("admin"), "Idempotency-Key": new_id()}
    address = f"{product.url}/api/payments/{payment}"
    product.call("customer", "POST", "/api/payments/verify", {"paymentId": payment})
    assert (
        product.http.post(f"{address}/refunds", json=refund, headers=headers, timeout=30).status_code == 202
    )
    until(lambda: reloaded(tab, "1.02 INR: pending"), "the refund is at the provider")
    found += faults(tab, "a refund that is pending")
    press(tab, "Process")
    tab.until(shows("1.02 INR: processed"))
    assert found == [], "\n".join(found)
    assert tab.errors == []


def test_an_unknown_payment_has_a_page(product: Product, tab: Tab) -> None:
    open_page(product, tab)
    tab.run("location.assign('/demo-payments/demo_none')")
    tab.until(shows("No such payment"))
    found = faults(tab, "no such payment")
    assert found == [], "\n".join(found)
