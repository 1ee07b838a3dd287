"""Pages with files for everyone: sizes, colours, languages, screen readers and keyboards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metaia.core.ids import new_id
from metaia.dev.drawings import dishes
from tests.console.browser import registry
from tests.console.browser.pictures import broken, choose, errors
from tests.console.browser.product import Product, settle
from tests.console.browser.test_files import REFUSED, card, press, upload
from tests.console.browser.test_pages import AXE, BEYOND, SERIOUS
from tools.chromium import Tab

pytestmark = pytest.mark.browser
SIZES = [(width, dark) for width in (360, 1280) for dark in (False, True)]
LANGUAGES = ("en", "hi")
STORED = "metaia:language"
# Texts that are cut off, or reach out of their control.
CUT = """
[...document.querySelectorAll("main .button, main .chip, main .badge, dialog .button, dialog h2, main label")]
  .filter((e) => e.getClientRects().length && getComputedStyle(e).display !== "inline")
  .filter((e) => e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.textContent.trim())
"""
FOCUSED = "document.activeElement"
SHOWN = f"({FOCUSED}.matches('input') ? {FOCUSED}.nextElementSibling : {FOCUSED})"
NAME = f"({FOCUSED}.getAttribute('aria-label') ?? {FOCUSED}.labels?.[0]?.textContent ?? {FOCUSED}.textContent).trim()"


def faults(tab: Tab, name: str) -> list[str]:
    """Return what is wrong with what a tab shows, at each size, light and dark."""
    found = []
    for width, dark in SIZES:
        tab.resize(width, dark=dark, still=True)
        tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        place = f"{name} at {width} px{' in the dark' if dark else ''}"
        found += [f"{place}: beyond the edge: {one}" for one in tab.run(BEYOND.replace("WIDTH", str(width)))]
        found += [f"{place}: cut off: {one}" for one in tab.run(CUT)]
        results = tab.run(f"{registry.axe()}; {AXE}")
        found += [f"{place}: axe: {json.dumps(one)}" for one in results if one["impact"] in SERIOUS]
    tab.resize(1280)
    return found


def speak(tab: Tab, language: str) -> None:
    """Show the page in a language, by the choice in the page's frame."""
    tab.run(f"localStorage.setItem({json.dumps(STORED)}, {json.dumps(language)}); location.reload()")
    tab.until(f"document.documentElement.lang === {json.dumps(language)}")
    settle(tab)


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_shown_to_everyone(product: Product, tab: Tab, tmp_path: Path, language: str) -> None:
    product.enter(tab, "vendor", "/files")
    speak(tab, language)
    tab.until("document.querySelectorAll('.file img.shown').length >= 6")
    choose(tab, tmp_path, {"broken.jpg": broken()})
    tab.until("document.querySelector('.uploading.rejected')")
    found = faults(tab, "files")
    for number, dialog in enumerate(("rename", "delete")):
        buttons = "document.querySelector('.file:has(img.shown) .actions').querySelectorAll('button')"
        tab.run(f"{buttons}[{number + 1}].click()")
        tab.until("document.querySelector('dialog[open]')")
        found += faults(tab, dialog)
        tab.press("Escape")
        tab.until("!document.querySelector('dialog')")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert errors(tab, [REFUSED]) == []


@pytest.mark.parametrize("login", ["customer", "tailor"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_with_pictures_is_shown_to_everyone(
    product: Product, tab: Tab, login: str, language: str
) -> None:
    media = upload(product, "customer", "image", "cloth.png", dishes.cloth("#2f5d8a", "#f2e8cf"))
    partner = product.call("tailor", "GET", "/api/auth/me")["user"]["id"]
    item = {"name": "Linen shirt", "quantity": 1, "price": 1450, "mediaIds": [media["id"]]}
    order = product.call("customer", "POST", "/api/orders", {"partnerId": partner, "items": [item]})["order"]
    product.enter(tab, login, f"/orders/{order['id']}")
    speak(tab, language)
    tab.until("document.querySelector('.items .thumbnail img.shown')")
    found = faults(tab, f"order of {login}")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def reached(tab: Tab, wanted: str, most: int = 60) -> None:
    """Press Tab until the control with a name has the focus. Raises AssertionError if it is not reached."""
    seen = []
    for _ in range(most):
        tab.press("Tab")
        seen.append(tab.run(NAME))
        if seen[-1] == wanted:
            return
    raise AssertionError(f"{wanted!r} is not reached: {seen}")


def test_files_are_managed_with_the_keyboard(product: Product, tab: Tab) -> None:
    name = f"hem {new_id()[-6:]}.png"
    upload(product, "customer2", "image", name, dishes.cloth("#7a2e3a", "#e6c068"))
    product.enter(tab, "customer2", "/files")
    tab.until(f"{card(name)}?.querySelector('img.shown')")
    for control in ("Choose files", "Record", "Pictures", "Download", "Rename"):
        reached(tab, control)
        assert tab.run(f"getComputedStyle({SHOWN}).outlineStyle") != "none", control
    tab.press("Enter")
    tab.until("document.querySelector('dialog[open]')")
    for _ in range(8):  # more than the dialog has
        tab.press("Tab")
        assert tab.run(f"{FOCUSED} === document.body || Boolean({FOCUSED}.closest('dialog'))"), tab.run(NAME)
    tab.press("Escape")
    tab.until("!document.querySelector('dialog')")
    tab.until(f"{NAME} === 'Rename'")
    reached(tab, "Delete")
    tab.press("Enter")
    tab.until("document.querySelector('dialog[open]')")
    reached(tab, "Delete")
    tab.press("Enter")
    tab.until(f"!{card(name)}")
    assert errors(tab) == []


def test_a_profile_picture_is_changed_with_the_keyboard(product: Product, tab: Tab) -> None:
    product.enter(tab, "customer2")
    tab.run("document.querySelector('.menu summary').focus()")
    tab.press("Enter")
    reached(tab, "Profile picture")
    tab.press("Enter")
    tab.until("document.querySelector('dialog[open]')")
    reached(tab, "Choose a picture")
    reached(tab, "Take it off")
    tab.press("Escape")
    tab.until("!document.querySelector('dialog')")
    press(tab, "document.querySelector('.menu')", "Profile picture")
    tab.until("document.querySelector('dialog[open]')")
    found = faults(tab, "profile picture")
    assert found == [], "\n".join(found)
