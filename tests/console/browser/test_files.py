"""Files in the console: uploads, recordings, and what staff see of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metaia.core.ids import new_id
from tests.console.browser.pictures import broken, choose, drop, errors, heic, noise, picture, recording
from tests.console.browser.product import Product
from tools.chromium import Tab

pytestmark = pytest.mark.browser
UNSUPPORTED, REFUSED, IN_USE, GONE = 415, 422, 409, 410


def card(name: str) -> str:
    """Return the JavaScript expression of the card of a file."""
    named = f"e.querySelector('.file-name').textContent === {json.dumps(name)}"
    return f"[...document.querySelectorAll('.file')].find((e) => {named})"


def press(tab: Tab, scope: str, text: str) -> None:
    """Click a button by its text, below an element."""
    button = (
        f"[...({scope}).querySelectorAll('button')].find((e) => e.textContent.trim() === {json.dumps(text)})"
    )
    tab.until(f"{button}?.getClientRects().length")  # a dialog is in the page before it is open
    tab.run(f"{button}.click()")


def fill(tab: Tab, label: str, text: str) -> None:
    """Type a text into a field of the open dialog."""
    labelled = (
        f"[...document.querySelectorAll('dialog label')].find((e) => e.textContent === {json.dumps(label)})"
    )
    field = f"document.getElementById({labelled}.htmlFor)"
    tab.until("document.querySelector('dialog[open]')")  # opening it moves the focus
    tab.run(f"{field}.focus(); {field}.select()")
    tab.send("Input.insertText", text=text)


def upload(
    product: Product, login: str, kind: str, name: str, content: bytes, **fields: str
) -> dict[str, Any]:
    """Send a file as a demo person, and return it when it is ready."""
    answer = product.http.post(
        f"{product.url}/api/upload/{kind}?wait=10",
        files={"file": (name, content)},
        data=fields,
        headers={"Authorization": product.token(login), "Idempotency-Key": new_id()},
        timeout=60,
    )
    media: dict[str, Any] = answer.json()["data"]["media"]
    assert media["status"] == "ready", answer.text
    return media


def test_files_are_chosen_dropped_renamed_and_deleted(product: Product, tab: Tab, tmp_path: Path) -> None:
    product.enter(tab, "tailor", "/files")
    choose(tab, tmp_path, {"thali.png": picture(), "broken.jpg": broken(), "IMG_1.jpg": heic()})
    tab.until(f"{card('thali.png')}?.querySelector('img.shown')")
    tab.until("document.querySelectorAll('.uploading.rejected').length === 2")
    refusals = tab.run("[...document.querySelectorAll('.uploading [role=alert]')].map((e) => e.textContent)")
    assert "damaged" in refusals[0]
    assert "JPEG, PNG or WebP" in refusals[1]
    drop(tab, "lassi.png", picture("#0f766e"))
    tab.until(f"{card('lassi.png')}?.querySelector('img.shown')")
    press(tab, card("lassi.png"), "Rename")
    fill(tab, "Name", "mango lassi.png")
    fill(tab, "Description of the picture", "A glass of lassi")
    press(tab, "document.querySelector('dialog')", "Save")
    tab.until(f"{card('mango lassi.png')}?.querySelector('img').alt === 'A glass of lassi'")
    press(tab, card("mango lassi.png"), "Delete")
    press(tab, "document.querySelector('dialog')", "Delete")
    tab.until(f"!{card('mango lassi.png')} && {card('thali.png')}")
    tab.until("document.activeElement.className === 'files'")  # its button has left the page
    assert errors(tab, [UNSUPPORTED, REFUSED]) == []


def test_a_large_picture_goes_to_the_store_itself(product: Product, tab: Tab, tmp_path: Path) -> None:
    product.enter(tab, "tailor", "/files")
    choose(tab, tmp_path, {"large.png": noise()})
    tab.until(f"{card('large.png')}?.querySelector('img.shown')")
    sent = "performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname)"
    assert tab.run(f"{sent}.some((path) => path.startsWith('/media/incoming/'))")
    assert not tab.run(f"{sent}.includes('/api/upload/image')")
    assert errors(tab) == []


def test_a_voice_message_is_recorded_and_plays(product: Product, tab: Tab) -> None:
    product.enter(tab, "customer", "/files")
    press(tab, "document", "Record")
    tab.until("document.querySelector('.button.danger .countdown')?.textContent > '0:01'")
    tab.click("document.querySelector('.button.danger')")
    tab.until("document.querySelector('.file audio')?.readyState >= 1")
    tab.run("document.querySelector('.file audio').play()")
    tab.until("document.querySelector('.file audio').currentTime > 0.3")
    assert errors(tab) == []


def test_support_sees_a_private_picture_on_request_only(product: Product, tab: Tab) -> None:
    media = upload(product, "customer", "image", "private.png", picture("#7c3aed"))
    product.enter(tab, "support", f"/files/{media['ownerId']}")
    tab.until(card("private.png"))
    assert not tab.run(f"{card('private.png')}.querySelector('img')")
    press(tab, card("private.png"), "Show")
    tab.until(f"{card('private.png')}.querySelector('img.shown')")
    assert not tab.run(f"{card('private.png')}.textContent.includes('Hide')")
    assert errors(tab) == []


def test_an_admin_hides_a_picture_and_changes_a_limit(product: Product, tab: Tab) -> None:
    media = upload(product, "vendor", "image", "reported.png", picture("#be123c"), folder="menu")
    product.enter(tab, "admin", f"/files/{media['ownerId']}")
    tab.until(card("reported.png"))
    press(tab, card("reported.png"), "Hide")
    press(tab, "document.querySelector('dialog')", "Hide")
    tab.until(f"{card('reported.png')}.textContent.includes('Hidden')")
    press(tab, card("reported.png"), "Show again")
    press(tab, "document.querySelector('dialog')", "Show again")
    tab.until(f"{card('reported.png')}.textContent.includes('Ready')")
    press(tab, "document", "Change limit")
    fill(tab, "Megabytes", "700")
    press(tab, "document.querySelector('dialog')", "Save")
    tab.until("document.querySelector('.usage').textContent.includes('700 MB')")
    assert errors(tab, [GONE]) == []  # the page may still load the address that hiding has ended


def test_a_recording_is_played_in_the_list(product: Product, tab: Tab) -> None:
    upload(product, "customer2", "voice", "note.wav", recording())
    product.enter(tab, "customer2", "/files")
    tab.until(f"{card('note.wav')}.querySelector('audio')?.duration > 1.4")
    assert tab.run(f"{card('note.wav')}.textContent").count("0:02") == 1
    assert errors(tab) == []


def test_a_profile_picture_is_shown_where_the_name_stands(product: Product, tab: Tab, tmp_path: Path) -> None:
    product.enter(tab, "vendor")
    shown = "document.querySelector('.who .avatar img')"
    former = json.dumps(tab.run(f"{shown}?.src ?? ''"))
    tab.click("document.querySelector('.menu summary')")
    press(tab, "document.querySelector('.menu')", "Profile picture")
    choose(tab, tmp_path, {"face.png": picture("#1d4ed8")}, "dialog input[type=file]")
    tab.until(f"{shown}?.src !== {former} && {shown}?.naturalWidth > 0")
    product.enter(tab, "customer", "/order")
    tab.until("document.querySelector('.partner .avatar img')?.naturalWidth > 0")
    product.enter(tab, "vendor")
    tab.click("document.querySelector('.menu summary')")
    press(tab, "document.querySelector('.menu')", "Profile picture")
    press(tab, "document.querySelector('dialog')", "Take it off")
    tab.until("!document.querySelector('.who .avatar img')")
    assert errors(tab) == []


def test_a_picture_of_an_item_is_seen_by_the_partner(product: Product, tab: Tab, tmp_path: Path) -> None:
    product.enter(tab, "customer", "/order")
    tab.until("document.querySelector('.suggestions button')")
    tailor = "[...document.querySelectorAll('.partner')].find((e) => e.textContent.includes('Tailoring'))"
    tab.until(tailor)
    tab.run(f"{tailor}.querySelector('input').click()")
    tab.until(f"{tailor}.querySelector('input').checked")
    tab.click("document.querySelector('.suggestions button')")
    press(tab, "document.querySelector('.lines')", "Add a picture")
    choose(tab, tmp_path, {"collar.png": picture("#4d7c0f")}, ".item-pictures input[type=file]")
    tab.until("document.querySelector('.thumbnail img.shown')")
    tab.click("document.querySelector('.place-total + button')")
    tab.until("location.pathname.includes('/orders/')")
    tab.until("document.querySelector('.items .thumbnail img.shown')")
    order = tab.run("location.pathname.split('/').at(-1)")
    product.enter(tab, "tailor", f"/orders/{order}")
    tab.until("document.querySelector('.items .thumbnail img.shown')")
    assert errors(tab) == []


def test_a_file_in_use_is_deleted_after_a_question(product: Product, tab: Tab) -> None:
    media = upload(product, "customer", "image", "sleeve.png", picture("#a16207"))
    partner = product.call("tailor", "GET", "/api/auth/me")["user"]["id"]
    item = {"name": "Linen shirt", "quantity": 1, "price": 1450, "mediaIds": [media["id"]]}
    product.call("customer", "POST", "/api/orders", {"partnerId": partner, "items": [item]})
    product.enter(tab, "customer", "/files")
    press(tab, card("sleeve.png"), "Delete")
    press(tab, "document.querySelector('dialog')", "Delete")
    tab.until("document.querySelector('dialog .uses a')?.textContent === 'An order'")
    press(tab, "document.querySelector('dialog')", "Delete all the same")
    tab.until(f"document.querySelector('.file') && !{card('sleeve.png')}")
    assert errors(tab, [IN_USE]) == []
