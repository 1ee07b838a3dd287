"""Messages in the console: two people write to each other, also offline; staff join, and decide on reports."""

from __future__ import annotations

import json

import pytest

from metaia.core.json import Json
from tests.console.browser.pictures import errors
from tests.console.browser.product import Product
from tests.console.browser.test_files import press
from tests.console.browser.test_files_access import faults, speak
from tests.console.browser.test_money import DIALOG, has_text
from tools.chromium import Session, Tab

pytestmark = pytest.mark.browser
FORBIDDEN = 403
COMPOSER = "document.querySelector('.chat-composer textarea')"


def conversation(product: Product, login: str, other: str, text: str) -> Json:
    """Begin a conversation of two demo people with a message."""
    to = product.call(other, "GET", "/api/auth/me")["user"]["id"]
    body = {"participantId": to, "message": {"clientMessageId": f"{login} {text}", "text": text}}
    found: Json = product.call(login, "POST", "/api/chat/conversations", body)["conversation"]
    return found


def write(tab: Tab, text: str) -> None:
    """Type a message and send it."""
    tab.until(f"{COMPOSER} && !{COMPOSER}.value")
    tab.run(f"{COMPOSER}.focus()")
    tab.send("Input.insertText", text=text)
    tab.until(
        f"{COMPOSER}.value === {json.dumps(text)} && !document.querySelector('.chat-composer .primary').disabled"
    )
    tab.press("Enter")
    tab.until(bubble(text))


def bubble(text: str) -> str:
    """Return the JavaScript expression of the message with a text."""
    return f"[...document.querySelectorAll('.chat-item')].find((e) => e.textContent.includes({json.dumps(text)}))"


def test_two_people_write_react_edit_and_delete(product: Product, browser: Session, tab: Tab) -> None:
    chat = conversation(product, "customer", "tailor", "Is the linen shirt ready?")
    other = browser.open()
    product.enter(tab, "customer", f"/chat/{chat['id']}")
    product.enter(other, "tailor", f"/chat/{chat['id']}")
    tab.send("Page.bringToFront")  # a page behind another one is not drawn, and reads nothing
    tab.until(bubble("Is the linen shirt ready?"))
    found = faults(tab, "a conversation")
    write(other, "Tomorrow at noon.")
    tab.until(bubble("Tomorrow at noon."))
    other.until(
        f"{bubble('Tomorrow at noon.')}.querySelector('.chat-mark.read')"
    )  # it is on the customer's screen
    menu = f"{bubble('Tomorrow at noon.')}.querySelector('.chat-menu')"
    tab.run(f"{menu}.open = true")
    found += faults(tab, "menu of a message")
    press(tab, menu, "👍")
    other.until(f"{bubble('Tomorrow at noon.')}.querySelector('.chat-reactions')?.textContent.includes('👍')")
    tab.run(f"{menu}.open = true")
    press(tab, menu, "Reply")
    write(tab, "I will come.")
    other.until(f"{bubble('I will come.')}?.querySelector('.chat-quote')")
    own = f"{bubble('I will come.')}.querySelector('.chat-menu')"
    tab.run(f"{own}.open = true")
    press(tab, own, "Delete")
    other.until("[...document.querySelectorAll('.chat-text.gone')].length === 1")
    assert not other.run(bubble("I will come."))
    speak(tab, "hi")
    tab.until(has_text("संदेश"))
    found += faults(tab, "a conversation in Hindi")
    speak(tab, "en")
    assert found == [], "\n".join(found)
    assert errors(tab) == []
    assert errors(other) == []
    other.close()


def test_the_list_counts_what_is_unread_until_it_is_read(product: Product, tab: Tab) -> None:
    product.enter(tab, "customer", "/chat")
    chat = conversation(product, "tailor", "customer", "Your trousers are ready.")
    row = f"document.querySelector('.chat-list a[href$=\"{chat['id']}\"]')"
    tab.until(f"{row}?.querySelector('.chat-count')")
    found = faults(tab, "conversations")
    tab.run(f"{row}.click()")
    tab.until(f"{bubble('Your trousers are ready.')} && !{row}.querySelector('.chat-count')")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_the_navigation_counts_unread_conversations_on_each_page(product: Product, tab: Tab) -> None:
    product.call("vendor", "PUT", "/api/chat/read-all")
    product.enter(tab, "vendor")
    badge = "document.querySelector('.tabs a[href$=\"/chat\"] .chat-count')"
    said = f"{badge}?.querySelector('.visually-hidden').textContent"
    asked = "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/api/chat/unread'))"
    tab.until(asked)  # the chat has loaded behind the page
    assert not tab.run(badge)
    first = conversation(product, "customer", "vendor", "Do you have the red one?")
    tab.until(f"{said} === 'Unread conversations: 1'")
    conversation(product, "customer", "vendor", "Or the blue one?")  # the same conversation
    conversation(product, "customer2", "vendor", "Is the shop open?")
    tab.until(f"{said} === 'Unread conversations: 2'")
    assert not tab.run(f"{badge}.closest('[aria-live], [role=status], [role=log], [role=alert]')")
    found = faults(tab, "a number in the navigation")
    speak(tab, "hi")
    tab.until(f"{said} === 'अपठित बातचीत: 2'")
    found += faults(tab, "a number in the navigation, in Hindi")
    speak(tab, "en")
    newest = f"/api/chat/conversations/{first['id']}"
    seq = product.call("vendor", "GET", newest)["conversation"]["lastSeq"]
    product.call("vendor", "PUT", f"{newest}/read", {"seq": seq})  # on another device
    tab.until(f"{said} === 'Unread conversations: 1'")
    product.call("vendor", "PUT", "/api/chat/read-all")
    tab.until(f"!{badge}")
    assert found == [], "\n".join(found)
    assert errors(tab) == []


def test_messages_that_are_written_without_network_are_sent_in_order(product: Product, tab: Tab) -> None:
    chat = conversation(product, "customer2", "tailor", "Do you sew curtains?")
    product.enter(tab, "customer2", f"/chat/{chat['id']}")
    tab.send(
        "Network.emulateNetworkConditions",
        offline=True,
        latency=0,
        downloadThroughput=-1,
        uploadThroughput=-1,
    )
    texts = [f"Written offline, {number}" for number in range(1, 6)]
    for text in texts:
        write(tab, text)
    tab.until("document.querySelectorAll('.chat-item.waiting').length === 5")
    tab.send(
        "Network.emulateNetworkConditions",
        offline=False,
        latency=0,
        downloadThroughput=-1,
        uploadThroughput=-1,
    )
    tab.until("document.querySelectorAll('.chat-item.waiting').length === 0", 60)
    sent = product.call("tailor", "GET", f"/api/chat/conversations/{chat['id']}/messages")["messages"]
    assert [one["text"] for one in sent][-5:] == texts


def test_staff_join_with_a_reason_and_decide_on_a_report(product: Product, tab: Tab) -> None:
    chat = conversation(product, "customer", "vendor", "Pay me outside of the shop.")
    [message] = product.call("vendor", "GET", f"/api/chat/conversations/{chat['id']}/messages")["messages"][
        -1:
    ]
    body = {"messageId": message["id"], "reason": "off_platform_payment"}
    product.call("vendor", "POST", "/api/chat/reports", body)
    product.enter(tab, "support", "/desk/reports")
    tab.until("document.querySelector('tbody tr')")
    found = faults(tab, "reports")
    tab.run("document.querySelector('tbody tr').click()")
    tab.until(f"{DIALOG}?.open")
    found += faults(tab, "a report")
    tab.run(f"{DIALOG}.querySelector('.facts a').click()")
    tab.until("document.querySelector('.chat-outside')")
    found += faults(tab, "a conversation of others")
    press(tab, "document", "Join")
    tab.until(f"{DIALOG}?.open")
    tab.run(f"{DIALOG}.querySelector('input').focus()")
    tab.send("Input.insertText", text="Report of a payment elsewhere")
    press(tab, DIALOG, "Join")
    tab.until(f"{COMPOSER} && {bubble('Pay me outside of the shop.')}")
    product.enter(tab, "support", "/desk")
    found += faults(tab, "support desk")
    assert found == [], "\n".join(found)
    assert errors(tab, [FORBIDDEN]) == []  # before the reason was given
