"""Parts of the console that load on demand: only with their pages, and again with another release."""

from __future__ import annotations

import pytest

from tests.console.browser.product import Product
from tools.chromium import Tab

pytestmark = pytest.mark.browser
SCRIPTS = """performance.getEntriesByType("resource").map(({ name }) => name.split("/").at(-1))
  .filter((name) => name.endsWith(".js")).sort()"""
COUNT = "sessionStorage.setItem('loads', Number(sessionStorage.getItem('loads') ?? 0) + 1)"
FAILED = "document.querySelector('.part-failed')"


def to_support(product: Product, tab: Tab) -> str:
    """Log support in, show a customer's page, and return the address of support's pages, which are not loaded."""
    product.enter(tab, "support")
    product.enter(tab, "customer")
    return f"/console/{product.slot('support')}/"


def follow(tab: Tab, address: str) -> None:
    """Open an address of the console without a new page."""
    tab.run(f"history.pushState(null, '', '{address}'); dispatchEvent(new PopStateEvent('popstate'))")


def test_a_part_loads_with_its_first_page(product: Product, tab: Tab) -> None:
    support = to_support(product, tab)
    first = ["console.js", "main.js", "shared.js"]
    # behind the page: announcements, and the number of unread conversations
    behind = ["announcements.js", "chat.js"]
    tab.until(f"{behind}.every((one) => {SCRIPTS}.includes(one))")
    assert tab.run(SCRIPTS) == [*behind, *first]
    follow(tab, support)
    tab.until("document.querySelector('main table')")
    assert tab.run(SCRIPTS) == [*behind, *first, "staff.js"]


def test_a_part_that_is_no_longer_there_reloads_the_page_once(product: Product, tab: Tab) -> None:
    support = to_support(product, tab)
    tab.send("Page.addScriptToEvaluateOnNewDocument", source=COUNT)
    tab.send("Network.setBlockedURLs", urls=["*/staff.js"])
    follow(tab, support)
    tab.until(f"sessionStorage.getItem('loads') === '1' && {FAILED}")
    assert tab.run("location.pathname") == support
    tab.send("Network.setBlockedURLs", urls=[])
    tab.run(f"{FAILED}.querySelector('button').click()")
    tab.until("document.querySelector('main table')")
    assert int(tab.run("sessionStorage.getItem('loads')")) <= 2


def test_a_part_that_fails_without_a_server_leaves_the_page(product: Product, tab: Tab) -> None:
    support = to_support(product, tab)
    tab.send("Page.addScriptToEvaluateOnNewDocument", source=COUNT)
    tab.send("Network.setBlockedURLs", urls=["*/staff.js", "*/config.json"])
    follow(tab, support)
    tab.until(FAILED)
    assert tab.run("sessionStorage.getItem('loads')") is None
