"""Payments in the console: a customer pays on the page of the demo provider, and staff refund."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.console.browser.pictures import errors
from tests.console.browser.product import Product, settle
from tests.console.browser.test_files import fill, press
from tests.console.browser.test_pages import faults
from tools.chromium import Tab

pytestmark = pytest.mark.browser
TAILOR = "[...document.querySelectorAll('.partner')].find((e) => e.textContent.includes('Tailoring'))"
METHOD = "[...document.querySelectorAll('select')].find((e) => e.querySelector('[value=online]'))"
BOX = "document.querySelector('.money-box')"
ACTIVE = "document.activeElement.textContent.trim()"


def has(text: str, scope: str = BOX) -> str:
    """Return a JavaScript expression: whether an element is there and shows a text."""
    return f"{scope}?.textContent.includes('{text}')"


def focus(tab: Tab, text: str) -> None:
    """Move the focus with the keyboard to what begins with a text."""
    for _ in range(60):
        tab.press("Tab")
        if tab.run(f"{ACTIVE}.startsWith('{text}')"):
            return
    pytest.fail(f"no Tab reaches {text}")


def look(tab: Tab, name: str) -> list[str]:
    """Return what is wrong with a page; with PICTURES, keep it wide and light, narrow and dark."""
    if folder := os.environ.get("PICTURES"):
        for width, dark in ((1280, False), (360, True)):
            tab.resize(width, dark=dark, still=True)
            tab.picture(Path(folder) / f"{name}-{width}.png", captureBeyondViewport=True)
    return faults(tab, name)


def place(product: Product, tab: Tab) -> str:
    """Place an order that is paid online, and return its id. The page of the order is open."""
    product.enter(tab, "customer", "/order")
    tab.until(f"{TAILOR} && {METHOD}")
    tab.run(f"{TAILOR}.querySelector('input').click()")
    tab.until(f"{TAILOR}.querySelector('input').checked")
    tab.click("document.querySelector('.suggestions button')")
    tab.run(f"{METHOD}.focus()")
    for kind in ("keyDown", "keyUp"):  # the second of the methods
        tab.send("Input.dispatchKeyEvent", type=kind, key="ArrowDown", windowsVirtualKeyCode=40)
    tab.until(f"{METHOD}.value === 'online'")
    focus(tab, "Place the order")
    tab.press("Enter")
    tab.until("location.pathname.includes('/orders/')")
    tab.until(has("Not paid"))
    order: str = tab.run("location.pathname.split('/').at(-1)")
    return order


def to_provider(tab: Tab) -> None:
    """Press Pay with the keyboard, once it is known how the order can be paid; the provider's page is open then."""
    tab.until(f"{BOX}.querySelector('.primary:enabled')")
    focus(tab, "Pay")
    tab.press("Enter")
    tab.until("location.pathname.startsWith('/demo-payments/') && document.querySelector('button')")


def test_an_order_is_paid_accepted_and_refunded(product: Product, tab: Tab) -> None:
    order = place(product, tab)
    found = look(tab, "order-unpaid")
    to_provider(tab)
    tab.click("document.querySelector('button')")
    tab.until(f"location.pathname.endsWith('/orders/{order}') && !location.search")
    tab.until(has("To pay₹0.00"))
    tab.until(
        "document.querySelectorAll('.money-box .badge.green').length === 2"
    )  # the order's and the payment's
    settle(tab)
    found += look(tab, "order-paid")

    product.enter(tab, "tailor", f"/orders/{order}")
    tab.until(has("Paid"))
    press(tab, "document", "Accept")
    press(tab, "document.querySelector('dialog')", "Accept")
    tab.until("document.querySelector('.card-head').textContent.includes('Accepted')")
    found += look(tab, "partner-paid")
    press(tab, BOX, "Refund")
    fill(tab, "Amount in INR", "50")
    found += look(tab, "partner-refund")
    press(tab, "document.querySelector('dialog')", "Refund")
    tab.until("!document.querySelector('dialog')")
    tab.until(
        f"{BOX}.querySelector('ul[aria-label=Refunds] .badge.violet, ul[aria-label=Refunds] .badge.green')"
    )

    product.enter(tab, "admin", "/payments")
    tab.until("document.querySelector('tbody tr')")
    found += look(tab, "payments")
    tab.run("document.querySelector('tbody tr').focus()")
    tab.press("Enter")
    tab.until("document.querySelector('.timeline') && document.querySelector('.postings')")
    press(tab, "document", "Ask the provider")
    tab.until(has("has answered", "document.querySelector('.toasts')"))
    press(tab, "document", "Refund")
    tab.until("document.querySelector('dialog[open] input')")
    found += look(tab, "refund-dialog")
    fill(tab, "Amount in INR", "5000")
    tab.until("document.querySelector('dialog [role=alert]')")
    assert tab.run("document.querySelector('dialog footer .danger').disabled")
    fill(tab, "Amount in INR", "100")
    fill(tab, "Note", "One button was missing.")
    press(tab, "document.querySelector('dialog')", "Refund")
    tab.until("!document.querySelector('dialog')")
    rows = "[...document.querySelectorAll('tbody tr')]"  # refunded by the provider, in a job
    tab.until(f"{rows}.length === 2 && {rows}.every((row) => row.textContent.includes('Refunded'))")
    tab.until(has("Refunded in part", "document.querySelector('.card-head')"))
    settle(tab)
    found += look(tab, "payment")

    product.enter(tab, "customer", f"/orders/{order}")
    tab.until(has("Requested by the customer"))
    tab.until(has("Refunded in part"))
    tab.run("localStorage.setItem('metaia:language', 'hi')")
    product.enter(tab, "customer", f"/orders/{order}")
    tab.until(has("आंशिक वापसी"))
    tab.until(has("ग्राहक का अनुरोध"))
    found += look(tab, "order-refunded-hindi")
    tab.run("localStorage.removeItem('metaia:language')")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_a_declined_payment_is_paid_again_and_the_other_tab_follows(
    product: Product, browser, tab: Tab
) -> None:
    order = place(product, tab)
    other = browser.open()
    product.enter(other, "customer", f"/orders/{order}")
    to_provider(tab)
    press(tab, "document", "Decline")
    tab.until(has("Failed"))
    other.until(has("Failed"))
    to_provider(tab)
    tab.click("document.querySelector('button')")
    tab.until(has("To pay₹0.00"))
    other.until(has("To pay₹0.00"))
    assert errors(other) == []
    other.close()
