"""Signatures: the vendors' own libraries are the judges, both ways; bad input never raises."""

from __future__ import annotations

import hmac
import random
from datetime import UTC, datetime, timedelta

import pytest
import razorpay
import stripe
from hypothesis import given
from hypothesis import strategies as st

from metaia.providers.payments import signatures

RANDOM = random.Random(20260110)
SECRETS = "older-secret, newer-secret"
NOW = datetime.now(UTC)
FIVE = timedelta(minutes=5)
BODIES = [
    "".join(map(chr, RANDOM.choices((*range(32, 127), 233, 8377, 128512), k=RANDOM.randrange(300))))
    for _ in range(1000)
]


def stripe_accepts(body: str, header: str, secret: str) -> bool:
    try:
        return stripe.WebhookSignature.verify_header(body, header, secret, tolerance=300)
    except stripe.SignatureVerificationError:
        return False


def razorpay_accepts(body: str, signature: str, secret: str) -> bool:
    client = razorpay.Client(auth=("key", "secret"))
    try:
        return bool(client.utility.verify_webhook_signature(body, signature, secret))
    except razorpay.errors.SignatureVerificationError:
        return False


def test_stripes_library_agrees_on_1000_bodies() -> None:
    for body in BODIES:
        now, secret, changed = datetime.now(UTC), RANDOM.choice(signatures.secrets(SECRETS)), _changed(body)
        header = stripe.WebhookSignature.generate_signature_header(body, secret, int(now.timestamp()))
        ours = [
            signatures.stripe_webhook(SECRETS, text.encode(), header, received_at=now, tolerance=FIVE)
            for text in (body, changed)
        ]
        assert ours == [True, False] == [stripe_accepts(text, header, secret) for text in (body, changed)]


def test_razorpays_library_agrees_on_1000_bodies() -> None:
    for body in BODIES:
        secret = RANDOM.choice(signatures.secrets(SECRETS))
        signature = hmac.new(secret.encode(), body.encode(), "sha256").hexdigest()
        changed = _changed(body)
        ours = [signatures.razorpay_webhook(SECRETS, text.encode(), signature) for text in (body, changed)]
        assert (
            ours == [True, False] == [razorpay_accepts(text, signature, secret) for text in (body, changed)]
        )


def test_razorpays_library_agrees_on_the_checkout() -> None:
    client = razorpay.Client(auth=("key", "secret"))
    for _ in range(200):
        order, payment = f"order_{RANDOM.random()}", f"pay_{RANDOM.random()}"
        signature = hmac.new(b"secret", f"{order}|{payment}".encode(), "sha256").hexdigest()
        given = {"razorpay_order_id": order, "razorpay_payment_id": payment, "razorpay_signature": signature}
        assert client.utility.verify_payment_signature(given)
        assert signatures.razorpay_checkout("secret", order, payment, signature)
        assert not signatures.razorpay_checkout("secret", payment, order, signature)


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=abc", "t=,v1=", "t=é,v1=ü", "t=1768046400,v1=", "," * 500, "t=" + "9" * 5000]
)
def test_broken_headers_do_not_fit(header: str) -> None:
    assert not signatures.stripe_webhook(SECRETS, b"{}", header, received_at=NOW, tolerance=FIVE)


@given(st.text(), st.binary(), st.text())
def test_any_input_is_answered(setting: str, body: bytes, signature: str) -> None:
    assert not signatures.razorpay_webhook(setting, body, signature)
    assert not signatures.razorpay_checkout(setting, signature, setting, signature)
    assert not signatures.stripe_webhook(setting, body, signature, received_at=NOW, tolerance=FIVE)
    assert not signatures.payu_response(setting, {"hash": signature, "status": setting, "amount": signature})


def test_without_a_secret_nothing_fits() -> None:
    empty = hmac.new(b"", b"{}", "sha256").hexdigest()
    assert not signatures.razorpay_webhook("", b"{}", empty)
    assert not signatures.razorpay_webhook(" , ", b"{}", empty)


def _changed(body: str) -> str:
    """Return a body that differs in one bit."""
    at = RANDOM.randrange(len(body) + 1)
    return f"{body[:at]}{chr(ord(body[at]) ^ 1)}{body[at + 1 :]}" if at < len(body) else f"{body} "
