"""The headers of mails in the bytes that an SMTP server receives, with and without SMTPUTF8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from metaia.core.ids import new_id
from metaia.notifications.content import unsubscribe_links
from metaia.providers.errors import Permanent
from metaia.providers.messaging.interface import Mail
from metaia.providers.messaging.mime import VERBATIM
from metaia.providers.messaging.smtp import Smtp
from tests.providers.messaging.conftest import outcome
from tests.support.smtp_server import Mailbox, mailbox

TOKEN = "WyIwMWExZjg2Yi03NTJlLTc1M2YtYWIzYS05MzZmMWU0NzI0MTgiLCJvcmRlciJd." + "s1gnature_" * 12
IDS = " ".join(f"<{new_id()}.{'x' * length}@metaia.example>" for length in (1, 30, 70, 200))
VALUES = {
    "List-Unsubscribe": f"<https://metaia.example/api/notifications/unsubscribe?token={TOKEN}>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "List-Id": f"Orders <order.{'metaia.' * 20}example>",
    "List-Help": f"<https://metaia.example/help/{'x' * 100}>",
    "References": IDS,
    "In-Reply-To": f"<{'y' * 150}@metaia.example>",
    "Auto-Submitted": "auto-generated",
    "Feedback-ID": f"{'campaign' * 12}:order:metaia",
}
MAIL = Mail(
    key="k" * 120, to="zoe@test.example", sender="METAIA <no-reply@metaia.example>",
    subject=("Größe & Preis " * 9).strip(),
    text="Hello", html="<p>Hello</p>", headers=VALUES,
)  # fmt: skip
UTF8 = {"EHLO": "250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN"}


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as running:
        running.answers = dict(UTF8)
        yield running


def sent(box: Mailbox, mail: Mail) -> dict[str, str]:
    """Send a mail; return the raw headers that the server received, by name, with their line breaks."""
    smtp = Smtp(box.url)
    smtp.send(mail)
    smtp.close()
    head = box.raw[-1].partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    fields = re.split(r"\r\n(?![ \t])", head.decode("utf-8"))
    return {name: value.removeprefix(" ") for name, _, value in (field.partition(":") for field in fields)}


@pytest.mark.parametrize("to", ["zoe@test.example", "zoë@tést.example"], ids=["ascii", "smtputf8"])
def test_structured_headers_arrive_as_they_are(box: Mailbox, to: str) -> None:
    headers = sent(box, replace(MAIL, to=to))
    for name, value in VALUES.items():
        assert "=?" not in headers[name], name
        assert " ".join(headers[name].split()) == value
    assert headers["Message-ID"] == f"<{MAIL.key}@metaia>"
    assert re.fullmatch(r"<[^<>\s]+>", headers["List-Unsubscribe"]), "one address without blanks"
    assert headers["To"] == to
    assert box.mails[-1]["Subject"] == MAIL.subject


def test_only_what_mailboxes_show_is_encoded(box: Mailbox) -> None:
    headers = sent(box, replace(MAIL, sender="Größe <no-reply@metaia.example>"))
    encoded = {name for name, value in headers.items() if "=?" in value}
    assert encoded == {"Subject", "From"}
    assert headers["From"].endswith("<no-reply@metaia.example>")


def test_long_lists_of_ids_are_folded_between_ids(box: Mailbox) -> None:
    lines = sent(box, MAIL)["References"].split("\r\n")
    assert [line.strip() for line in lines] == IDS.split()
    assert all(line.startswith(" ") for line in lines[1:])


@pytest.mark.parametrize("name", [name for name in VERBATIM if name != "Message-ID"])
@pytest.mark.parametrize("value", ["<größe@metaia.example>", "<a\tb>", "<" + "x" * 998 + ">", "a\r\nBcc: b"])
def test_what_cannot_stand_in_such_a_header_is_refused(box: Mailbox, name: str, value: str) -> None:
    failed = outcome(Smtp(box.url), replace(MAIL, headers={name: value}))
    assert isinstance(failed, Permanent)
    assert not failed.gone
    assert box.raw == []


def test_the_link_of_an_international_domain_is_ascii(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_BASE_URL", "https://bücher.example")
    with app.app_context():
        headers = unsubscribe_links.headers(unsubscribe_links.address(new_id(), "order"))
    assert headers["List-Unsubscribe"].startswith(
        "<https://xn--bcher-kva.example/api/notifications/unsubscribe?token="
    )
    assert headers["List-Unsubscribe"].isascii()
