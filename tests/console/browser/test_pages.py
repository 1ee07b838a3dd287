"""Every page of every role, wide and narrow: no errors, nothing beyond the edge, readable by screen readers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.console.browser import registry
from tests.console.browser.product import Product, settle
from tools.chromium import Tab

pytestmark = pytest.mark.browser
LOGINS = {
    "customer": "customer",
    "tailor": "tailor",
    "vendor": "vendor",
    "delivery": "delivery",
    "support": "support",
    "admin": "admin",
    "super": "super_admin",
}
SIZES = ((1280, False), (360, True))  # pixels, and whether dark
SERIOUS = {"serious", "critical"}
# Findings of axe in words: rule, element, reason.
AXE = """
axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => ({ id, impact, target: node.target.join(" "), why: node.failureSummary.slice(0, 300) }))))
"""
# What reaches beyond the right edge, the innermost elements.
BEYOND = """
document.documentElement.scrollWidth > WIDTH
  ? [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > WIDTH + 0.5 && !e.firstElementChild)
      .map((e) => `${e.tagName}.${e.className} "${(e.textContent ?? "").slice(0, 30)}"`).slice(0, 5).concat(["page"])
  : []
"""


# Sections of the navigation that no one can see without scrolling it.
CUT = """
(() => { const tabs = document.querySelector(".frame:not(.compact) .tabs");
  return tabs && tabs.scrollWidth > tabs.clientWidth ? [tabs.lastElementChild.textContent.trim()] : []; })()
"""


def faults(tab: Tab, name: str) -> list[str]:
    """Return what is wrong with the page in a tab, at each size."""
    found = []
    for width, dark in SIZES:
        tab.resize(width, dark=dark, still=True)  # cards out of sight end no transition
        tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        place = f"{name} at {width} px{' in the dark' if dark else ''}"
        found += [f"{place}: beyond the edge: {one}" for one in tab.run(BEYOND.replace("WIDTH", str(width)))]
        if not dark:
            found += [f"{place}: the navigation is cut off: {one}" for one in tab.run(CUT)]
        results: list[dict[str, Any]] = tab.run(f"{registry.axe()}; {AXE}")
        found += [f"{place}: axe: {json.dumps(one)}" for one in results if one["impact"] in SERIOUS]
    found += [f"{name}: CSP: {one}" for one in tab.run("violations")]
    found += [f"{name}: console: {one}" for one in tab.errors]
    tab.errors.clear()
    tab.resize(SIZES[0][0])
    return found


@pytest.mark.parametrize("login", LOGINS)
def test_the_pages_of_a_role_are_without_fault(product: Product, tab: Tab, login: str) -> None:
    product.order()
    registry.need_campaign(product)
    for partner in ("tailor", "vendor"):  # without a profile a page asks for something that is not there
        registry.need_shop(product, partner)
    product.enter(tab, login)
    patterns = registry.paths(tab, LOGINS[login])
    assert "/" in patterns
    found = []
    for pattern in patterns:
        address = registry.filled(product, login, pattern)
        if address is None:
            print(f"{login}: there is nothing for {pattern}")
            continue
        product.enter(tab, login, address)
        found += faults(tab, f"{login} {pattern}")
    assert found == [], "\n".join(found)


def test_the_pages_without_a_role_are_without_fault(product: Product, tab: Tab) -> None:
    order = product.order()
    tab.go(f"{product.url}/console/")
    tab.until("document.querySelector('.people')")
    found = faults(tab, "who are you")
    tab.go(f"{product.url}/track/{order['id']}")
    tab.until("document.querySelector('.steps')")
    found += faults(tab, "tracking")
    tab.go(f"{product.url}/console/theatre")
    tab.until("document.querySelectorAll('.pane .dot.green').length >= 4")
    settle(tab)
    found += faults(tab, "theatre")
    assert found == [], "\n".join(found)
