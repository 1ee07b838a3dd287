"""FCM, Web Push and Expo: requests, errors about devices, and credentials."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from metaia.dev.stubs import webpush as browser
from metaia.dev.stubs.server import Mood, Stub
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.messaging import push_endpoints, webpush
from metaia.providers.messaging.expo import NOT_REGISTERED, ExpoReceipt
from metaia.providers.messaging.interface import Push, Sent
from tests.providers.messaging.conftest import outcome
from tests.support.vendors import Vendors

PHONE = Push("the-key", "fcm", "registration-1", "Ready", "Come.", {"type": "order_ready", "data": "{}"})
EXPO = replace(PHONE, kind="expo", token="ExponentPushToken[one]")
DEFAULT = [
    "https://fcm.googleapis.com",
    "https://updates.push.services.mozilla.com",
    "https://*.notify.windows.com",
    "https://*.push.apple.com",
]


def at(stub: Stub, name: str = "firefox") -> Push:
    there = browser.subscription(stub.url, name)
    return replace(PHONE, kind="webpush", token=there["endpoint"], keys=there["keys"])


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("UNREGISTERED", Permanent),
        ("SENDER_ID_MISMATCH", Permanent),
        ("INVALID_ARGUMENT", Permanent),
        ("THIRD_PARTY_AUTH_ERROR", Technical),
    ],
)
def test_what_fcm_says_of_a_registration(vendors: Vendors, code: str, kind: type[Exception]) -> None:
    vendors.stub.gone[PHONE.token] = code
    failed = outcome(vendors.provider("fcm"), PHONE)
    assert type(failed) is kind
    assert getattr(failed, "gone", True)
    assert PHONE.token not in str(failed)


def test_a_mistake_in_our_message_does_not_cost_a_device(vendors: Vendors) -> None:
    failed = outcome(vendors.provider("fcm"), replace(PHONE, data={"number": 1}))  # type: ignore[dict-item]
    assert isinstance(failed, Technical)


def test_one_access_token_does_for_many_messages_until_it_ends(
    vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcm = vendors.provider("fcm")
    for _ in range(3):
        fcm.send(PHONE)
    assert vendors.stub.asked == {"google": 1, "fcm": 3}
    fcm._until -= 3600 - 30  # it expires in half a minute: a clock may be wrong
    fcm.send(PHONE)
    assert vendors.stub.asked["google"] == 2


def test_an_access_token_that_was_revoked_is_replaced(vendors: Vendors) -> None:
    fcm = vendors.provider("fcm")
    fcm.send(PHONE)
    vendors.stub.world.given.clear()
    assert isinstance(outcome(fcm, PHONE), Technical)
    assert isinstance(outcome(fcm, PHONE), Sent)


@pytest.mark.parametrize("content", [b"{}", {"access_token": "x"}, {"access_token": "x", "expires_in": "?"}])
def test_a_token_endpoint_that_gives_no_token_is_technical(vendors: Vendors, content: bytes) -> None:
    vendors.stub.moods["google"] = repeat(Mood(status=200, content=content), 1)
    assert isinstance(outcome(vendors.provider("fcm"), PHONE), Technical)


def test_a_token_endpoint_that_is_busy_is_temporary(vendors: Vendors) -> None:
    vendors.stub.moods["google"] = repeat(Mood(status=503, headers={"Retry-After": "9"}), 1)
    failed = outcome(vendors.provider("fcm"), PHONE)
    assert isinstance(failed, Temporary)
    assert failed.retry_after == 9


@pytest.mark.parametrize("urgent", [True, False])
def test_urgency_and_what_a_second_copy_replaces_are_said_in_each_vendors_words(
    vendors: Vendors, urgent: bool
) -> None:
    for name, message in (("fcm", PHONE), ("expo", EXPO)):
        vendors.provider(name).send(replace(message, urgent=urgent))
    fcm, expo = (arrived.raw for arrived in vendors.stub.arrived)
    assert fcm["android"]["priority"] == ("high" if urgent else "normal")
    assert fcm["apns"]["headers"] == {
        "apns-priority": "10" if urgent else "5",
        "apns-collapse-id": "the-key",
    }
    assert expo["priority"] == ("high" if urgent else "default")
    assert expo["collapseId"] == "the-key"


def test_a_message_replaces_the_earlier_one_about_the_same_subject(vendors: Vendors) -> None:
    subject = "chat-01a1f86b-752e-753f-ab3a-936f1e472418"
    for message in (PHONE, EXPO):
        vendors.provider(message.kind).send(replace(message, replaces=subject))
    fcm, expo = (arrived.raw for arrived in vendors.stub.arrived)
    assert fcm["android"]["notification"]["tag"] == subject
    assert fcm["apns"]["headers"]["apns-collapse-id"] == subject
    assert expo["tag"] == expo["collapseId"] == subject
    topic = webpush._headers(replace(PHONE, replaces=subject))["Topic"]
    assert topic == "01a1f86b752e753fab3a936f1e472418"


# RFC 8291, appendix A: its sender, receiver and message.
VECTOR = {
    "private": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    "dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "salt": "DGv6ra1nlYgDCS1FRnbzlw",
    "body": "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
}


def test_encryption_is_that_of_the_standard() -> None:
    raw = {name: webpush.decode_base64url(text) for name, text in VECTOR.items()}
    sealed = http_ece.encrypt(
        b"When I grow up, I want to be a watermelon",
        salt=raw["salt"],
        private_key=ec.derive_private_key(int.from_bytes(raw["private"]), ec.SECP256R1()),
        dh=raw["dh"],
        auth_secret=raw["auth"],
    )
    assert sealed == raw["body"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
        "https://web.push.apple.com/abc",
        "https://web.push.apple.com:443/abc",
        "HTTPS://Web.Push.Apple.com/abc",
    ],
)
def test_the_push_services_of_browsers_are_called(endpoint: str) -> None:
    assert push_endpoints.is_known(endpoint, DEFAULT)
    assert push_endpoints.is_known(endpoint, [f"{service.upper()}:443" for service in DEFAULT])


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://metadata.google.internal/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://evil.example#.push.apple.com",
        "https://evil.example\\.push.apple.com/x",
        "https://evil.example?.push.apple.com",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com:444/x",
        "https://push.apple.com/x",
        "https://evilpush.apple.com/x",
        "file:///etc/passwd",
        "https://[bad",
        "",
    ],
)
def test_nobody_else_is_called(vendors: Vendors, endpoint: str) -> None:
    assert not push_endpoints.is_known(endpoint, DEFAULT)
    failed = outcome(vendors.provider("webpush"), replace(at(vendors.stub), token=endpoint))
    assert isinstance(failed, Permanent)
    assert failed.gone
    assert vendors.stub.asked == {}


@pytest.mark.parametrize(("status", "gone"), [(404, True), (410, True), (413, False)])
def test_what_a_push_service_says_of_a_subscription(vendors: Vendors, status: int, gone: bool) -> None:
    vendors.stub.moods["webpush"] = repeat(Mood(status=status), 1)
    failed = outcome(vendors.provider("webpush"), at(vendors.stub))
    assert isinstance(failed, Permanent)
    assert failed.gone is gone


@pytest.mark.parametrize(
    "keys",
    [{}, {"p256dh": "AAAA", "auth": "AAAA"}, {"p256dh": 1, "auth": None}, {"p256dh": "ä", "auth": "ä"}],
)
def test_keys_that_are_none_are_gone(vendors: Vendors, keys: dict[str, Any]) -> None:
    failed = outcome(vendors.provider("webpush"), replace(at(vendors.stub), keys=keys))
    assert isinstance(failed, Permanent)
    assert failed.gone


def test_the_longest_push_that_we_write_fits(vendors: Vendors) -> None:
    """The bounds are those of notifications/content/messages.py, in characters of four bytes each."""
    longest: dict[str, Any] = {
        "title": "😀" * 200,
        "body": "😀" * 300,
        "data": {"type": "t" * 60, "data": "a" * 1500},
    }
    for name, message in (("fcm", PHONE), ("webpush", at(vendors.stub)), ("expo", EXPO)):
        assert isinstance(outcome(vendors.provider(name), replace(message, **longest)), Sent)


def test_each_message_is_encrypted_by_a_key_of_its_own(vendors: Vendors) -> None:
    seen = [webpush._encrypted(at(vendors.stub)) for _ in range(2)]
    assert seen[0] != seen[1]
    assert seen[0][21:86] != seen[1][21:86], "the public key in the header"


@pytest.mark.parametrize(
    ("name", "kind", "gone"),
    [
        (NOT_REGISTERED, Permanent, True),
        ("MessageTooBig", Permanent, False),
        ("MessageRateExceeded", Temporary, None),
        ("MismatchSenderId", Technical, None),
        ("InvalidCredentials", Technical, None),
    ],
)
def test_what_expos_tickets_say(
    vendors: Vendors, name: str, kind: type[Exception], gone: bool | None
) -> None:
    vendors.stub.gone[EXPO.token] = name
    failed = outcome(vendors.provider("expo"), EXPO)
    assert type(failed) is kind
    assert getattr(failed, "gone", None) == gone


@pytest.mark.parametrize(
    "content", [b"{}", {"data": []}, {"data": None}, {"data": {"status": "error", "details": 1}}]
)
def test_a_ticket_in_no_form_we_know_is_technical(vendors: Vendors, content: bytes) -> None:
    vendors.stub.moods["expo"] = repeat(Mood(status=200, content=content), 1)
    assert isinstance(outcome(vendors.provider("expo"), EXPO), Technical)


def test_receipts_of_expo_are_asked_for_by_ticket(vendors: Vendors) -> None:
    expo = vendors.provider("expo")
    kept, lost = (
        expo.send(replace(EXPO, token=f"ExponentPushToken[{name}]")).reference for name in ("kept", "lost")
    )
    vendors.stub.gone["ExponentPushToken[lost]"] = ""
    said = {receipt.reference: receipt for receipt in expo.receipts([kept, lost, "unknown"])}
    assert said[kept] == ExpoReceipt(kept, "ok", "")
    assert said[lost].status == NOT_REGISTERED
    assert set(said) == {kept, lost}


def test_the_browser_reads_what_we_wrote(vendors: Vendors) -> None:
    vendors.provider("webpush").send(at(vendors.stub))
    assert vendors.stub.arrived[0].raw == {
        "title": "Ready",
        "body": "Come.",
        "data": PHONE.data,
        "tag": "the-key",
    }
