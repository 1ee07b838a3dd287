"""Bookings in the console: customers book, move and cancel; partners answer and set hours; free times are live."""

from __future__ import annotations

import json

import pytest

from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_files import fill, press
from tests.console.browser.test_files_access import faults, reached, speak
from tests.console.browser.test_money import DIALOG, has_text
from tests.console.browser.test_payouts import row
from tools.chromium import Session, Tab

pytestmark = pytest.mark.browser
TIMES = "[...document.querySelectorAll('.times button')]"
MAIN_TIMES = "[...document.querySelectorAll('main .times button')]"
TAKEN = 409


def choose(tab: Tab, service: str) -> None:
    """Choose a service on the page of a new booking, and wait for its free times."""
    label = f"[...document.querySelectorAll('.partner')].find((e) => e.textContent.includes({json.dumps(service)}))"
    tab.until(label)
    tab.run(f"{label}.querySelector('input').click()")
    tab.until(f"{MAIN_TIMES}.length > 0")


def test_a_time_is_booked_moved_and_cancelled(product: Product, tab: Tab) -> None:
    product.enter(tab, "customer", "/bookings")
    tab.until("document.querySelector('tbody tr')")
    found = faults(tab, "bookings of a customer")
    product.enter(tab, "customer", "/bookings/new")
    choose(tab, "Check-up")
    found += faults(tab, "free times")
    first = tab.run(f"{MAIN_TIMES}[0].textContent.trim()")
    reached(tab, first)
    tab.press("Enter")
    tab.until(f"{DIALOG}?.open")
    fill(tab, "Notes", "He is afraid of dryers.")
    found += faults(tab, "what is booked")
    press(tab, DIALOG, "Book")
    tab.until(f"!{DIALOG} && {has_text('He is afraid of dryers.')} && {has_text('Confirmed')}")
    found += faults(tab, "a booking")
    press(tab, "document", "Move")
    tab.until(f"{DIALOG}?.open && {TIMES}.length > 3")
    tab.run(f"{TIMES}[3].click()")
    tab.until(f"{DIALOG}.textContent.includes('New time:')")
    found += faults(tab, "another time")
    press(tab, DIALOG, "Move")
    tab.until(f"!{DIALOG} && {has_text('Moved')}")
    press(tab, "document", "Cancel the booking")
    tab.until(f"{DIALOG}?.textContent.includes('₹')")  # what it costs
    found += faults(tab, "what cancelling costs")
    press(tab, DIALOG, "Cancel the booking")
    tab.until(f"!{DIALOG} && document.querySelector('.card-head .badge').textContent === 'Cancelled'")
    speak(tab, "hi")
    tab.until(has_text("समयरेखा"))
    found += faults(tab, "a booking in Hindi")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_a_time_that_is_taken_disappears(product: Product, browser: Session, tab: Tab) -> None:
    other = browser.open()
    product.enter(tab, "customer", "/bookings/new")
    product.enter(other, "customer2", "/bookings/new")
    for page in (tab, other):
        choose(page, "Check-up")
    first = tab.run(f"{MAIN_TIMES}[0].textContent")
    before = other.run(f"{MAIN_TIMES}.length")
    tab.run(f"{MAIN_TIMES}[0].click()")
    press(tab, DIALOG, "Book")
    tab.until("location.pathname.match(/bookings.[0-9a-f-]{36}$/)")
    other.until(f"{MAIN_TIMES}.length < {before} && {MAIN_TIMES}[0].textContent !== {json.dumps(first)}")
    assert errors(other) == []
    other.close()


def test_a_partner_answers_and_sets_services_and_hours(product: Product, tab: Tab) -> None:
    product.enter(tab, "vet", "/bookings")
    tab.until("document.querySelector('.waiting li') && document.querySelector('.agenda')")
    found = []
    for view in ("Week", "Day"):
        press(tab, "document", view)
        found += faults(tab, f"calendar by {view.lower()}")
    press(tab, "document", "Week")
    waits = tab.run("document.querySelectorAll('.waiting li').length")
    press(tab, "document.querySelector('.waiting')", "Confirm")
    tab.until(f"document.querySelectorAll('.waiting li').length === {waits - 1} || {waits} === 1")

    product.enter(tab, "vet", "/bookings/services")
    press(tab, "document", "New service")
    tab.until(f"{DIALOG}?.open")
    fill(tab, "Name", "Nail trim")
    fill(tab, "Price", "150")
    found += faults(tab, "a new service")
    press(tab, DIALOG, "Save")
    tab.until(f"!{DIALOG} && {row('Nail trim')}")
    found += faults(tab, "services")

    product.enter(tab, "vet", "/bookings/hours")
    tab.until("document.querySelectorAll('.pairs').length === 7")
    press(tab, "document", "Add a date")
    fill(tab, "Note (optional)", "A holiday")
    found += faults(tab, "a date with other hours")
    press(tab, DIALOG, "Save")
    tab.until(f"!{DIALOG} && {has_text('A holiday')}")
    found += faults(tab, "hours")
    speak(tab, "hi")
    found += faults(tab, "hours in Hindi")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_staff_see_all_bookings_and_support_changes_none(product: Product, tab: Tab) -> None:
    product.enter(tab, "support", "/bookings")
    tab.until("document.querySelector('tbody tr')")
    found = faults(tab, "bookings for staff")
    tab.run("document.querySelector('tbody tr').click()")
    tab.until("document.querySelector('.timeline li')")
    assert tab.run("document.querySelectorAll('main .actions button').length") == 0
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_a_booking_is_paid_in_advance(product: Product, tab: Tab) -> None:
    body = {"name": "Dental cleaning", "durationMinutes": 60, "price": 2500, "payment": "full"}
    product.call("vet", "POST", "/api/services", body)
    product.enter(tab, "customer2", "/bookings/new")
    choose(tab, "Dental cleaning")
    tab.run(f"{MAIN_TIMES}.at(-1).click()")
    press(tab, DIALOG, "Book")
    tab.until(f"{has_text('Held for payment')} && document.querySelector('main .primary.wide')")
    found = faults(tab, "a booking to pay")
    tab.run("document.querySelector('main .primary.wide').click()")
    tab.until("location.pathname.startsWith('/demo-payments/') && document.querySelector('button')")
    tab.click("document.querySelector('button')")
    tab.until("location.pathname.includes('/bookings/') && document.querySelector('.card-head .badge.green')")
    tab.until(f"{has_text('Confirmed')} && {has_text('Paid')} && !location.search")
    assert found == [], "\n".join(found)
    assert errors(tab) == []
