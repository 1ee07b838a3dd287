"""The time machine in the console: calls of vendors, what they state and did, dry runs, and refusals."""

from __future__ import annotations

import json
import random

import pytest
import requests

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.console.browser.product import Product, settle
from tests.console.browser.test_files import press
from tests.console.browser.test_pages import faults
from tests.console.browser.test_staff import TEXT, picture
from tests.providers.payments.stubs import razorpay
from tools.chromium import Tab

pytestmark = pytest.mark.browser
DIALOG = "document.querySelector('dialog[open]')"
# A replay as the API answers it, with all that the dialog can show.
SHOWN: Json = {
    "id": new_id(), "dryRun": True, "state": "done", "error": None, "left": 0, "calls": 2, "newFacts": 3,
    "createdAt": "2026-11-28T04:00:00Z", "doneAt": "2026-11-28T04:00:00Z",
    "changes": [
        {
            "subject": "payment:razorpay:order_00000000000001", "field": "status",
            "before": "created", "after": "completed",
        },
        {"subject": "account:gateway:razorpay:INR", "field": "balance", "before": 1250.5, "after": 2250.5},
    ],
    "postings": [
        {
            "key": "captured:razorpay:pay_00000000000001", "kind": "captured", "subject": "payment-new",
            "lines": [
                {"kind": "gateway", "owner": "razorpay", "currency": "INR", "amount": 1000},
                {"kind": "suspense", "owner": "razorpay", "currency": "INR", "amount": -1000},
            ],
        },
    ],
    "wouldTell": [{"channel": "event", "type": "payment.updated", "subject": "payment-new", "to": ["admin-room"]}],
    "failed": [{"id": new_id(), "because": "its content is not stored any more"}],
}  # fmt: skip


def send(product: Product, secret: str = razorpay.WEBHOOK_SECRET) -> Json:
    """Send a captured payment as Razorpay does, and return it."""
    books = razorpay.Books(random.randrange(10**12))
    number = f"order_{random.randrange(10**14):014}"
    books.orders[number] = {
        "id": number,
        "amount": 129_900,
        "currency": "INR",
        "status": "created",
        "receipt": "",
    }
    paid = books.pay(number)
    body, signature = books.webhook("payment.captured", secret, payment=paid)
    headers = {"Content-Type": "application/json", "X-Razorpay-Signature": signature}
    answer = requests.post(f"{product.url}/api/webhooks/razorpay", body, headers=headers, timeout=30)
    assert answer.status_code == (204 if secret == razorpay.WEBHOOK_SECRET else 401), answer.text
    return paid


def listed(product: Product, payment: str) -> str:
    """Return the id of the call about a payment, once it is processed."""
    for _ in range(100):
        calls = product.call("admin", "GET", f"/api/admin/webhooks?q={payment}&state=digested")["webhooks"]
        if calls:
            return str(calls[0]["id"])
    raise AssertionError("not processed")


def type_into(tab: Tab, label: str, text: str) -> None:
    tab.run(f"document.querySelector('input[aria-label=\"{label}\"]').focus()")
    tab.send("Input.insertText", text=text)


def key(tab: Tab, name: str, code: int) -> None:
    text = {"text": "\r"} if name == "Enter" else {}
    for kind, more in (("keyDown", text), ("keyUp", {})):
        tab.send("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, **more)


def test_a_call_is_found_opened_by_keyboard_and_run_dry(product: Product, tab: Tab) -> None:
    paid = send(product)
    listed(product, paid["id"])
    product.enter(tab, "admin", "/webhooks")
    type_into(tab, "Id in it", paid["id"])
    tab.until("document.querySelectorAll('tr.opens').length === 1")
    found = faults(tab, "webhooks")
    picture(tab, "webhooks")
    tab.run("document.querySelector('tr.opens').focus()")
    key(tab, "Enter", 13)
    tab.until(
        f"location.pathname.includes('/webhooks/') && {TEXT}.includes('captured:razorpay:{paid['id']}')"
    )
    settle(tab)
    assert "₹1,299" in tab.run(TEXT)
    found += faults(tab, "a webhook")
    picture(tab, "webhook")
    tab.run("[...document.querySelectorAll('button')].find((e) => e.textContent === 'Dry run').focus()")
    key(tab, "Enter", 13)
    tab.until(f"{DIALOG}?.innerText.includes('Nothing changes.')")
    found += faults(tab, "a dry run without changes")
    press(tab, DIALOG, "Replay 1 now")
    tab.until(f"{DIALOG}.innerText.includes('Replayed')")
    key(tab, "Escape", 27)
    tab.until(f"!{DIALOG}")
    tab.until("document.activeElement.textContent === 'Dry run'")
    assert product.call("admin", "GET", f"/api/admin/webhooks?q={paid['id']}")["webhooks"][0]["replayed"] == 1
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("language", ["en", "hi"])
def test_a_dry_run_shows_the_difference(product: Product, tab: Tab, language: str) -> None:
    call = listed(product, send(product)["id"])
    product.enter(tab, "admin", f"/webhooks/{call}")
    tab.run(f"localStorage.setItem('metaia:language', '{language}')")
    product.enter(tab, "admin", f"/webhooks/{call}")
    answer = json.dumps({"status": "success", "data": {"replay": SHOWN}})
    tab.run(
        "window.fetched = window.fetch; window.fetch = (to, ...rest) => String(to.url ?? to).endsWith('/replay')"
        f" ? Promise.resolve(new Response({json.dumps(answer)}, {{headers: {{'Content-Type': 'application/json'}}}}))"
        " : fetched(to, ...rest)"
    )
    press(tab, "document", "Dry run" if language == "en" else "परीक्षण")
    tab.until(f"{DIALOG}?.innerText.includes('captured:razorpay:pay_00000000000001')")
    text = tab.run(f"{DIALOG}.innerText")
    for part in ("completed", "2250.5", "payment.updated", "admin-room", "not stored any more"):
        assert part in text
    found = faults(tab, f"a dry run in {language}")
    picture(tab, f"dry-run-{language}")
    tab.run("localStorage.removeItem('metaia:language')")
    assert found == [], "\n".join(found)


def test_support_sees_refusals_and_no_replay(product: Product, tab: Tab) -> None:
    send(product, secret="not the secret")
    call = listed(product, send(product)["id"])
    product.enter(tab, "support", "/webhooks/refusals")
    tab.until(f"{TEXT}.includes('wrong signature')")
    found = faults(tab, "refusals")
    picture(tab, "refusals")
    product.enter(tab, "support", f"/webhooks/{call}")
    tab.until(f"{TEXT}.includes('What it states')")
    assert not tab.run("[...document.querySelectorAll('button')].some((e) => e.textContent === 'Dry run')")
    assert found == [], "\n".join(found)


def test_a_super_admin_reads_the_body(product: Product, tab: Tab) -> None:
    paid = send(product)
    product.enter(tab, "super", f"/webhooks/{listed(product, paid['id'])}")
    press(tab, "document", "Body")
    tab.until(f"{DIALOG}?.innerText.includes('{paid['id']}')")
    found = faults(tab, "a body")
    assert found == [], "\n".join(found)
