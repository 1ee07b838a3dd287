"""Failures that all providers handle alike, however their vendor misbehaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat

import pytest

from metaia.core.ids import new_id
from metaia.dev.stubs import webpush
from metaia.dev.stubs.server import HANGS, Mood, Stub
from metaia.providers import http
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.messaging.interface import Mail, Message, Push, Sent, Sms
from tests.providers.messaging.conftest import outcome
from tests.support.vendors import Vendors

Write = Callable[[Stub], Message]


def mail(_: Stub) -> Mail:
    return Mail(
        new_id(), "zoe@test.example", "METAIA <no-reply@metaia.example>", "Hello", "text", "<p>html</p>"
    )


def sms(_: Stub) -> Sms:
    return Sms(new_id(), "+919876543210", "Your code is 1234.", "http://127.0.0.1:9/hook?delivery=x")


def push(kind: str, token: str) -> Write:
    return lambda _: Push(new_id(), kind, token, "Order ready", "Come and get it.", {"type": "order_ready"})


def browser(stub: Stub) -> Push:
    there = webpush.subscription(stub.url, "firefox")
    return Push(
        new_id(), "webpush", there["endpoint"], "Order ready", "Come.", {"type": "t"}, keys=there["keys"]
    )


@dataclass(frozen=True)
class Case:
    name: str
    write: Write
    key: str  # the setting with the credentials of the vendor


CASES = [
    Case("sendgrid", mail, "SENDGRID_API_KEY"),
    Case("twilio", sms, "TWILIO_AUTH_TOKEN"),
    Case("vonage", sms, "VONAGE_API_SECRET"),
    Case("fcm", push("fcm", "the-registration-of-a-phone"), "FCM_CREDENTIALS"),
    Case("webpush", browser, "VAPID_PRIVATE_KEY"),
    Case("expo", push("expo", "ExponentPushToken[the-registration]"), "EXPO_ACCESS_TOKEN"),
]
every_vendor = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUTS", (1.0, 0.2))


@every_vendor
def test_a_message_arrives_whole_under_its_key(case: Case, vendors: Vendors) -> None:
    message = case.write(vendors.stub)
    sent = outcome(vendors.provider(case.name), message)
    assert isinstance(sent, Sent)
    (arrived,) = vendors.stub.arrived
    assert arrived.key in {message.key, "x"}
    assert sent.reference == (arrived.reference or None)
    assert arrived.to == getattr(message, "to", None) or arrived.to == getattr(message, "token", None)
    if isinstance(message, Push):
        assert (arrived.title, arrived.text, arrived.raw["data"]) == (
            message.title,
            message.body,
            message.data,
        )
    else:
        assert arrived.text == message.text


@every_vendor
def test_connections_are_kept(case: Case, vendors: Vendors) -> None:
    provider = vendors.provider(case.name)
    for _ in range(5):
        provider.send(case.write(vendors.stub))
    assert len(vendors.stub.arrived) == 5
    assert vendors.stub.connections <= 2  # Google's token endpoint has its own test


@every_vendor
@pytest.mark.parametrize(
    ("mood", "retry_after"),
    [
        (Mood(status=429, headers={"Retry-After": "7"}), 7.0),
        (Mood(status=429), None),
        (Mood(status=429, headers={"Retry-After": "soon"}), None),
        (Mood(status=500, content=b"<html>oh"), None),
        (Mood(status=503, headers={"Retry-After": "120"}), 120.0),
        (HANGS, None),
        (Mood(drop=True), None),
        (Mood(drop=True, takes=True), None),
    ],
    ids=["429", "429 bare", "429 odd", "500", "503", "hangs", "drops", "takes and drops"],
)
def test_who_is_busy_or_away_is_temporary(
    case: Case, vendors: Vendors, mood: Mood, retry_after: float | None
) -> None:
    vendors.stub.moods[case.name] = repeat(mood, 1)
    provider, message = vendors.provider(case.name), case.write(vendors.stub)
    failed = outcome(provider, message)
    assert isinstance(failed, Temporary)
    assert failed.retry_after == retry_after
    assert isinstance(outcome(provider, message), Sent), "and the next call succeeds"
    assert len(vendors.stub.arrived) == (2 if mood.takes else 1)


@every_vendor
def test_an_answer_that_is_late_but_not_too_late_is_taken(case: Case, vendors: Vendors) -> None:
    vendors.stub.moods[case.name] = repeat(Mood(after=0.05), 1)
    assert isinstance(outcome(vendors.provider(case.name), case.write(vendors.stub)), Sent)


@every_vendor
def test_retry_after_may_be_a_date(case: Case, vendors: Vendors) -> None:
    later = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60))
    vendors.stub.moods[case.name] = repeat(Mood(status=503, headers={"Retry-After": later}), 1)
    failed = outcome(vendors.provider(case.name), case.write(vendors.stub))
    assert isinstance(failed, Temporary)
    assert failed.retry_after is not None
    assert 50 < failed.retry_after <= 60


@every_vendor
@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 405])
def test_what_is_between_us_and_the_vendor_is_technical(case: Case, vendors: Vendors, status: int) -> None:
    vendors.stub.moods[case.name] = repeat(Mood(status=status, headers={"Location": "/elsewhere"}), 1)
    failed = outcome(vendors.provider(case.name), case.write(vendors.stub))
    assert isinstance(failed, Technical)
    assert str(failed).startswith(str(status))
    assert vendors.stub.asked[case.name] == 1


@every_vendor
def test_a_success_that_is_not_the_vendors_is_technical(case: Case, vendors: Vendors) -> None:
    vendors.stub.moods[case.name] = repeat(Mood(status=200, content=b"<html>log in to this network"), 1)
    failed = outcome(vendors.provider(case.name), case.write(vendors.stub))
    if case.name in {"sendgrid", "webpush"}:  # no field of their answers is needed
        assert isinstance(failed, Sent)
    else:
        assert isinstance(failed, Technical)


@every_vendor
def test_wrong_credentials_are_technical_and_are_not_in_the_error(case: Case, vendors: Vendors) -> None:
    right = vendors.settings[case.key]
    wrong = {
        "fcm": right.replace("sender@", "stranger@"),
        "webpush": right[:-4] + "AAAA" if right[-4:-1] != "AAA" else right[:-4] + "CCCA",
    }.get(case.name, "wrong-credentials")
    failed = outcome(vendors.provider(case.name, **{case.key: wrong}), case.write(vendors.stub))
    assert isinstance(failed, Technical)
    assert vendors.stub.arrived == []
    assert wrong not in str(failed)


@every_vendor
def test_a_vendor_that_is_not_there_is_temporary_and_the_error_names_no_address(
    case: Case, vendors: Vendors
) -> None:
    gone = "http://127.0.0.1:1"
    message = case.write(vendors.stub)
    changes = {name: gone for name in vendors.settings if name.endswith("_BASE_URL")}
    provider = vendors.provider(case.name, **changes)
    if case.name == "webpush":
        provider = vendors.provider("webpush", WEBPUSH_SERVICES=gone)
        message = Push("k", "webpush", f"{gone}/push/x", "t", "b", {}, keys=message.keys)  # type: ignore[union-attr]
    failed = outcome(provider, message)
    assert isinstance(failed, Temporary)
    assert "127.0.0.1" not in str(failed)


@every_vendor
def test_an_address_that_is_gone_is_permanent_and_says_so(case: Case, vendors: Vendors) -> None:
    message = case.write(vendors.stub)
    address = str(getattr(message, "to", None) or getattr(message, "token", None))
    vendors.stub.gone[address] = ""
    failed = outcome(vendors.provider(case.name), message)
    assert isinstance(failed, Permanent)
    assert failed.gone
    if isinstance(message, Push):
        assert address not in str(failed)
