"""Two browsers: the partner taps that something is sold out, and the customer's menu shows it within a second."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.console.browser import registry
from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_money import has_text
from tools.chromium import Browser, Tab

pytestmark = pytest.mark.browser
DISH = "Kaapi"
SWITCH = f"[...document.querySelectorAll('.catalogue li')].find((e) => e.textContent.includes('{DISH}'))"
PRODUCT = f"[...document.querySelectorAll('.product')].find((e) => e.textContent.includes('{DISH}'))"
OFF = f"{PRODUCT}?.classList.contains('off')"
# Both browsers are on one machine, so their clocks are one.
WATCH = f"""
window.changed = [];
let off = {OFF};
new MutationObserver(() => {{
  const now = {OFF};
  if (now !== off) window.changed.push({{ off: off = now, at: Date.now() }});
}}).observe(document.body, {{ subtree: true, childList: true, attributes: true, attributeFilter: ["class"] }});
"""
TAPS = 3  # the machine may be busy during one of them
WITHIN = 1_000  # ms
APART = 1.2  # seconds: a partner's menu is announced once a second at most


@pytest.fixture
def partner_tab(product: Product) -> Iterator[Tab]:
    """Give a page in a browser of its own."""
    with Browser() as running:
        page = running.open()
        yield page
        page.close()


def test_what_is_sold_out_is_grey_in_another_browser_within_a_second(
    product: Product, tab: Tab, partner_tab: Tab
) -> None:
    shop = registry.need_shop(product, "vendor")
    product.enter(tab, "customer", f"/shops/{shop['slug']}")
    tab.until(f"{PRODUCT} && !({OFF})")
    tab.run(WATCH)
    product.enter(partner_tab, "vendor", "/shop")
    partner_tab.until(has_text(DISH))
    times = []
    for number in range(1, TAPS + 1):
        times.append(_tap(tab, partner_tab, number * 2 - 1))  # sold out
        assert tab.run(OFF)
        _tap(tab, partner_tab, number * 2)  # and back
    assert not tab.run(OFF)
    assert min(times) < WITHIN, times
    assert errors(tab) == []
    assert errors(partner_tab) == []


def _tap(tab: Tab, partner_tab: Tab, number: int) -> int:
    """Tap the switch of the product; return after how many ms the customer's menu shows it."""
    time.sleep(APART)
    tapped = partner_tab.run(f"({SWITCH}.querySelector('[role=switch]').click(), Date.now())")
    tab.until(f"window.changed.length === {number}")
    return int(tab.run("window.changed.at(-1).at") - tapped)
