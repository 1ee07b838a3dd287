"""The mailbox of development. The content of messages is untrusted."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from metaia.dev import demo_data
from metaia.dev.mailbox import store as mailbox_store
from metaia.dev.mailbox.page import create_page
from metaia.dev.mailbox.store import MessageStore
from metaia.dev.stubs.vendor import SentMessage

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def store(tmp_path: Path) -> MessageStore:
    return MessageStore(tmp_path / "messages")


@pytest.fixture
def page(store: MessageStore) -> FlaskClient:
    return create_page(store).test_client()


def mail(subject: str = "Order ready", html: str = "<p>Hello</p>") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "us@metaia.example",
        demo_data.PEOPLE[0].email,
        subject,
    )
    message.set_content("Asha,\n\nYour order M1 is ready.")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def sms(text: str = "Your order M1 is ready.") -> SentMessage:
    return SentMessage(
        "twilio", "sms", demo_data.PEOPLE[0].number, "", text, "key", "SM1", raw={"Body": text}
    )


def test_all_channels_are_on_one_page_newest_first(store: MessageStore, page: FlaskClient) -> None:
    assert "Nothing yet" in page.get("/").text
    store.add_mail(mail(), "us@metaia.example", [demo_data.PEOPLE[0].email])
    store.add(sms())
    store.add(
        SentMessage("fcm", "push", demo_data.PEOPLE[0].device, "Order ready", "M1 is ready.", "key", "1")
    )
    items = page.get("/items.json").json
    assert items is not None
    assert [item["channel"] for item in items] == ["push", "sms", "email"]
    assert {item["person"] for item in items} == {"customer"}
    assert [item["vendor"] for item in items] == ["FCM", "Twilio", "SMTP"]
    assert all("M1 is ready." in item["text"] for item in items)
    for item in items:
        assert "M1 is ready." in page.get(f"/{item['name']}").text


def test_what_sendgrid_was_given_is_shown_as_the_mail_it_would_be(
    store: MessageStore, page: FlaskClient
) -> None:
    content = [{"type": "text/plain", "value": "Asha,\nM1"}, {"type": "text/html", "value": "<p>M1</p>"}]
    raw = {
        "from": {"email": "us@metaia.example", "name": "METAIA"},
        "content": content,
        "headers": {"X-A": "b"},
    }
    store.add(
        SentMessage("sendgrid", "email", demo_data.PEOPLE[0].email, "Größe", "Asha,\nM1", "key", "1", raw=raw)
    )
    (item,) = page.get("/items.json").json or []
    assert (item["vendor"], item["title"], item["text"]) == ("SendGrid", "Größe", "M1")
    assert "<p>M1</p>" in page.get(f"/{item['name']}/html").text
    shown = page.get(f"/{item['name']}").text
    assert "&#34;X-A&#34;: &#34;b&#34;" in shown
    assert page.get(f"/{item['name']}/raw").status_code == 404, "no mail was sent"


def test_headers_are_shown_as_they_were_sent(store: MessageStore, page: FlaskClient) -> None:
    encoded = "=?utf-8?q?=3Chttps=3A//metaia=2Eexample/u?=\r\n =?utf-8?q?nsubscribe=3E?="
    sent = f"Subject: =?utf-8?b?R3LDtsOfZQ==?=\r\nList-Unsubscribe: {encoded}\r\nTo: a@b.example\r\n\r\nHello\r\n"
    store.add_mail(sent.encode(), "us@metaia.example", ["a@b.example"])
    (item,) = page.get("/items.json").json or []
    assert item["title"] == "Größe"
    shown = page.get(f"/{item['name']}").text.replace("\r\n", "\n")
    assert encoded.replace("\r\n", "\n") in shown
    assert "=?utf-8?b?R3LDtsOfZQ==?=" in shown


def test_a_message_cannot_do_anything_to_who_looks_at_it(store: MessageStore, page: FlaskClient) -> None:
    store.add_mail(mail(EVIL, EVIL), EVIL, [EVIL])
    store.add(sms(EVIL))
    names = [item["name"] for item in page.get("/items.json").json or []]
    for path in ("/", *(f"/{name}" for name in names)):
        assert EVIL not in page.get(path).text
    html = page.get(f"/{names[1]}/html")
    assert EVIL in html.text
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert page.get(f"/{names[1]}/raw").mimetype == "text/plain"


@pytest.mark.parametrize("path", ["/../secrets.env", "/x", "/12345678901234567890-0000", "/x/html", "/x/raw"])
def test_nothing_else_of_the_folder_can_be_read(page: FlaskClient, path: str) -> None:
    assert page.get(path).status_code == 404


def test_a_foreign_name_for_this_machine_is_refused(page: FlaskClient) -> None:
    assert page.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_only_the_newest_are_kept_and_all_are_counted(
    store: MessageStore, page: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_store, "KEEP", 3)
    for number in range(5):
        store.add(sms(f"M{number}"))
    items = store.items()
    assert store.counts() == (5, 3)
    assert "5 so far" in (listed := " ".join(page.get("/").text.split()))
    assert "the newest 3 of them kept" in listed
    assert MessageStore(store.folder).counts() == (5, 3), "also after a restart"
    assert [item.text for item in items] == ["M4", "M3", "M2"]
