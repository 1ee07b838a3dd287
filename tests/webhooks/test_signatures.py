"""Signatures: what vendors publish about theirs, and that nothing but Refused comes of anything else."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from metaia.webhooks.vendors import signatures
from metaia.webhooks.vendors.interface import Refused
from tests.webhooks.vendors import SECRET, twilio_signature, vonage_token

FIVE = timedelta(minutes=5)

# twilio/twilio-python, tests/unit/test_request_validator.py
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
SIGNED = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
BODY = b'{"property": "value", "boolean": true}'
HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
WITH_PORT = URL.replace(".com", ".com:1234")
TWILIO = {
    "a form": (URL, FIELDS, SIGNED),
    "we see a port that Twilio does not": (WITH_PORT, FIELDS, SIGNED),
    "both see a port": (WITH_PORT.replace("https", "http"), FIELDS, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    "Twilio sees port 443": (URL, FIELDS, "kvajT1Ptam85bY51eRf/AJRuM3w="),
    "Twilio sees port 80": (URL.replace("https", "http"), FIELDS, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
}


@pytest.mark.parametrize(("url", "fields", "signature"), TWILIO.values(), ids=TWILIO)
def test_twilios_vectors(url: str, fields: dict[str, str], signature: str) -> None:
    signatures.twilio("12345", url, fields.items(), b"", signature)
    for other in (fields | {"Digits": "1235"}, fields | {"More": "1"}, {}):
        with pytest.raises(Refused):
            signatures.twilio("12345", url, other.items(), b"", signature)
    for token, address in (("12346", url), ("12345", url.replace("foo=1", "foo=2"))):
        with pytest.raises(Refused):
            signatures.twilio(token, address, fields.items(), b"", signature)


def test_twilios_vector_of_a_field_that_comes_twice() -> None:
    fields = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234")]
    signatures.twilio("12345", URL, fields, b"", "IK+Dwps556ElfBT0I3Rgjkr1wJU=")


def test_twilios_vector_of_json() -> None:
    url, signature = f"{URL}&bodySHA256={HASH}", "a9nBmqA0ju/hNViExpshrM61xv4="
    signatures.twilio("12345", url, None, BODY, signature)
    with pytest.raises(Refused, match="bodySHA256"):
        signatures.twilio("12345", url, None, BODY + b" ", signature)


def test_json_that_nothing_signs_is_refused_though_its_url_is_signed() -> None:
    with pytest.raises(Refused, match="nothing signs"):
        signatures.twilio("12345", URL, None, BODY, twilio_signature(URL, {}, "12345"))


# sendgrid/sendgrid-python, test/unit/test_eventwebhook.py
PUBLIC_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAf"
    "SmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
)
OTHER_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqTxd43gyp8IOEto2LdIfjRQrIbs"
    "d4SXZkLW6jDutdhXSJCWHw8REntlo7aNDthvj+y7GjUuFDb/R1NGe1OPzpA=="
)
EVENTS = [
    {
        "email": "hello@world.com",
        "event": "dropped",
        "reason": "Bounced Address",
        "sg_event_id": "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
        "sg_message_id": "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
        "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
        "timestamp": 1600112492,
    }
]
PAYLOAD = (json.dumps(EVENTS, sort_keys=True, separators=(",", ":")) + "\r\n").encode()
TIMESTAMP = "1600112502"
SIGNATURE = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
OTHERS = "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH3j/0="


def test_sendgrids_vector() -> None:
    signatures.sendgrid(PUBLIC_KEY, TIMESTAMP, PAYLOAD, SIGNATURE)


@pytest.mark.parametrize(
    ("key", "timestamp", "payload", "signature"),
    [
        (OTHER_KEY, TIMESTAMP, PAYLOAD, SIGNATURE),
        (PUBLIC_KEY, "timestamp", PAYLOAD, SIGNATURE),
        (PUBLIC_KEY, TIMESTAMP, b"payload", SIGNATURE),
        (PUBLIC_KEY, TIMESTAMP, PAYLOAD, OTHERS),
        (PUBLIC_KEY, TIMESTAMP, PAYLOAD, ""),
        (PUBLIC_KEY, TIMESTAMP, PAYLOAD, "é"),
        ("", TIMESTAMP, PAYLOAD, SIGNATURE),
        (b64encode(b"no key").decode(), TIMESTAMP, PAYLOAD, SIGNATURE),
    ],
)
def test_sendgrids_vectors_that_are_wrong(key: str, timestamp: str, payload: bytes, signature: str) -> None:
    with pytest.raises(Refused):
        signatures.sendgrid(key, timestamp, payload, signature)


# standard-webhooks/standard-webhooks, libraries/python/tests/test_webhooks.py
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CALL_ID, AT, TOLD = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
GOOD = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
WRONG = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="


def standard(key: str = KEY, body: bytes = TOLD, *, late: float = 0, **headers: str) -> str:
    given = {"webhook-id": CALL_ID, "webhook-timestamp": str(AT), "webhook-signature": GOOD}
    given |= {f"webhook-{name}": value for name, value in headers.items()}
    moment = datetime.fromtimestamp(AT + late, UTC)
    return signatures.standard(key, Headers(given), body, moment=moment, tolerance=FIVE)


def test_the_vector_of_standard_webhooks() -> None:
    assert standard() == CALL_ID
    assert standard(KEY.removeprefix("whsec_")) == CALL_ID
    assert standard(signature=f"{WRONG} v2,{GOOD[3:]} {GOOD} {WRONG}") == CALL_ID
    assert standard(late=300) == standard(late=-300) == CALL_ID


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": TOLD + b" "}, {"late": 301}, {"late": -301}, {"id": ""}, {"id": "msg_2"}, {"id": "a.b"},
        {"id": "é"}, {"id": "m" * 101}, {"timestamp": ""}, {"timestamp": "hello"}, {"timestamp": "1614265331"},
        {"timestamp": "9" * 400}, {"timestamp": "١٦١٤٢٦٥٣٣٠"}, {"timestamp": "-1"},
        {"signature": ""}, {"signature": WRONG}, {"signature": GOOD[3:]}, {"signature": "v2" + GOOD[2:]},
        {"signature": f"v1a{GOOD[2:]}"}, {"signature": "v1"}, {"signature": "v1,"}, {"signature": "v1,é"},
        {"signature": f"{WRONG} " * 100 + GOOD}, {"key": ""}, {"key": "whsec_"}, {"key": "whsec_####"},
        {"key": "whsec_" + b64encode(b"short").decode()},
    ],
    ids=str,
)  # fmt: skip
def test_what_standard_webhooks_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        standard(**wrong)


MOMENT = datetime.fromtimestamp(AT, UTC)


def test_a_token_of_vonage() -> None:
    signatures.vonage(SECRET, f"Bearer {vonage_token(TOLD, iat=AT)}", TOLD, moment=MOMENT, tolerance=FIVE)


@pytest.mark.parametrize(
    "token",
    [
        "", "Bearer ", "Bearer a.b.c", "Bearer é",
        f"Bearer {vonage_token(TOLD, iat=AT, secret=SECRET[::-1])}",
        f"Bearer {vonage_token(TOLD, iat=AT - 301)}", f"Bearer {vonage_token(TOLD, iat=AT + 301)}",
        f"Bearer {vonage_token(TOLD, iat=None)}", f"Bearer {vonage_token(TOLD, iat='now')}",
        f"Bearer {vonage_token(TOLD + b' ', iat=AT)}", f"Bearer {vonage_token(TOLD, iat=AT, payload_hash=None)}",
        f"Bearer {vonage_token(TOLD, iat=AT, payload_hash=[1])}",
        "Bearer eyJhbGciOiJub25lIn0.eyJpYXQiOjE2MTQyNjUzMzB9.",
    ],
)  # fmt: skip
def test_tokens_that_vonage_did_not_make(token: str) -> None:
    with pytest.raises(Refused):
        signatures.vonage(SECRET, token, TOLD, moment=MOMENT, tolerance=FIVE)


@given(st.text(), st.text(), st.text(), st.binary())
def test_nothing_but_refused_comes_of_anything(one: str, two: str, three: str, body: bytes) -> None:
    headers = Headers(
        {f"webhook-{n}": v.replace("\n", "").replace("\r", "") for n, v in (("id", one), ("signature", two))}
        | {"webhook-timestamp": str(AT)}
    )
    for call in (
        lambda: signatures.twilio("12345", URL, [(one, two)], body, three),
        lambda: signatures.sendgrid(PUBLIC_KEY, one, body, two),
        lambda: signatures.vonage(SECRET, one, body, moment=MOMENT, tolerance=FIVE),
        lambda: signatures.standard(KEY, headers, body, moment=MOMENT, tolerance=FIVE),
        lambda: signatures.fresh(one, MOMENT, FIVE),
    ):
        with pytest.raises(Refused):
            call()
