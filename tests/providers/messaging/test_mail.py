"""SendGrid and SMTP: requests, and the meaning of answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat

import pytest

from metaia.dev.process_registry import free_port
from metaia.dev.stubs.server import Mood
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.messaging.interface import Mail, Sent
from metaia.providers.messaging.smtp import Smtp
from tests.providers.messaging.conftest import outcome
from tests.support.smtp_server import Mailbox, mailbox
from tests.support.vendors import Vendors

STOP = {
    "List-Unsubscribe": "<https://metaia.example/u>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}
MAIL = Mail(
    key="the-key",
    to="zoe@test.example",
    sender="METAIA <no-reply@metaia.example>",
    subject="Größe & Preis",
    text="Hello",
    html="<p>Hello</p>",
    headers=STOP,
)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as running:
        yield running


@pytest.fixture
def smtp(box: Mailbox) -> Iterator[Smtp]:
    made = Smtp(box.url)
    yield made
    made.close()


def test_sendgrid_is_told_everything(vendors: Vendors) -> None:
    vendors.provider("sendgrid").send(MAIL)
    raw = vendors.stub.arrived[0].raw
    assert raw["personalizations"] == [
        {"to": [{"email": MAIL.to}], "custom_args": {"delivery": "the-key"}}
    ], "its events find the delivery by it"
    assert raw["from"] == {"email": "no-reply@metaia.example", "name": "METAIA"}
    assert raw["subject"] == MAIL.subject
    assert [part["type"] for part in raw["content"]] == ["text/plain", "text/html"]
    assert raw["headers"] == STOP
    assert "tracking_settings" not in raw


def test_sendgrid_does_not_see_who_follows_a_secret_address(vendors: Vendors) -> None:
    vendors.provider("sendgrid").send(replace(MAIL, secret=True))
    tracking = vendors.stub.arrived[0].raw["tracking_settings"]
    assert tracking == {"click_tracking": {"enable": False, "enable_text": False}}


def test_sendgrids_lists_do_not_stop_what_was_asked_for(vendors: Vendors) -> None:
    sendgrid = vendors.provider("sendgrid")
    for mail in (MAIL, replace(MAIL, requested=True), replace(MAIL, requested=True, proves_address=True)):
        sendgrid.send(mail)
    plain, requested, proof = (arrived.raw.get("mail_settings", {}) for arrived in vendors.stub.arrived)
    assert plain == {}
    assert set(requested) == {"bypass_spam_management", "bypass_unsubscribe_management"}
    assert set(proof) == {*requested, "bypass_bounce_management"}
    assert all(setting == {"enable": True} for setting in proof.values())


def test_a_mail_that_is_too_big_for_sendgrid_is_permanent_and_its_address_stays(vendors: Vendors) -> None:
    vendors.stub.moods["sendgrid"] = repeat(Mood(status=413, content={"errors": [{"message": "too big"}]}), 1)
    failed = outcome(vendors.provider("sendgrid"), MAIL)
    assert isinstance(failed, Permanent)
    assert not failed.gone


@pytest.mark.parametrize("content", [b"", b"[]", {"errors": None}, {"errors": ["x"]}])
def test_an_error_of_sendgrids_in_no_form_we_know_is_technical(vendors: Vendors, content: bytes) -> None:
    vendors.stub.moods["sendgrid"] = repeat(Mood(status=400, content=content), 1)
    assert isinstance(outcome(vendors.provider("sendgrid"), MAIL), Technical)


def test_smtp_sends_many_mails_over_one_connection(smtp: Smtp, box: Mailbox) -> None:
    for _ in range(3):
        assert smtp.send(MAIL) == Sent("<the-key@metaia>", "accepted")
    assert len(box.to(MAIL.to)) == 3
    assert box.connections == 1
    mail = box.mails[0]
    assert (mail["Subject"], mail["Message-ID"]) == (MAIL.subject, "<the-key@metaia>")
    assert mail["List-Unsubscribe"] == STOP["List-Unsubscribe"]


def test_smtp_connects_again_when_the_server_has_hung_up(smtp: Smtp, box: Mailbox) -> None:
    smtp.send(MAIL)
    box.hang_up()
    smtp.send(MAIL)
    assert len(box.mails) == 2
    assert box.connections == 2


@pytest.mark.parametrize(
    ("answer", "kind", "gone"),
    [
        ("450 busy", Temporary, None),
        ("421 shutting down", Temporary, None),
        ("550 5.1.1 no such person", Permanent, True),
        ("550 no such person", Permanent, True),
        ("550 5.7.1 we do not like you", Permanent, False),
        ("552 mailbox full", Permanent, False),
        ("554 no", Permanent, False),
    ],
)
def test_what_a_server_says_of_a_recipient(
    smtp: Smtp, box: Mailbox, answer: str, kind: type[Exception], gone: bool | None
) -> None:
    box.answer = answer
    failed = outcome(smtp, MAIL)
    assert type(failed) is kind
    assert str(failed) == answer
    assert getattr(failed, "gone", None) == gone
    box.answer = None
    assert isinstance(outcome(smtp, MAIL), Sent)


@pytest.mark.parametrize("verb", ["MAIL", "EHLO", "AUTH"])
def test_a_server_that_does_not_want_us_is_no_reason_to_give_up_an_address(box: Mailbox, verb: str) -> None:
    box.answers[verb] = "550 not for you"
    box.answers["HELO"] = "550 not for you"
    login = Smtp(box.url.replace("//", "//me:hunter2@") if verb == "AUTH" else box.url)
    failed = outcome(login, MAIL)
    login.close()
    assert isinstance(failed, Technical)
    assert "hunter2" not in str(failed)


def test_a_refused_text_says_nothing_of_the_address(smtp: Smtp, box: Mailbox) -> None:
    box.kept = "550 looks like spam"
    failed = outcome(smtp, MAIL)
    assert isinstance(failed, Permanent)
    assert not failed.gone


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "mail.example"])
def test_an_address_of_no_mail_server_is_technical(url: str) -> None:
    assert isinstance(outcome(Smtp(url), MAIL), Technical)


def test_a_mail_server_that_is_away_is_temporary() -> None:
    assert isinstance(outcome(Smtp(f"smtp://127.0.0.1:{free_port()}"), MAIL), Temporary)


@pytest.mark.parametrize("to", ["", "a@b\r\nBcc: all@test.example", "no address"])
def test_a_recipient_that_is_none_adds_nobody(smtp: Smtp, box: Mailbox, to: str) -> None:
    outcome(smtp, replace(MAIL, to=to))
    assert "all@test.example" not in box.asked
