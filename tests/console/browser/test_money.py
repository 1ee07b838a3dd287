"""Money in the console: one's own account for everyone, and the books for staff."""

from __future__ import annotations

import json

import pytest

from metaia.core.ids import new_id
from tests.console.browser.pictures import errors
from tests.console.browser.product import Product, settle
from tests.console.browser.test_files import fill, press
from tests.console.browser.test_files_access import LANGUAGES, faults, reached, speak
from tools.chromium import Tab

pytestmark = pytest.mark.browser
ADJUSTMENTS = "/api/admin/finance/adjustments"
DIALOG = "document.querySelector('dialog')"
WORKER_SECONDS = 60


def earn(product: Product, login: str, amount: float) -> str:
    """Let a demo person have money in the books, by an adjustment of two admins; return the id of the posting."""
    user_id = product.call(login, "GET", "/api/auth/me")["user"]["id"]
    lines = [
        {"kind": "bank", "owner": "house", "amount": amount},
        {"kind": "partner", "owner": user_id, "amount": -amount},
    ]
    body = {"lines": lines, "currency": "INR", "reason": "money for a test"}
    answer = product.http.post(
        product.url + ADJUSTMENTS,
        json=body,
        headers={"Authorization": product.token("admin"), "Idempotency-Key": new_id()},
        timeout=30,
    )
    made = answer.json()["data"]["adjustment"]["id"]
    decided = product.call("super", "POST", f"{ADJUSTMENTS}/{made}/approve", {"reason": "right"})
    return str(decided["adjustment"]["postingId"])


def has_text(text: str) -> str:
    """Return the JavaScript expression of whether the page shows a text."""
    return f"document.querySelector('main').textContent.includes({json.dumps(text)})"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("login", ["tailor", "customer", "delivery"])
def test_money_is_shown_to_everyone(product: Product, tab: Tab, login: str, language: str) -> None:
    earn(product, login, 1250.5)
    product.enter(tab, login, "/money")
    speak(tab, language)
    tab.until("document.querySelectorAll('tbody tr').length >= 2")  # a statement and a transaction
    found = faults(tab, f"money of {login}")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_new_money_appears_and_is_filtered(product: Product, tab: Tab) -> None:
    earn(product, "vendor", 333.25)
    product.enter(tab, "vendor", "/money")
    tab.until(has_text("₹333.25"))
    tab.run("document.querySelector('.filters select').value = 'payout'")
    tab.run("document.querySelector('.filters select').dispatchEvent(new Event('change', { bubbles: true }))")
    rows = "[...document.querySelectorAll('tbody tr')]"
    tab.until(f"!{rows}.some((row) => row.textContent.includes('Adjustment by staff'))")
    assert errors(tab) == []


def test_a_statement_is_downloaded_by_keyboard(product: Product, tab: Tab) -> None:
    earn(product, "tailor", 10)
    product.enter(tab, "tailor", "/money")
    rupees = 'document.querySelector(\'[aria-label^="Download"][aria-label*="INR"]\')'
    tab.until(rupees)
    tab.run("URL.createObjectURL = (file) => ((window.file = file), 'blob:none')")
    tab.run("HTMLAnchorElement.prototype.click = function () { window.name = this.download; }")
    label = tab.run(f"{rupees}.getAttribute('aria-label')")
    reached(tab, label)
    tab.press("Enter")
    tab.until("window.file?.size > 0")
    assert tab.run("window.file.type").startswith("text/csv")
    assert tab.run("window.name").endswith("-INR.csv")
    assert "Opening balance" in tab.run("window.file.text()")
    assert errors(tab) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_books_are_shown_to_staff(product: Product, tab: Tab, language: str) -> None:
    earn(product, "tailor", 75)
    product.enter(tab, "admin", "/books")
    speak(tab, language)
    tab.until("document.querySelector('tbody tr')")
    found = []
    for number, part in enumerate(("accounts", "postings", "adjustments", "findings")):
        tab.run(f"document.querySelectorAll('.chip')[{number}].click()")
        settle(tab)
        tab.until(f"document.querySelectorAll('.chip')[{number}].getAttribute('aria-pressed') === 'true'")
        found += faults(tab, part)
        if part in ("postings", "adjustments"):
            tab.until("document.querySelector('tbody tr.opens')")
            tab.run("document.querySelector('tbody tr.opens').click()")
            tab.until(f"{DIALOG}?.open && !{DIALOG}.querySelector('.skeleton')")
            found += faults(tab, f"dialog of {part}")
            tab.press("Escape")
            tab.until(f"!{DIALOG}")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_two_admins_make_an_adjustment_and_reverse_it(product: Product, tab: Tab) -> None:
    reason = f"a mistake {new_id()[-8:]}"
    product.enter(tab, "admin", "/books")
    press(tab, "document", "Adjustments")
    press(tab, "document", "Request an adjustment")
    tab.until(f"{DIALOG}?.open")
    for number, amount in enumerate(("25", "-25")):
        tab.run(f"{DIALOG}.querySelectorAll('input[inputmode=decimal]')[{number}].focus()")
        tab.send("Input.insertText", text=amount)
    fill(tab, "Reason", reason)
    press(tab, DIALOG, "Request")
    tab.until(f"!{DIALOG} && {has_text(reason)}")
    product.enter(tab, "super", "/books")
    press(tab, "document", "Adjustments")
    tab.until(has_text(reason))
    row = f"[...document.querySelectorAll('tbody tr')].find((e) => e.textContent.includes({json.dumps(reason)}))"
    tab.run(f"{row}.click()")
    fill(tab, "Reason", "right")
    press(tab, DIALOG, "Approve")
    tab.until(f"!{DIALOG} && {row}.textContent.includes('Approved')")
    press(tab, "document", "Postings")
    tab.until("document.querySelector('tbody tr')?.textContent.includes('adjust:')")
    tab.run("document.querySelector('tbody tr').click()")
    tab.until(f"{DIALOG}?.querySelectorAll('.chain li').length === 2")
    fill(tab, "Reason", "it was none")
    press(tab, DIALOG, "Reverse")
    tab.until(f"!{DIALOG} && document.querySelector('tbody tr').textContent.includes('reverse:')")
    assert errors(tab) == []


def test_an_admin_runs_the_auditor(product: Product, tab: Tab) -> None:
    product.enter(tab, "admin", "/books")
    press(tab, "document", "Findings")
    press(tab, "document", "Run the auditor")
    tab.until(has_text("the books add up"), WORKER_SECONDS)
    tab.until(f"{has_text('Last run')} && !{has_text('is running')}", WORKER_SECONDS)
    assert errors(tab) == []


def test_support_reads_the_books_and_changes_nothing(product: Product, tab: Tab) -> None:
    earn(product, "tailor", 5)
    product.enter(tab, "support", "/books")
    press(tab, "document", "Postings")
    tab.until("document.querySelector('tbody tr.opens')")
    tab.run("document.querySelector('tbody tr.opens').click()")
    tab.until(f"{DIALOG}?.querySelector('.chain li')")
    assert not tab.run(f"[...{DIALOG}.querySelectorAll('button')].some((e) => e.textContent === 'Reverse')")
    assert errors(tab) == []
