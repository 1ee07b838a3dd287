"""Staff's restrictions of users in the console: listed, set with a reason and an end, changed, lifted."""

from __future__ import annotations

import json

import pytest

from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_files import fill, press
from tests.console.browser.test_files_access import faults, speak
from tests.console.browser.test_groups import OPEN, named, tick
from tests.console.browser.test_money import DIALOG, has_text
from tools.chromium import Tab

pytestmark = pytest.mark.browser


def test_staff_restricts_a_user_and_lets_it_write_again(product: Product, tab: Tab) -> None:
    name = named(product, "customer2")
    card = "[...document.querySelectorAll('main .card')].at(-1)"
    product.enter(tab, "support", "/desk/reports")
    press(tab, card, "Restrict a user")
    tab.until(f"{OPEN}?.querySelector('.partner')")
    found = faults(tab, "restricting a user")
    confirm = f"{DIALOG}.querySelector('footer .danger')"
    fill(tab, "Reason", "Advertises other shops.")
    assert tab.run(f"{confirm}.disabled")  # no user is chosen
    tab.run(f"{DIALOG}.querySelector('input[type=search]').focus()")
    tab.send("Input.insertText", text=name)
    tick(tab, name)
    tab.until(f"!{confirm}.disabled")
    tab.run(f"{confirm}.click()")
    row = (
        f"[...({card}).querySelectorAll('tbody tr')].find((e) => e.textContent.includes({json.dumps(name)}))"
    )
    tab.until(row)
    found += faults(tab, "restrictions")
    speak(tab, "hi")
    tab.until(has_text("रोके गए उपयोगकर्ता"))
    found += faults(tab, "restrictions in Hindi")
    speak(tab, "en")
    [listed] = product.call("support", "GET", "/api/admin/chat/restrictions")["restrictions"]
    assert listed["until"]
    tab.until(row)
    tab.run(f"{row}.focus()")
    tab.press("Enter")
    tab.until(OPEN)
    found += faults(tab, "a restriction")
    until = f"{DIALOG}.querySelector('input[type=datetime-local]')"
    tab.run(f"{until}.focus()")
    change = "Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set"
    for given, refused in (("2001-01-01T00:00", True), ("", False)):
        tab.run(
            f"{change}.call({until}, '{given}'); {until}.dispatchEvent(new Event('input', {{bubbles: true}}))"
        )
        tab.until(f"{confirm}.disabled === {json.dumps(refused)}")
    tab.run(f"{confirm}.click()")
    tab.until(f"!{DIALOG} && {row}?.textContent.includes('For good')")
    [listed] = product.call("support", "GET", "/api/admin/chat/restrictions")["restrictions"]
    assert listed["until"] is None
    tab.run(f"{row}.click()")
    press(tab, DIALOG, "Lift")
    tab.until(f"!{DIALOG} && !{row}")
    assert product.call("support", "GET", "/api/admin/chat/restrictions")["restrictions"] == []
    assert found == [], "\n".join(found)
    assert errors(tab) == []
