"""Around bookings in the console: waiting list, feed and figures; and the cash of couriers."""

from __future__ import annotations

import pytest

from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_files import fill, press
from tests.console.browser.test_files_access import faults, speak
from tests.console.browser.test_money import DIALOG, has_text
from tests.console.browser.test_payouts import row
from tools.chromium import Tab

pytestmark = pytest.mark.browser


def test_a_customer_waits_for_a_time_and_stops(product: Product, tab: Tab) -> None:
    product.enter(tab, "customer", "/bookings/waiting")
    tab.until(has_text("You wait for nothing."))
    found = faults(tab, "empty waiting list")
    tab.until("!document.querySelector('.card-tools .primary').disabled")
    press(tab, "document", "Wait for a time")
    tab.until(f"{DIALOG}?.open")
    found += faults(tab, "a new entry")
    press(tab, DIALOG, "Wait for a time")
    tab.until(f"!{DIALOG} && document.querySelector('.waiting li')")
    assert len(product.call("customer", "GET", "/api/bookings/waitlist")["waits"]) == 1
    found += faults(tab, "waiting list")
    speak(tab, "hi")
    tab.until(has_text("प्रतीक्षा सूची"))
    speak(tab, "en")
    state = product.call("customer", "GET", "/api/bookings/waitlist")["waits"][0]["state"]
    if state == "waiting":  # else a free time was offered by a job
        press(tab, "document", "Stop waiting")
        tab.until(has_text("Ended"))
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_the_address_of_a_feed_is_shown_once_and_ended(product: Product, tab: Tab) -> None:
    product.enter(tab, "vet", "/bookings/feed")
    tab.until(has_text("Get a new address"))
    press(tab, "document", "Get a new address")
    tab.until("document.querySelector('.preview .mono')?.textContent.endsWith('.ics')")
    found = faults(tab, "address of a feed")
    address = tab.run("document.querySelector('.preview .mono').textContent")
    path = "/calendar/" + address.rpartition("/")[2]
    assert product.http.get(product.url + path, timeout=30).text.startswith("BEGIN:VCALENDAR")
    press(tab, "document", "End the address")
    tab.until("!document.querySelector('.preview')")
    assert not product.http.get(product.url + path, timeout=30).ok
    assert found == [], "\n".join(found)
    assert errors(tab) == []


@pytest.mark.parametrize("login", ["vet", "admin"])
def test_figures_of_bookings_are_shown(product: Product, tab: Tab, login: str) -> None:
    product.enter(tab, login, "/bookings/figures")
    tab.until("document.querySelector('.numbers') || document.querySelector('.empty')")
    found = faults(tab, f"figures of {login}")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_an_admin_records_cash_that_a_courier_hands_over(product: Product, tab: Tab) -> None:
    courier = product.call("delivery", "GET", "/api/auth/me")["user"]["id"]
    _carry(product, courier)
    product.enter(tab, "admin", "/books/cash")
    press(tab, row("₹"), "Record a handover")
    tab.until(f"{DIALOG}?.open")
    carried = tab.run(f"Number({DIALOG}.querySelector('input').max)")
    fill(tab, "Counted, in INR", str(carried + 1))
    tab.until(f"{DIALOG}.querySelector('footer .primary').disabled")
    fill(tab, "Counted, in INR", str(carried - 1))
    fill(tab, "Missing, in INR", "1")
    found = faults(tab, "a handover")
    press(tab, DIALOG, "Record a handover")
    tab.until(f"!{DIALOG} && {row('₹1.00')}")
    found += faults(tab, "cash of couriers")
    cash = product.call("delivery", "GET", "/api/finance/cash")["cash"]
    assert {each["inHand"] for each in cash if each["currency"] == "INR"} <= {0}
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def _carry(product: Product, courier: str) -> None:
    """Let the courier collect the cash of a delivered order."""
    partner = product.call("tailor", "GET", "/api/auth/me")["user"]["id"]
    items = [{"name": "Linen shirt", "quantity": 1, "price": 500}]
    body = {"partnerId": partner, "items": items, "paymentMethod": "cod"}
    order = product.call("customer", "POST", "/api/orders", body)["order"]
    for login, action, given in (
        ("tailor", "accept", {"estimatedTime": 20}),
        ("tailor", "prepare", {}),
        ("tailor", "ready", {}),
        ("admin", "assign", {"deliveryPartnerId": courier}),
        ("delivery", "dispatch", {}),
        ("delivery", "deliver", {}),
    ):
        product.call(login, "PATCH", f"/api/orders/{order['id']}/{action}", given)
