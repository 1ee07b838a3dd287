"""A bulk operation in the console: rows chosen in a list, a dry run, the confirmation by the number, the results."""

from __future__ import annotations

import json

import pytest

from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_files import fill, press
from tests.console.browser.test_files_access import faults, speak
from tests.console.browser.test_groups import OPEN
from tests.console.browser.test_money import DIALOG, has_text
from tools.chromium import Tab

pytestmark = pytest.mark.browser
BOXES = "document.querySelectorAll('main tbody input[type=checkbox]')"
MAIN = "document.querySelector('main')"
CONFIRM = f"{DIALOG}.querySelector('footer .danger')"


def test_an_admin_adds_a_note_to_chosen_orders(product: Product, tab: Tab) -> None:
    product.enter(tab, "admin", "/")
    tab.until("document.querySelector('main tbody tr')")
    press(tab, MAIN, "Choose several")
    tab.until(f"{BOXES}.length > 1")
    found = faults(tab, "choosing orders")
    tab.run(f"{BOXES}[0].click(), {BOXES}[1].click()")
    tab.until(has_text("2 chosen"))
    press(tab, MAIN, "Choose an action")
    tab.until(OPEN)
    action = f"{DIALOG}.querySelector('select')"
    tab.run(f"{action}.value = 'note', {action}.dispatchEvent(new Event('change', {{bubbles: true}}))")
    tab.until(f"{DIALOG}.querySelector('textarea')")
    fill(tab, "Message", "Checked by phone.")
    fill(tab, "Reason", "A browser has asked for it.")
    press(tab, DIALOG, "Show what would happen")
    tab.until(f"{DIALOG}.textContent.includes('2 items would be affected.') && {CONFIRM}?.disabled")
    found += faults(tab, "a dry run")
    fill(tab, "Type 2 to confirm", "2")
    tab.until(f"!{CONFIRM}.disabled")
    tab.run(f"{CONFIRM}.click()")
    tab.until(f"location.pathname.includes('/operations/') && {has_text('Completed')}")
    tab.until("document.querySelectorAll('main tbody tr').length === 2")
    found += faults(tab, "an operation")
    speak(tab, "hi")
    tab.until(has_text("परिणाम CSV में"))
    found += faults(tab, "an operation in Hindi")
    speak(tab, "en")
    [operation, *_] = product.call("admin", "GET", "/api/admin/operations")["operations"]
    assert (operation["state"], operation["done"], operation["failed"]) == ("completed", 2, 0)
    product.enter(tab, "admin", "/operations")
    tab.until(has_text("Orders: Add a note"))
    found += faults(tab, "operations")
    assert found == [], json.dumps(found, indent=1)
    assert errors(tab) == []


def test_support_sees_no_way_to_bulk_operations(product: Product, tab: Tab) -> None:
    product.enter(tab, "support", "/people")
    tab.until("document.querySelector('main tbody tr')")
    assert not tab.run(has_text("Choose several"))
    assert not tab.run("document.body.textContent.includes('Bulk operations')")
