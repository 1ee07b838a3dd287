"""What customers see of a shop besides its menu, and a courier without a network."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.console.browser import registry
from tests.console.browser.pictures import choose, errors, picture
from tests.console.browser.product import Product, settle
from tests.console.browser.test_files import press
from tests.console.browser.test_files_access import faults, speak
from tests.console.browser.test_money import DIALOG, has_text
from tests.console.browser.test_offers import type_in
from tools.chromium import Tab

pytestmark = pytest.mark.browser
ARROW = "new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true, cancelable: true})"
HANDLES = "document.querySelectorAll('.area .handle')"
BANNER = "[role=group][aria-label=Banner]"


def test_a_partner_shows_the_shop(product: Product, tab: Tab, tmp_path: Path) -> None:
    shop = registry.need_shop(product, "vendor")
    product.call("vendor", "PATCH", "/api/partners/me", {"bannerMediaId": None, "location": registry.PLACE})
    product.enter(tab, "vendor", "/shop/profile")
    choose(tab, tmp_path, {"banner.jpg": picture()}, f"{BANNER} input")
    tab.until(f"document.querySelector('{BANNER} .thumbnail img')")
    save = f"document.querySelector('{BANNER}').closest('.card')"
    press(tab, save, "Save")
    tab.until(f"document.querySelector('{BANNER} .thumbnail') && {save}.querySelector('.primary').disabled")

    press(tab, "document", "Add a date")
    tab.until(f"{DIALOG}?.open")
    found = faults(tab, "a date with other hours")
    type_date = f"{DIALOG}.querySelector('input[type=date]')"
    tab.run(f"{type_date}.focus()")
    tab.send("Input.insertText", text="12252026")
    press(tab, DIALOG, "Take over")
    tab.until("document.querySelector('.dates .date')")
    kinds = "[...document.querySelectorAll('select')].find((e) => [...e.options].some((o) => o.value === 'polygon'))"
    tab.run(f"{kinds}.value = 'polygon'; {kinds}.dispatchEvent(new Event('change', {{bubbles: true}}))")
    tab.until(f"{HANDLES}.length === 6")
    before = tab.run(f"{HANDLES}[1].getAttribute('aria-label')")
    tab.run(f"{HANDLES}[1].focus(); {HANDLES}[1].dispatchEvent({ARROW})")
    tab.until(
        f"{HANDLES}[1].getAttribute('aria-label') !== '{before}' && document.activeElement === {HANDLES}[1]"
    )
    found += faults(tab, "the profile of a shop")
    press(tab, f"{kinds}.closest('.card')", "Save")
    area = _own(product, lambda own: (own["deliverySettings"]["area"] or {}).get("kind") == "polygon")[
        "deliverySettings"
    ]["area"]
    assert len(area["points"]) == 6
    speak(tab, "hi")
    tab.until("document.querySelector('.area svg')")
    found += faults(tab, "the profile of a shop in Hindi")
    speak(tab, "en")

    saved = _own(product, lambda own: own["banner"] is not None)
    product.enter(tab, "customer", f"/shops/{shop['slug']}")
    tab.until(f"document.querySelector('img[src*=\"{saved['banner']['url'].split('/')[-2]}\"]')")
    tab.until("document.querySelector('.product')")
    found += faults(tab, "a shop with a picture")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def _own(product: Product, awaited: Callable[[Any], bool]) -> dict[str, Any]:
    """Return the vendor's profile as soon as it is as awaited."""
    deadline = time.monotonic() + 60
    while not awaited(profile := product.call("vendor", "GET", "/api/partners/me")["partner"]):
        assert time.monotonic() < deadline, profile
        time.sleep(0.2)
    return dict(profile)


def test_a_courier_hands_over_without_a_network(product: Product, tab: Tab) -> None:
    courier = product.call("delivery", "GET", "/api/auth/me")["user"]["id"]
    order = product.order()
    for login, action, body in (
        ("tailor", "accept", {}),
        ("tailor", "ready", {}),
        ("tailor", "assign", {"deliveryPartnerId": courier}),
    ):
        order = product.call(login, "PATCH", f"/api/orders/{order['id']}/{action}", body)["order"]
    product.enter(tab, "delivery", "/work")
    job = f"[...document.querySelectorAll('.job')].find((e) => e.textContent.includes('{order['orderNumber']}'))"
    tab.until(job)
    settle(tab)
    tab.set_offline(True)
    press(tab, job, "Picked up")
    tab.until(f"{job}.querySelector('[role=status]')?.textContent.includes('Picked up')")
    press(tab, job, "Hand over")
    tab.until(f"{DIALOG}?.open")
    press(tab, DIALOG, "Hand over")
    tab.until(f"{job}.querySelectorAll('[role=status]').length === 2")
    found = faults(tab, "a handover without a network")
    tab.set_offline(False)
    tab.until(f"!({job})?.querySelector('[role=status]')", 60)
    steps = product.call("tailor", "GET", f"/api/orders/{order['id']}/timeline")["timeline"]
    assert [step["action"] for step in steps[-2:]] == ["dispatch", "deliver"]
    assert all(step["occurredAt"] <= step["at"] for step in steps[-2:])
    assert found == [], "\n".join(found)


def test_staff_look_at_deliveries_near_a_place(product: Product, tab: Tab) -> None:
    product.enter(tab, "support", "/shops/deliveries")
    tab.until(has_text("Deliveries"))
    type_in(tab, "Near", "91, 181")
    tab.until("document.querySelector('.field.wrong')")
    type_in(tab, "Near", "9.98, 76.28")
    tab.until("!document.querySelector('.field.wrong')")
    status = "document.querySelector('main select')"
    tab.run(f"{status}.value = 'claimed'; {status}.dispatchEvent(new Event('change', {{bubbles: true}}))")
    tab.until("document.querySelector('main [role=switch]')")
    tab.run("document.querySelector('main [role=switch]').click()")
    settle(tab)
    found = faults(tab, "deliveries near a place")
    assert found == [], "\n".join(found)
    assert errors(tab) == []
