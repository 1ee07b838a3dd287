"""Groups in the console: made by a partner, renamed, with people that come and go."""

from __future__ import annotations

import json

import pytest

from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_chat import bubble, write
from tests.console.browser.test_files import fill, press
from tests.console.browser.test_files_access import FOCUSED, faults, speak
from tests.console.browser.test_money import DIALOG
from tools.chromium import Session, Tab

pytestmark = pytest.mark.browser
TITLE = "document.querySelector('.chat-title h2')?.textContent.trim()"
MENU = "document.querySelector('.chat-one .card-tools .menu')"
OPEN = "document.querySelector('dialog[open]')"


def named(product: Product, login: str) -> str:
    name: str = product.call(login, "GET", "/api/auth/me")["user"]["name"]
    return name


def tick(tab: Tab, name: str) -> None:
    """Choose a user in the open dialog."""
    one = f"[...document.querySelectorAll('dialog .partner')].find((e) => e.textContent.includes({json.dumps(name)}))"
    tab.until(one)
    tab.run(f"{one}.querySelector('input').click()")


def open_group(tab: Tab, text: str = "Name and people") -> None:
    """Open the dialog of the group that is shown."""
    tab.until(MENU)
    tab.run(f"{MENU}.open = true")
    press(tab, MENU, text)
    tab.until(f"{OPEN} && !{OPEN}.querySelector('.skeleton')")


def test_a_partner_makes_renames_and_leaves_a_group(product: Product, browser: Session, tab: Tab) -> None:
    product.enter(tab, "tailor", "/chat")
    press(tab, "document", "New")
    tab.until(OPEN)
    press(tab, DIALOG, "New group")
    tab.until(f"{OPEN}?.querySelector('.partner input[type=checkbox]')")
    found = faults(tab, "a new group")
    fill(tab, "Name of the group", "Deliveries of Friday")
    tick(tab, named(product, "vendor"))
    press(tab, DIALOG, "Make the group")
    tab.until(f"{TITLE} === 'Deliveries of Friday'")
    other = browser.open()
    product.enter(other, "vendor", tab.run("location.pathname.replace(/^.console.[0-9]+/, '')"))
    tab.send("Page.bringToFront")
    write(tab, "Who drives?")
    other.until(bubble("Who drives?"))

    open_group(tab)
    found += faults(tab, "a group of one's own")
    fill(tab, "Name of the group", "Deliveries of Saturday")
    press(tab, DIALOG, "Change the name")
    other.until(f"{TITLE} === 'Deliveries of Saturday'")
    press(tab, DIALOG, "Add people")
    tab.until(f"{OPEN} && !{OPEN}.textContent.includes({json.dumps(named(product, 'vendor'))})")
    found += faults(tab, "people for a group")
    press(tab, DIALOG, "Back")
    press(tab, DIALOG, "Remove")
    other.until(
        "!document.querySelector('.chat-composer')"
    )  # it reads what was said until then, and writes no more
    tab.until(f"{DIALOG}.textContent.includes('People: 1')")
    tab.press("Escape")
    tab.until(f"!{DIALOG} && {FOCUSED}.matches('summary')")  # where it was opened

    speak(tab, "hi")
    open_group(tab, "नाम और लोग")
    found += faults(tab, "a group of one's own, in Hindi")
    tab.press("Escape")
    tab.until(f"!{DIALOG}")
    speak(tab, "en")
    open_group(tab)
    press(tab, DIALOG, "Leave the group")
    tab.until("location.pathname.endsWith('/chat')")
    tab.until(
        "![...document.querySelectorAll('.chat-row')].some((e) => e.textContent.includes('Deliveries of'))"
    )
    assert found == [], "\n".join(found)
    assert errors(tab) == []
    other.close()


def test_staff_adds_a_customer_to_a_group_and_customers_make_none(product: Product, tab: Tab) -> None:
    product.enter(tab, "customer", "/chat")
    press(tab, "document", "New")
    tab.until(OPEN)
    assert "New group" not in tab.run(f"{DIALOG}.textContent")
    product.enter(tab, "support", "/chat")
    press(tab, "document", "New")
    tab.until(OPEN)
    press(tab, DIALOG, "New group")
    fill(tab, "Name of the group", "A late order")
    fill(tab, "Search by name", named(product, "customer"))
    tick(tab, named(product, "customer"))
    press(tab, DIALOG, "Make the group")
    tab.until(f"{TITLE} === 'A late order'")
    [group] = product.call("customer", "GET", "/api/chat/conversations?kind=group")["conversations"]
    assert group["title"] == "A late order"
    product.enter(tab, "customer", f"/chat/{group['id']}")
    open_group(tab)
    assert tab.run(f"[...{DIALOG}.querySelectorAll('footer button')].map((e) => e.textContent)") == [
        "Leave the group",
        "Back",
    ]
    assert not tab.run(f"{DIALOG}.querySelector('input')")  # it may neither rename it nor add people
    assert errors(tab) == []
