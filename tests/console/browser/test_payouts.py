"""Payouts and credit in the console: partners and customers request them, admins decide."""

from __future__ import annotations

import json

import pytest

from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_files import fill, press
from tests.console.browser.test_files_access import faults, reached, speak
from tests.console.browser.test_money import DIALOG, WORKER_SECONDS, earn, has_text
from tools.chromium import Tab

pytestmark = pytest.mark.browser

REQUESTS = "/api/finance/credit/requests"


def row(text: str) -> str:
    """Return the JavaScript expression of the row of a table that shows a text."""
    return (
        f"[...document.querySelectorAll('tbody tr')].find((e) => e.textContent.includes({json.dumps(text)}))"
    )


def open_row(tab: Tab, text: str) -> None:
    """Open the dialog of a row with the keyboard."""
    tab.until(row(text))
    tab.run(f"{row(text)}.focus()")
    tab.press("Enter")
    tab.until(f"{DIALOG}?.open")


def test_a_payout_is_requested_approved_and_paid(product: Product, tab: Tab) -> None:
    earn(product, "vet", 640.5)
    product.enter(tab, "vet", "/money")
    press(tab, "document", "Set the account")
    fill(tab, "Name of the holder", "Asha Rao")
    fill(tab, "Account number or IBAN", "12")
    fill(tab, "IFSC, BIC or routing number", "HDFC0001234")
    tab.until(f"{DIALOG}.querySelector('[role=alert]')")
    assert tab.run(f"{DIALOG}.querySelector('footer .primary').disabled")
    found = faults(tab, "payout account")
    fill(tab, "Account number or IBAN", "50100012345678")
    press(tab, DIALOG, "Save")
    tab.until(f"!{DIALOG} && {has_text('HDFC0001234 ••••5678')}")
    reached(tab, "Request a payout")
    tab.press("Enter")
    tab.until(f"{DIALOG}?.open")
    fill(tab, "Amount in INR", "600")
    found += faults(tab, "request of a payout")
    press(tab, DIALOG, "Request a payout")
    tab.until(f"!{DIALOG} && {row('₹600.00')}")
    found += faults(tab, "payouts of a partner")

    product.enter(tab, "admin", "/books/payouts")
    open_row(tab, "₹600.00")
    press(tab, DIALOG, "Show the account to pay to")
    tab.until(f"{DIALOG}.textContent.includes('50100012345678')")
    found += faults(tab, "decision on a payout")
    press(tab, DIALOG, "Approve")
    tab.until(f"!{DIALOG} && {row('₹600.00')}?.textContent.includes('Sent')", WORKER_SECONDS)
    open_row(tab, "₹600.00")
    assert tab.run(f"{DIALOG}.querySelectorAll('footer button:disabled').length") == 2
    fill(tab, "Reference", "UTR-1")
    press(tab, DIALOG, "It is paid")
    tab.until(f"!{DIALOG} && {row('₹600.00')}?.textContent.includes('Paid')")

    product.enter(tab, "vet", "/money")
    speak(tab, "hi")
    tab.until(f"{row('UTR-1')}?.textContent.includes('चुकाई गई')")
    found += faults(tab, "payouts in Hindi")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_credit_is_requested_and_granted(product: Product, tab: Tab) -> None:
    reason = "Suits for a wedding, each Monday."
    for earlier in product.call("customer2", "GET", REQUESTS)["requests"]:  # of the demo data
        if earlier["status"] == "pending":
            product.call("customer2", "POST", f"{REQUESTS}/{earlier['id']}/withdraw")
    product.enter(tab, "customer2", "/money")
    press(tab, "document", "Request credit")
    fill(tab, "Limit", "50000")
    fill(tab, "Reason", reason)
    found = faults(tab, "request of credit")
    press(tab, DIALOG, "Send")
    tab.until(f"!{DIALOG} && {row(reason)}?.textContent.includes('Waits for a decision')")
    found += faults(tab, "credit of a customer")

    product.enter(tab, "support", "/books/payouts")
    press(tab, "document", "Credit requests")
    open_row(tab, "₹50,000.00")
    tab.until(f"{DIALOG}.textContent.includes({json.dumps(reason)})")
    assert not tab.run(f"{DIALOG}.querySelector('footer')")
    tab.press("Escape")
    product.enter(tab, "admin", "/books/payouts")
    press(tab, "document", "Credit requests")
    found += faults(tab, "requests for credit")
    open_row(tab, "₹50,000.00")
    fill(tab, "Limit to grant, INR", "40000")
    fill(tab, "Reason", "Pays on time.")
    found += faults(tab, "decision on credit")
    press(tab, DIALOG, "Grant")
    tab.until(f"!{DIALOG} && {row('₹50,000.00')}?.textContent.includes('Approved')")

    product.enter(tab, "customer2", "/money")
    tab.until(f"{row(reason)}?.textContent.includes('₹40,000.00')")
    assert found == [], "\n".join(found)
    assert errors(tab) == []
