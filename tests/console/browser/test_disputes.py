"""Disputes and settlements in the console: contested with evidence, accepted; imported and compared."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import requests

from metaia.core.json import Json
from tests.console.browser.pictures import choose, errors, picture
from tests.console.browser.product import Product
from tests.console.browser.test_files import fill, press
from tests.console.browser.test_files_access import faults, speak
from tests.console.browser.test_money import DIALOG, has_text
from tests.console.browser.test_payouts import row
from tests.providers.payments.stubs import razorpay
from tools.chromium import Tab

pytestmark = pytest.mark.browser
HEADER = "entity_id,type,debit,credit,amount,currency,fee,created_at,settlement_id"
BADGE = "document.querySelector('.card-head')"


def disputed(product: Product, amount: int) -> tuple[Json, Json]:
    """Let Razorpay state a captured payment and a dispute about it; return both."""
    books = razorpay.Books(random.randrange(10**12))
    number = f"order_{random.randrange(10**14):014}"
    books.orders[number] = {
        "id": number, "amount": amount, "currency": "INR", "status": "created", "receipt": "",
    }  # fmt: skip
    paid = books.pay(number)
    dispute = books.disputed(paid, amount)
    stated: tuple[tuple[str, dict[str, Json]], ...] = (
        ("payment.captured", {"payment": paid}),
        ("payment.dispute.created", {"payment": paid, "dispute": dispute}),
    )
    for event, entities in stated:
        body, signature = books.webhook(event, razorpay.WEBHOOK_SECRET, **entities)
        headers = {"Content-Type": "application/json", "X-Razorpay-Signature": signature}
        answer = requests.post(f"{product.url}/api/webhooks/razorpay", body, headers=headers, timeout=30)
        assert answer.status_code == 204, answer.text
    return paid, dispute


def type_into(tab: Tab, selector: str, text: str) -> None:
    """Type a text into a field of the open dialog."""
    tab.run(f"{DIALOG}.querySelector('{selector}').focus()")
    tab.send("Input.insertText", text=text)


def test_a_dispute_is_contested_with_evidence(product: Product, tab: Tab, tmp_path: Path) -> None:
    disputed(product, 321_00)
    product.enter(tab, "admin", "/payments/disputes")
    tab.until(row("₹321.00"))
    found = faults(tab, "disputes")
    tab.run(f"{row('₹321.00')}.focus()")
    tab.press("Enter")
    press(tab, "document", "Contest the dispute")
    tab.until(f"{DIALOG}?.open")
    type_into(tab, "textarea", "The shirt was delivered on Monday.\nThe customer has signed.")
    assert tab.run(f"{DIALOG}.querySelector('footer .primary').disabled")  # Razorpay requires a document
    choose(tab, tmp_path, {"receipt.png": picture()}, "dialog input[type=file]")
    tab.until(f"{DIALOG}.querySelector('li')?.textContent.includes('receipt.png')")
    found += faults(tab, "evidence")
    press(tab, DIALOG, "Contest the dispute")
    tab.until(f"!{DIALOG} && {has_text('Contested')} && {has_text('The customer has signed.')}")
    found += faults(tab, "a dispute")
    speak(tab, "hi")
    tab.until(has_text("विरोध किया"))
    found += faults(tab, "a dispute in Hindi")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_a_dispute_is_accepted_by_an_admin_and_not_by_support(product: Product, tab: Tab) -> None:
    disputed(product, 654_00)
    for login in ("support", "admin"):
        product.enter(tab, login, "/payments/disputes")
        tab.until(row("₹654.00"))
        tab.run(f"{row('₹654.00')}.click()")
        tab.until(f"{BADGE}?.textContent.includes('Open')")
        buttons = tab.run("document.querySelectorAll('main .columns button').length")
        assert buttons == (2 if login == "admin" else 0)
    press(tab, "document", "Accept the dispute")
    press(tab, DIALOG, "Accept the dispute")
    tab.until(f"!{DIALOG} && {has_text('Accepted')}")
    assert errors(tab) == []


def test_a_settlement_is_imported_and_compared(product: Product, tab: Tab) -> None:
    paid, _ = disputed(product, 100_00)
    line = f"{paid['id']},payment,0,9800,10000,INR,200,{paid['created_at']},setl_{random.randrange(10**9)}"
    product.enter(tab, "admin", "/payments/settlements")
    press(tab, "document", "Import a settlement")
    tab.until(f"{DIALOG}?.open")
    type_into(tab, "textarea", f"{HEADER}\nthis,is,no,line")
    press(tab, DIALOG, "Import")
    tab.until(f"{DIALOG}.querySelector('[role=alert]')?.textContent.includes('Row 1')")
    found = faults(tab, "import refused")
    tab.run(f"{DIALOG}.querySelector('textarea').select()")
    type_into(tab, "textarea", f"{HEADER}\n{line}")
    press(tab, DIALOG, "Import")
    tab.until(f"!{DIALOG} && {has_text('Matched 1')}")
    tab.run("document.querySelector('input[type=date]').value = '2026-01-10'")
    tab.run("document.querySelector('input[type=date]').dispatchEvent(new Event('input', { bubbles: true }))")
    tab.until(f"{row(paid['id'])}?.textContent.includes('Matched')")
    found += faults(tab, "settlements")
    press(tab, "document", "Record a return")
    fill(tab, "Id of the settlement", line.rsplit(",", 1)[1])
    found += faults(tab, "return of a settlement")
    press(tab, DIALOG, "Book it back")
    tab.until(f"!{DIALOG}")
    speak(tab, "hi")
    found += faults(tab, "settlements in Hindi")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert [one for one in errors(tab) if "422" not in one] == []
