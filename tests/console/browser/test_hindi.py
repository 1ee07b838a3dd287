"""The pages of shops and couriers in Hindi: nothing beyond the edge, readable in both colours, no English left over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.browser import registry
from tests.console.browser.product import Product, settle
from tests.console.browser.test_money import DIALOG
from tests.console.browser.test_pages import AXE, BEYOND, SERIOUS
from tests.console.browser.test_staff import picture
from tools.chromium import Tab

pytestmark = pytest.mark.browser
TEXTS = Path(__file__).parents[3] / "clients/console/src/text"
PARTS = ("shops", "catalogue", "courier", "fleet", "storefront", "checkout")
SIZES = ((360, False), (360, True), (1280, False), (1280, True))  # pixels, and whether dark
LANGUAGE = "localStorage.setItem('metaia:language', LANGUAGE)"
# Texts of one node each, as labels and buttons have them, and names that screen readers read.
SHOWN = """
[...document.querySelectorAll("main *, dialog *")].flatMap((e) => [
  ...[...e.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()),
  e.getAttribute("aria-label") ?? "", e.getAttribute("placeholder") ?? "",
])
"""
ADD = "[...document.querySelectorAll('.product')].find((e) => e.textContent.includes('Mysore dosa'))"
PRIMARY = f"{DIALOG}.querySelector('button.primary')"
PAGES: dict[str, tuple[str, ...]] = {
    "customer": ("/shops", "/shops/SLUG"),
    "vendor": ("/shop", "/shop/profile", "/shop/extras", "/shop/coupons", "/shop/reviews", "/counter"),
    "delivery": ("/", "/work"),
}


def english() -> set[str]:
    """Return the English texts of these parts that have another Hindi text in all of them."""
    both = [
        tuple(json.loads((TEXTS / part / f"{language}.json").read_text()) for language in ("en", "hi"))
        for part in PARTS
    ]
    same = {text for _, hi in both for text in hi.values()}
    return {text for en, _ in both for text in en.values()} - same


@pytest.fixture
def hindi(product: Product, tab: Tab) -> Iterator[Tab]:
    """Give a page in Hindi."""
    tab.go(f"{product.url}/console/")
    tab.run(LANGUAGE.replace("LANGUAGE", "'hi'"))
    yield tab
    tab.run("localStorage.removeItem('metaia:language')")


def wrong(tab: Tab, name: str) -> list[str]:
    """Return what is wrong with the page in a tab, at each size."""
    picture(tab, f"hi-{name.replace('/', '-')}")
    left = set(tab.run(SHOWN)) & english()
    found = [f"{name}: in English: {text}" for text in sorted(left)]
    for width, dark in SIZES:
        tab.resize(width, dark=dark, still=True)
        tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        place = f"{name} at {width} px{' in the dark' if dark else ''}"
        found += [f"{place}: beyond the edge: {one}" for one in tab.run(BEYOND.replace("WIDTH", str(width)))]
        results: list[dict[str, Any]] = tab.run(f"{registry.axe()}; {AXE}")
        found += [f"{place}: axe: {json.dumps(one)}" for one in results if one["impact"] in SERIOUS]
    tab.resize(1280)
    return found


@pytest.mark.parametrize("login", PAGES)
def test_pages_in_hindi_are_without_fault(product: Product, hindi: Tab, login: str) -> None:
    shop = registry.need_shop(product, "vendor")
    found = []
    for path in PAGES[login]:
        product.enter(hindi, login, path.replace("SLUG", str(shop["slug"])))
        found += wrong(hindi, f"{login}{path}")
        if path not in {"/shops/SLUG", "/counter"}:
            continue
        hindi.click(ADD)
        hindi.until(f"{DIALOG}?.open")
        found += wrong(hindi, f"{login}{path}/product")
        hindi.run(f"{PRIMARY}.click()")
        settle(hindi)
        found += wrong(hindi, f"{login}{path}/cart")
    assert found == [], "\n".join(found)
