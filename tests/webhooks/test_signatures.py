"""Signatures: the vectors that vendors publish. Any other input raises VerificationFailed."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.webhooks.vendors import signatures
from metaia.webhooks.vendors.interface import VerificationFailed
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
        with pytest.raises(VerificationFailed):
            signatures.twilio("12345", url, other.items(), b"", signature)
    for token, address in (("12346", url), ("12345", url.replace("foo=1", "foo=2"))):
        with pytest.raises(VerificationFailed):
            signatures.twilio(token, address, fields.items(), b"", signature)


def test_twilios_vector_of_a_field_that_comes_twice() -> None:
    fields = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234")]
    signatures.twilio("12345", URL, fields, b"", "IK+Dwps556ElfBT0I3Rgjkr1wJU=")


def test_twilios_vector_of_json() -> None:
    url, signature = f"{URL}&bodySHA256={HASH}", "a9nBmqA0ju/hNViExpshrM61xv4="
    signatures.twilio("12345", url, None, BODY, signature)
    with pytest.raises(VerificationFailed, match="bodySHA256"):
        signatures.twilio("12345", url, None, BODY + b" ", signature)


def test_json_that_nothing_signs_is_refused_though_its_url_is_signed() -> None:
    with pytest.raises(VerificationFailed, match="is not signed"):
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
    with pytest.raises(VerificationFailed):
        signatures.sendgrid(key, timestamp, payload, signature)


AT, CONTENT = 1614265330, b'{"test": 2432232314}'
MOMENT = datetime.fromtimestamp(AT, UTC)


@pytest.mark.parametrize("late", [-300, 0, 300])
def test_a_timestamp_may_differ_by_the_tolerance(late: int) -> None:
    signatures.require_fresh(str(AT), MOMENT + timedelta(seconds=late), FIVE)


@pytest.mark.parametrize("late", [-301, 301])
def test_a_timestamp_beyond_the_tolerance_is_refused(late: int) -> None:
    with pytest.raises(VerificationFailed):
        signatures.require_fresh(str(AT), MOMENT + timedelta(seconds=late), FIVE)


@pytest.mark.parametrize("timestamp", ["", "hello", "9" * 400, "١٦١٤٢٦٥٣٣٠", "-1", f"{AT}.0", f" {AT}"])
def test_an_invalid_timestamp_is_refused(timestamp: str) -> None:
    with pytest.raises(VerificationFailed):
        signatures.require_fresh(timestamp, MOMENT, FIVE)


@pytest.mark.parametrize("iat", [AT, AT + 0.25, float(AT), AT - 299.999])
def test_a_token_of_vonage(iat: float) -> None:
    token = vonage_token(CONTENT, iat=iat)
    for scheme in ("Bearer ", "bearer ", "BEARER  ", ""):
        signatures.vonage(SECRET, scheme + token, CONTENT, received_at=MOMENT, tolerance=FIVE)


@pytest.mark.parametrize(
    "token",
    [
        "", "Bearer ", "Bearer a.b.c", "Bearer é",
        f"Bearer {vonage_token(CONTENT, iat=AT, secret=SECRET[::-1])}",
        f"Bearer {vonage_token(CONTENT, iat=AT - 301)}", f"Bearer {vonage_token(CONTENT, iat=AT + 301)}",
        f"Bearer {vonage_token(CONTENT, iat=AT - 301.5)}", f"Bearer {vonage_token(CONTENT, iat=1e20)}",
        f"Bearer {vonage_token(CONTENT, iat=True)}", f"Bearer {vonage_token(CONTENT, iat=float('inf'))}",
        f"Bearer {vonage_token(CONTENT, iat=None)}", f"Bearer {vonage_token(CONTENT, iat='now')}",
        f"Bearer {vonage_token(CONTENT + b' ', iat=AT)}", f"Bearer {vonage_token(CONTENT, iat=AT, payload_hash=None)}",
        f"Bearer {vonage_token(CONTENT, iat=AT, payload_hash=[1])}",
        "Bearer eyJhbGciOiJub25lIn0.eyJpYXQiOjE2MTQyNjUzMzB9.",
    ],
)  # fmt: skip
def test_tokens_that_vonage_did_not_make(token: str) -> None:
    with pytest.raises(VerificationFailed):
        signatures.vonage(SECRET, token, CONTENT, received_at=MOMENT, tolerance=FIVE)


@given(st.text(), st.text(), st.text(), st.binary())
def test_any_other_input_raises_only_verification_failed(one: str, two: str, three: str, body: bytes) -> None:
    for call in (
        lambda: signatures.twilio("12345", URL, [(one, two)], body, three),
        lambda: signatures.sendgrid(PUBLIC_KEY, one, body, two),
        lambda: signatures.vonage(SECRET, one, body, received_at=MOMENT, tolerance=FIVE),
        lambda: signatures.require_fresh(one, MOMENT, FIVE),
    ):
        with pytest.raises(VerificationFailed):
            call()
