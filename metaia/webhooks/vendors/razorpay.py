"""Webhooks of Razorpay: payments, refunds and disputes."""

from __future__ import annotations

import hashlib

from metaia.core.db import AnyRow
from metaia.providers.payments import razorpay_facts, signatures
from metaia.webhooks.vendors import payment_facts
from metaia.webhooks.vendors.interface import JSON, Content, VendorWebhook, VerificationFailed, WebhookCall


def verify(call: WebhookCall, secrets: str) -> str:
    """Return the hash of the body: Razorpay's id of the event is not signed. Raises VerificationFailed."""
    if not signatures.razorpay_webhook(secrets, call.body, call.headers.get("X-Razorpay-Signature", "")):
        raise VerificationFailed("the signature is wrong")
    return hashlib.sha256(call.body).hexdigest()


def read(row: AnyRow) -> Content:
    """Return what a webhook states."""
    return payment_facts.read(row, razorpay_facts.reading)


def process(row: AnyRow) -> None:
    """Take the facts of a webhook."""
    payment_facts.process(row, razorpay_facts.reading)


VENDOR = VendorWebhook(
    name="razorpay",
    setting="RAZORPAY_WEBHOOK_SECRET",
    signature_header="X-Razorpay-Signature",
    content_types=(JSON,),
    verify=verify,
    process=process,
    read=read,
    money=True,
    stored_headers=("Content-Type", "X-Razorpay-Event-Id"),
)
